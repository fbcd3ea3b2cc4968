"""Why a job waits is said truly, and when it will probably be done."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

import db
from db import jobs, leases, queues, waiting, workers
from db.jobs import Job, NewJob


@pytest.fixture(autouse=True)
def _nobody_works(stack: dict[str, str]) -> Iterator[None]:
    with db.owner() as connection:
        connection.execute("DELETE FROM workers")
        connection.execute("DELETE FROM outbox")
        connection.execute(
            "UPDATE jobs SET status = 'cancelled', finished_at = now() WHERE status IN ('waiting', 'running')"
        )
    yield
    with db.engine() as connection:
        queues.pause(connection, "ingest", False)
        workers.gone(connection, "w")


def put(workspace: str) -> UUID:
    """Store a waiting job."""
    new = NewJob(uuid4(), "document", "ingest", uuid4().hex)
    with db.transaction(workspace) as connection:
        jobs.add(connection, workspace, new, None)
    return new.id


def claim(job_id: UUID) -> Job:
    """Run a job."""
    with db.engine() as connection:
        job = leases.claim(connection, job_id, "w", 60)
    assert job is not None
    return job


def listen(slots: int) -> None:
    """Make a worker present."""
    with db.engine() as connection:
        workers.seen(connection, "w", ["ingest"], slots)


def outlook(workspace: str, job_id: UUID) -> waiting.Outlook:
    """Ask about a job."""
    with db.transaction(workspace) as connection:
        return waiting.outlook(connection, jobs.get(connection, job_id))


def test_nobody_listens(workspace: str) -> None:
    assert outlook(workspace, put(workspace)) == waiting.Outlook("no_worker", None)


def test_a_paused_queue(workspace: str) -> None:
    with db.engine() as connection:
        queues.pause(connection, "ingest", True)
    assert outlook(workspace, put(workspace)).reason == "paused"


def test_a_fault_that_passes(workspace: str) -> None:
    listen(1)
    job = claim(put(workspace))
    with db.transaction(workspace) as connection:
        leases.retry_later(connection, job, 60, leases.Failure("x", "x", "x"))
    assert outlook(workspace, job.id).reason == "retry_at"


def test_others_have_their_share(workspace: str) -> None:
    with db.engine() as connection:
        connection.execute("INSERT INTO workspaces (id) VALUES ('neighbour') ON CONFLICT DO NOTHING")
    listen(2)
    claim(put(workspace))
    claim(put("neighbour"))
    assert outlook(workspace, put(workspace)).reason == "fair_share"


def test_a_job_behind_its_own_kind_is_queued_and_has_an_eta(workspace: str) -> None:
    listen(1)
    with db.transaction(workspace) as connection:
        leases.succeed(connection, claim(put(workspace)))
    claim(put(workspace))
    found = outlook(workspace, put(workspace))
    assert found.reason == "queued"
    assert found.seconds is not None
    assert found.seconds >= 0


def test_an_ended_job_waits_for_nothing(workspace: str) -> None:
    with db.transaction(workspace) as connection:
        job = claim(put(workspace))
        leases.succeed(connection, job)
    assert outlook(workspace, job.id) == waiting.Outlook(None, None)
