"""The relay on a real broker: background work leaves a slot free, and what was lost is sent again once."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

import db
from db import jobs, workers
from db.jobs import NewJob
from tasks import relay
from tasks.app import app, connect


@pytest.fixture(autouse=True)
def _fresh(stack: dict[str, str]) -> Iterator[None]:
    connect()
    app.control.purge()
    with db.owner() as connection:
        connection.execute("DELETE FROM outbox")
        connection.execute("DELETE FROM workers")
        connection.execute("UPDATE jobs SET status = 'cancelled' WHERE status IN ('waiting', 'running')")
    with db.engine() as connection:
        workers.seen(connection, "w", ["ingest", "backfill", "maintenance"], 2)
    yield
    app.control.purge()
    with db.engine() as connection:
        workers.gone(connection, "w")


def put(workspace: str, queue: str) -> UUID:
    """Store a waiting job."""
    new = NewJob(uuid4(), "document", queue, uuid4().hex)
    with db.transaction(workspace) as connection:
        jobs.add(connection, workspace, new, None)
    return new.id


def test_all_background_queues_together_leave_one_slot_free(workspace: str) -> None:
    for queue in ("backfill", "maintenance", "backfill", "maintenance"):
        put(workspace, queue)
    assert relay.publish_due() == 1
    assert relay.publish_due() == 0


def test_live_work_is_sent_beside_background_work(workspace: str) -> None:
    put(workspace, "backfill")
    for _ in range(6):
        put(workspace, "ingest")
    assert relay.publish_due() == 1 + 4
    assert relay.depth("ingest") == 4


def test_one_message_lost_out_of_many_is_sent_again(workspace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "LOST_AFTER_SECONDS", 0.0)
    for _ in range(3):
        put(workspace, "ingest")
    relay.publish_due()
    assert relay.resend_lost() == 0
    with app.connection_for_read() as connection:
        message = connection.SimpleQueue("ingest").get(block=False)
        message.ack()
    assert relay.resend_lost() == 3


def test_a_queue_nobody_declared_yet_is_empty_not_unknown(workspace: str) -> None:
    assert relay.depth("speech") == 0
