"""The broker is wiped or frozen, Postgres restarts: jobs go on within seconds."""

import os
import signal
import subprocess

import pytest
import redis

from tests.chaos.platform import Platform, wait_for

RESUMED_WITHIN_SECONDS = 5.0


@pytest.fixture(scope="module")
def worker(platform: Platform) -> subprocess.Popen[bytes]:
    """Give a running worker."""
    return platform.start_worker()


def test_jobs_survive_a_wiped_broker(platform: Platform, worker: subprocess.Popen[bytes]) -> None:
    jobs = [platform.submit(parts=2, seconds=0.3) for _ in range(6)]
    platform.wait_saved(jobs[0], "one0")
    with redis.Redis.from_url(platform.broker.url) as broker:
        broker.flushall()
    assert all(platform.wait_end(job).status == "succeeded" for job in jobs)
    assert all(len(platform.saved(job)) == 6 for job in jobs)


def test_a_job_submitted_after_a_wipe_starts_within_seconds(
    platform: Platform, worker: subprocess.Popen[bytes]
) -> None:
    with redis.Redis.from_url(platform.broker.url) as broker:
        broker.flushall()
    job = platform.submit()
    assert wait_for(lambda: platform.job(job).started_at is not None, 15) < RESUMED_WITHIN_SECONDS


def test_a_killed_broker_that_comes_back_delays_but_loses_nothing(
    platform: Platform, worker: subprocess.Popen[bytes]
) -> None:
    running = platform.submit(parts=3, seconds=0.5)
    platform.wait_saved(running, "one0")
    platform.broker.kill()
    waiting = platform.submit()
    platform.broker.start()
    assert wait_for(lambda: platform.job(waiting).started_at is not None, 20) < RESUMED_WITHIN_SECONDS
    assert platform.wait_end(running).attempt == 1
    assert worker.poll() is None


def test_a_frozen_broker_stops_nothing_that_runs(platform: Platform, worker: subprocess.Popen[bytes]) -> None:
    job = platform.submit(parts=4, seconds=0.5)
    platform.wait_saved(job, "one0")
    os.kill(platform.broker.pid, signal.SIGSTOP)
    try:
        assert platform.wait_end(job).status == "succeeded"
        later = platform.submit()
    finally:
        os.kill(platform.broker.pid, signal.SIGCONT)
    assert wait_for(lambda: platform.job(later).started_at is not None, 20) < RESUMED_WITHIN_SECONDS


def test_a_restart_of_postgres_is_waited_out(platform: Platform, worker: subprocess.Popen[bytes]) -> None:
    job = platform.submit(parts=3, seconds=0.4)
    platform.wait_saved(job, "one0")
    platform.postgres.stop()
    platform.postgres.start()
    later = platform.submit()
    assert wait_for(lambda: platform.job(later).started_at is not None, 20) < RESUMED_WITHIN_SECONDS
    ended = platform.wait_end(job)
    assert (ended.status, len(platform.saved(job))) == ("succeeded", 9)


def test_a_killed_postgres_that_comes_back_loses_no_saved_part(
    platform: Platform, worker: subprocess.Popen[bytes]
) -> None:
    job = platform.submit(parts=3, seconds=0.4)
    platform.wait_saved(job, "two0")
    before = platform.saved(job)
    platform.postgres.kill()
    platform.postgres.start()
    assert platform.wait_end(job).status == "succeeded"
    assert platform.saved(job)[: len(before)] == before
    assert len(platform.saved(job)) == 9
