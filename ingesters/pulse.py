"""The heartbeat of a claimed job: a thread that renews the lease while the main thread works."""

import threading
from collections.abc import Callable
from types import TracebackType

import structlog

import db
from db import leases
from db.errors import LeaseLost, Unavailable
from db.jobs import Job
from ingesters.errors import Cancelled, Stopping

log = structlog.get_logger(__name__)


class Pulse:
    """Renews the lease four times in its length; `check` raises what the heartbeat has learnt."""

    def __init__(self, job: Job, seconds: float, stopping: Callable[[], bool]) -> None:
        self._job, self._seconds, self._stopping = job, seconds, stopping
        self._done = threading.Event()
        self._lost = self._cancelled = False
        self._thread = threading.Thread(target=self._beat, name=f"pulse-{job.id}", daemon=True)

    def __enter__(self) -> "Pulse":
        """Start beating."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop beating."""
        self._done.set()
        self._thread.join()

    def check(self) -> None:
        """Raise LeaseLost, Cancelled or Stopping if the work must not go on."""
        if self._lost:
            raise LeaseLost(f"Job {self._job.id} was taken by another worker.")
        if self._cancelled:
            raise Cancelled
        if self._stopping():
            raise Stopping

    def _beat(self) -> None:
        while not self._done.wait(self._seconds / 4):
            try:
                with db.engine() as connection:
                    self._cancelled = leases.renew(connection, self._job, self._seconds)
            except LeaseLost:
                self._lost = True
                return
            except Unavailable:
                log.warning("lease not renewed, database away", job_id=str(self._job.id))
