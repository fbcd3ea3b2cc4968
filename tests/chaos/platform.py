"""A small platform of its own to be hurt: Postgres, broker, scheduler and worker processes without the web."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil

import db
from db import events, jobs, workspaces
from db.jobs import Job, NewJob
from db.pool import forget_pool
from scripts.stack.broker import EmbeddedBroker
from scripts.stack.postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parent.parent.parent
WORKER = ["-m", "celery", "-A", "tests.chaos.probe", "worker", "--pool", "prefork", "--concurrency", "2",
          "--queues", "interactive,ingest,vision,speech,backfill,maintenance", "--without-gossip", "--without-mingle",
          "--loglevel", "INFO"]  # fmt: skip


class Platform:
    """Starts the parts, hurts them on demand, and asks Postgres what became of a job."""

    def __init__(self, data_dir: Path, postgres: EmbeddedPostgres, broker: EmbeddedBroker) -> None:
        self.data_dir, self.postgres, self.broker = data_dir, postgres, broker
        self._parts: list[subprocess.Popen[bytes]] = []
        self.workspace = "default"
        with db.engine() as connection:
            workspaces.ensure(connection, self.workspace)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a Python process of the platform in a session of its own."""
        with (self.data_dir / f"part{len(self._parts)}.log").open("ab") as log:
            part = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )  # fmt: skip
        self._parts.append(part)
        return part

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker and wait until it listens."""
        worker = self.start(*WORKER)
        wait_for(lambda: self._presence("celery@") == 1, 30)
        return worker

    def start_scheduler(self) -> subprocess.Popen[bytes]:
        """Start the scheduler and wait until it leads."""
        scheduler = self.start("-m", "tasks.scheduler")
        wait_for(lambda: self._presence("scheduler@") == 1, 30)
        return scheduler

    def stop(self) -> None:
        """Stop all processes."""
        for part in reversed(self._parts):
            for number in (signal.SIGCONT, signal.SIGKILL):
                try:
                    os.killpg(part.pid, number)
                except ProcessLookupError:
                    break
            part.wait()
        forget_pool()

    def submit(self, **parameters: Any) -> UUID:
        """Put a probe job into the queue."""
        new = NewJob(uuid4(), "probe", parameters.pop("queue", "ingest"), uuid4().hex, parameters)
        parameters["log"] = str(self.data_dir / f"{new.id}.log")
        Path(parameters["log"]).touch()
        with db.transaction(self.workspace) as connection:
            jobs.add(connection, self.workspace, new, None)
        return new.id

    def job(self, job_id: UUID) -> Job:
        """Read a job."""
        with db.transaction(self.workspace) as connection:
            return jobs.get(connection, job_id)

    def events(self, job_id: UUID) -> list[events.Event]:
        """Read what happened to a job."""
        with db.transaction(self.workspace) as connection:
            return events.after(connection, job_id, 0, 2000)

    def saved(self, job_id: UUID) -> list[str]:
        """List what the job's stages saved, in order."""
        return [event.data["value"] for event in self.events(job_id) if event.kind == "saved"]

    def begun(self, job_id: UUID) -> list[str]:
        """List the stages that were begun, in order, repeated ones again."""
        return (self.data_dir / f"{job_id}.log").read_text().split()

    def wait_saved(self, job_id: UUID, value: str, seconds: float = 20) -> None:
        """Wait until the job has saved this value."""
        wait_for(lambda: value in self.saved(job_id), seconds)

    def wait_end(self, job_id: UUID, seconds: float = 30) -> Job:
        """Wait until the job has ended."""
        wait_for(lambda: self.job(job_id).finished_at is not None, seconds)
        return self.job(job_id)

    def child_of(self, worker: subprocess.Popen[bytes], job_id: UUID) -> int:
        """Give the pid of the pool child that works on a job."""
        with db.engine() as connection:
            row = connection.execute("SELECT worker FROM jobs WHERE id = %s", (job_id,)).fetchone()
        pid = int(row[0].rsplit(":", 1)[1]) if row else 0
        assert pid in {child.pid for child in psutil.Process(worker.pid).children(recursive=True)}
        return pid

    def _presence(self, prefix: str) -> int:
        with db.engine() as connection:
            row = connection.execute(
                "SELECT count(*) FROM workers WHERE starts_with(name, %s) AND seen_at > now() - interval '2.5 seconds'",
                (prefix,),
            ).fetchone()
        return int(row[0]) if row else 0


def wait_for(true: Callable[[], bool], seconds: float) -> float:
    """Wait until something is true; give the seconds it took; fail after `seconds`."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began
