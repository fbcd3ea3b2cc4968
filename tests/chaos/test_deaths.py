"""Workers die in every stage: nothing is lost, nothing saved twice, at most one stage is begun again."""

import os
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest

from tests.chaos.platform import Platform, wait_for

RESUMED_WITHIN_SECONDS = 5.0
ALL_SAVED = [f"{stage}{part}" for stage in ("one", "two", "three") for part in range(3)]


@pytest.fixture
def worker(platform: Platform) -> Iterator[subprocess.Popen[bytes]]:
    """Give a running worker."""
    worker = platform.start_worker()
    yield worker
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def is_in_attempt(platform: Platform, job_id: UUID, attempt: int) -> bool:
    """Tell whether a job runs for the n-th time."""
    job = platform.job(job_id)
    return (job.status, job.attempt) == ("running", attempt)


def has_died(platform: Platform, job_id: UUID, times: int) -> bool:
    """Tell whether a job has lost so many workers."""
    return platform.job(job_id).deaths == times


def resumed(platform: Platform, job_id: UUID) -> bool:
    """Tell whether a second attempt has begun."""
    return sum(event.kind == "started" for event in platform.events(job_id)) == 2


@pytest.mark.parametrize("stage", ["one", "two", "three"])
def test_a_killed_child_repeats_at_most_its_stage(
    platform: Platform, worker: subprocess.Popen[bytes], stage: str
) -> None:
    job = platform.submit(parts=3, seconds=0.4)
    platform.wait_saved(job, f"{stage}0")
    os.kill(platform.child_of(worker, job), signal.SIGKILL)
    assert wait_for(lambda: resumed(platform, job), 15) < RESUMED_WITHIN_SECONDS
    assert platform.wait_end(job).status == "succeeded"
    assert platform.saved(job) == ALL_SAVED
    assert len(platform.begun(job)) <= 4


@pytest.mark.parametrize("stage", ["one", "two", "three"])
def test_a_killed_worker_repeats_at_most_its_stage(
    platform: Platform, worker: subprocess.Popen[bytes], stage: str
) -> None:
    job = platform.submit(parts=3, seconds=0.4)
    platform.wait_saved(job, f"{stage}0")
    os.killpg(worker.pid, signal.SIGKILL)
    began_again = platform.start_worker()
    assert wait_for(lambda: resumed(platform, job), 15) < RESUMED_WITHIN_SECONDS
    assert platform.wait_end(job).status == "succeeded"
    assert platform.saved(job) == ALL_SAVED
    assert len(platform.begun(job)) <= 4
    os.killpg(began_again.pid, signal.SIGKILL)


def test_a_frozen_worker_can_write_nothing_after_its_job_was_taken(
    platform: Platform, worker: subprocess.Popen[bytes]
) -> None:
    job = platform.submit(parts=3, seconds=0.4)
    platform.wait_saved(job, "one0")
    frozen = platform.child_of(worker, job)
    os.kill(frozen, signal.SIGSTOP)
    wait_for(lambda: resumed(platform, job), 15)
    os.kill(frozen, signal.SIGCONT)
    assert platform.wait_end(job).status == "succeeded"
    assert platform.saved(job) == ALL_SAVED


def test_three_deaths_quarantine_a_job(platform: Platform, worker: subprocess.Popen[bytes]) -> None:
    job = platform.submit(parts=1, seconds=60)
    for attempt in (1, 2, 3):
        wait_for(partial(is_in_attempt, platform, job, attempt), 20)
        os.kill(platform.child_of(worker, job), signal.SIGKILL)
        wait_for(partial(has_died, platform, job, attempt), 20)
    assert platform.job(job).status == "quarantined"
    assert platform.job(job).error_code == "job_quarantined"


def test_a_stopping_worker_gives_its_job_back_without_a_death(
    platform: Platform, worker: subprocess.Popen[bytes]
) -> None:
    job = platform.submit(parts=20, seconds=0.3)
    platform.wait_saved(job, "one0")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=10) == 0
    assert platform.job(job).status == "waiting"
    assert platform.job(job).deaths == 0
