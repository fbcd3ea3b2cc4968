"""The outbox decides who is next: fair between workspaces, urgent first within one, never too many on their way."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

import db
from db import jobs, leases, outbox, queues
from db.jobs import NewJob

QUEUE = "ingest"


@pytest.fixture(autouse=True)
def _empty(stack: dict[str, str]) -> Iterator[None]:
    with db.owner() as connection:
        connection.execute("DELETE FROM outbox")
        connection.execute("UPDATE jobs SET status = 'cancelled' WHERE status IN ('waiting', 'running')")
    yield
    with db.engine() as connection:
        queues.pause(connection, QUEUE, False)


def put(workspace: str, priority: int = 0) -> UUID:
    """Store a waiting job."""
    with db.engine() as connection:
        connection.execute("INSERT INTO workspaces (id) VALUES (%s) ON CONFLICT DO NOTHING", (workspace,))
    new = NewJob(uuid4(), "document", QUEUE, uuid4().hex, {}, priority)
    with db.transaction(workspace) as connection:
        jobs.add(connection, workspace, new, None)
    return new.id


def take(window: int) -> list[UUID]:
    """Take what would be published."""
    with db.engine() as connection:
        return [wakeup.job_id for wakeup in outbox.take(connection, QUEUE, window)]


def test_a_small_workspace_does_not_wait_behind_a_big_one() -> None:
    big = [put("big") for _ in range(20)]
    small = put("small")
    taken = take(4)
    assert small in taken
    assert set(taken) - {small} <= set(big[:3])


def test_a_bigger_share_gets_more_turns() -> None:
    many, few = [put("paying") for _ in range(10)], [put("free") for _ in range(10)]
    with db.engine() as connection:
        connection.execute("UPDATE workspaces SET share = 3 WHERE id = 'paying'")
    taken = set(take(8))
    with db.engine() as connection:
        connection.execute("UPDATE workspaces SET share = 1 WHERE id = 'paying'")
    assert (len(taken & set(many)), len(taken & set(few))) == (6, 2)


def test_an_urgent_job_is_next_in_its_workspace() -> None:
    put("big")
    urgent = put("big", priority=5)
    assert take(1) == [urgent]


def test_the_window_is_never_exceeded() -> None:
    for _ in range(6):
        put("big")
    assert (len(take(4)), len(take(4))) == (4, 0)


def test_a_claimed_job_leaves_the_outbox() -> None:
    job = put("big")
    with db.engine() as connection:
        assert leases.claim(connection, job, "w", 3) is not None
        assert outbox.sent_before(connection, 0) == {}
        assert leases.claim(connection, job, "other", 3) is None


def test_a_paused_queue_is_not_due() -> None:
    put("big")
    with db.engine() as connection:
        queues.pause(connection, QUEUE, True)
        assert outbox.queues_due(connection, [QUEUE]) == []


def test_a_lost_message_is_due_again() -> None:
    job = put("big")
    assert take(4) == [job]
    with db.engine() as connection:
        assert outbox.send_again(connection, QUEUE, 0) == 1
    assert take(4) == [job]
