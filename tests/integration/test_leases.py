"""Leases and fencing: only the owner of a claim may write."""

from uuid import UUID, uuid4

import pytest

import db
from db import events, jobs, leases
from db.errors import LeaseLost
from db.jobs import Job, NewJob
from db.leases import Failure, Step

FAILURE = Failure("some_fault", "失敗しました。", "It failed.")


def claimed(workspace: str) -> Job:
    """Give a job that this test has claimed."""
    new = NewJob(uuid4(), "document", "ingest", uuid4().hex)
    with db.transaction(workspace) as connection:
        jobs.add(connection, workspace, new, None)
    with db.engine() as connection:
        job = leases.claim(connection, new.id, "test", 60)
    assert job is not None
    return job


def expire(job_id: UUID) -> None:
    """Let a lease run out and sweep."""
    with db.engine() as connection:
        connection.execute("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE id = %s", (job_id,))
        leases.expire(connection, 3)


def status(workspace: str, job_id: UUID) -> str:
    """Read a job's status."""
    with db.transaction(workspace) as connection:
        return jobs.get(connection, job_id).status


def test_a_worker_that_lost_its_lease_can_write_nothing(workspace: str) -> None:
    job = claimed(workspace)
    expire(job.id)
    with pytest.raises(LeaseLost), db.transaction(workspace) as connection:
        leases.save_progress(connection, job, Step("one", 1, 0.5, {}))
    with pytest.raises(LeaseLost), db.engine() as connection:
        leases.renew(connection, job, 3)
    assert status(workspace, job.id) == "waiting"


def test_an_expired_job_can_be_claimed_again_with_a_higher_token(workspace: str) -> None:
    job = claimed(workspace)
    expire(job.id)
    with db.engine() as connection:
        again = leases.claim(connection, job.id, "other", 60)
    assert again is not None
    assert (again.attempt, again.deaths) == (2, 1)
    assert again.token > job.token


def test_the_third_death_quarantines(workspace: str) -> None:
    job = claimed(workspace)
    for _ in range(3):
        expire(job.id)
        with db.engine() as connection:
            leases.claim(connection, job.id, "other", 60)
    assert status(workspace, job.id) == "quarantined"


def test_a_saved_part_forgives_earlier_deaths(workspace: str) -> None:
    job = claimed(workspace)
    expire(job.id)
    with db.engine() as connection:
        again = leases.claim(connection, job.id, "other", 60)
        assert again is not None
        leases.save_progress(connection, again, Step("one", 1, 0.5, {"document_id": "x"}))
    with db.transaction(workspace) as connection:
        found = jobs.get(connection, job.id)
    assert (found.deaths, found.result, found.parts_done) == (0, {"document_id": "x"}, 1)


def test_a_cancel_reaches_a_running_job_with_its_heartbeat(workspace: str) -> None:
    job = claimed(workspace)
    with db.transaction(workspace) as connection:
        jobs.request_cancel(connection, job.id)
    with db.engine() as connection:
        assert leases.renew(connection, job, 3) is True


def test_a_cancelled_waiting_job_ends_at_once(workspace: str) -> None:
    new = NewJob(uuid4(), "document", "ingest", uuid4().hex)
    with db.transaction(workspace) as connection:
        jobs.add(connection, workspace, new, None)
        jobs.request_cancel(connection, new.id)
    assert status(workspace, new.id) == "cancelled"


def test_a_retry_waits_and_is_not_claimed_before(workspace: str) -> None:
    job = claimed(workspace)
    with db.transaction(workspace) as connection:
        leases.retry_later(connection, job, 60, FAILURE)
    with db.engine() as connection:
        assert leases.claim(connection, job.id, "other", 3) is None
    with db.transaction(workspace) as connection:
        assert jobs.get(connection, job.id).error_code == "some_fault"


def test_what_happened_can_be_read_in_order(workspace: str) -> None:
    job = claimed(workspace)
    with db.transaction(workspace) as connection:
        leases.finish_stage(connection, job, Step("one", 1, 0.5, {}))
        leases.succeed(connection, job)
        kinds = [event.kind for event in events.after(connection, job.id, 0)]
    assert kinds == ["accepted", "started", "stage_done", "succeeded"]


def test_the_same_work_is_one_job(workspace: str) -> None:
    first = NewJob(uuid4(), "document", "ingest", "same")
    second = NewJob(uuid4(), "document", "ingest", "same")
    with db.transaction(workspace) as connection:
        assert jobs.add(connection, workspace, first, None) is True
        assert jobs.add(connection, workspace, second, None) is False
        found = jobs.by_fingerprint(connection, "same")
    assert found is not None
    assert found.id == first.id


def test_a_part_that_was_saved_before_forgives_no_death(workspace: str) -> None:
    job = claimed(workspace)
    with db.engine() as connection:
        leases.save_progress(connection, job, Step("one", 2, 0.5, {}))
    expire(job.id)
    with db.engine() as connection:
        again = leases.claim(connection, job.id, "other", 60)
        assert again is not None
        leases.save_progress(connection, again, Step("one", 1, 0.2, {}))
        assert jobs.get(connection, job.id).deaths == 1
        leases.save_progress(connection, again, Step("one", 3, 0.7, {}))
        assert jobs.get(connection, job.id).deaths == 0


def test_a_cancel_asked_for_while_a_job_runs_outlives_its_retry(workspace: str) -> None:
    job = claimed(workspace)
    with db.transaction(workspace) as connection:
        jobs.request_cancel(connection, job.id)
        leases.retry_later(connection, job, 0, FAILURE)
    assert status(workspace, job.id) == "cancelled"


def test_a_frozen_save_does_not_hold_up_the_sweep(workspace: str) -> None:
    frozen, other = claimed(workspace), claimed(workspace)
    with db.transaction(workspace) as holder:
        leases.hold(holder, frozen)
        with db.owner() as connection:
            connection.execute("SET lock_timeout = '2s'")
            connection.execute("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE id = %s", (other.id,))
            expired = {found.job_id for found in leases.expire(connection, 3)}
    assert other.id in expired
    assert frozen.id not in expired


def test_a_kind_that_this_worker_does_not_know_is_left_alone(workspace: str) -> None:
    new = NewJob(uuid4(), "hologram", "ingest", uuid4().hex)
    with db.transaction(workspace) as connection:
        jobs.add(connection, workspace, new, None)
    with db.engine() as connection:
        assert leases.claim(connection, new.id, "old", 3, kinds=["document"]) is None
    assert status(workspace, new.id) == "waiting"
