"""What the job engine costs beside bare Celery: the same work as a plain task and as a job, on the same worker."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import db
from bench.stack import Stack, stack
from bench.tables import say, show, verdict
from db import jobs, queues, workers, workspaces
from db.jobs import NewJob
from settings import get_settings
from tasks.commands import scheduler_argv

WORKER = ("-m", "celery", "--quiet", "-A", "bench.engine_worker", "worker", "--pool", "prefork", "--concurrency", "2",
          "--queues", "ingest,plain", "--without-gossip", "--without-mingle", "--loglevel", "WARNING")  # fmt: skip
MOST_OVERHEAD = 0.25
WORKSPACE = "default"


def main(*, quick: bool) -> None:
    """Print tasks and jobs a second for work of three lengths, and the overhead of a job in milliseconds."""
    count = 60 if quick else 300
    with stack() as servers, _processes(servers):
        _both("paragraph", 10)
        rows = [_row(work, count if work != "nothing" else 4 * count) for work in ("nothing", "paragraph", "pages")]
    note = (
        "paragraph: read, cut and embed one paragraph; pages: the same for a two-page PDF. The plain task stores "
        "nothing; the job claims, leases, saves every stage with progress and events, and survives any death."
    )
    columns = ("work", "plain tasks /s", "jobs /s", "overhead ms", "overhead", f"<= {MOST_OVERHEAD:.0%}")
    show("Job engine against bare Celery, 2 processes", columns, rows, note)


def _row(work: str, count: int) -> tuple[str, ...]:
    say(f"{work}: {count} each")
    plain, job = _both(work, count)
    overhead = job / plain - 1
    milliseconds = (job - plain) / count * 1000 * 2
    return (work, f"{count / plain:.1f}", f"{count / job:.1f}", f"{milliseconds:.1f}", f"{overhead:.0%}",
            verdict(overhead, MOST_OVERHEAD, most=True))  # fmt: skip


def _both(work: str, count: int) -> tuple[float, float]:
    return _timed(lambda: _plain(work, count)), _jobs(work, count)


def _plain(work: str, count: int) -> None:
    """Send plain tasks and wait until the worker has counted them all."""
    from bench.engine_worker import app, done_file, plain

    done_file().unlink(missing_ok=True)
    for _ in range(count):
        app.send_task(plain.name, args=[work], queue="plain")
    while not done_file().exists() or done_file().stat().st_size < count:
        time.sleep(0.01)


def _jobs(work: str, count: int) -> float:
    """Store the jobs with the queue held back, then let go: submitting is not measured, as it isn't for tasks."""
    with db.engine() as connection:
        queues.pause(connection, "ingest", True)
    for _ in range(count):
        new = NewJob(uuid4(), "bench", "ingest", uuid4().hex, {"work": work})
        with db.transaction(WORKSPACE) as connection:
            jobs.add(connection, WORKSPACE, new, None)

    def run() -> None:
        with db.engine() as connection:
            queues.pause(connection, "ingest", False)
        while _open():
            time.sleep(0.01)

    return _timed(run)


def _open() -> int:
    with db.engine() as connection:
        row = connection.execute("SELECT count(*) FROM jobs WHERE status IN ('waiting', 'running')").fetchone()
    return int(row[0]) if row else 0


def _timed(do: Callable[[], None]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


@contextmanager
def _processes(servers: Stack) -> Iterator[None]:
    with db.engine() as connection:
        workspaces.ensure(connection, WORKSPACE)
    log = (servers.data_dir / "engine.log").open("wb")
    argv = ([sys.executable, *WORKER], scheduler_argv(get_settings()))
    started = [
        subprocess.Popen(line, stdout=log, stderr=log, cwd=Path(__file__).parents[1], env=os.environ) for line in argv
    ]
    try:
        while not _is_listening():
            time.sleep(0.1)
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=20)
        log.close()


def _is_listening() -> bool:
    with db.engine() as connection:
        return workers.slots_by_queue(connection).get("ingest", 0) > 0
