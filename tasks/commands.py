"""The command lines that start the processes of this package."""

import sys

from settings import Settings
from tasks import queues


def worker_argv(settings: Settings) -> list[str]:
    """Start a worker for all queues with as many slots as the settings say."""
    return [
        sys.executable, "-m", "celery", "--quiet", "-A", "tasks.worker", "worker",
        "--pool", "prefork", "--concurrency", str(settings.workers), "--queues", ",".join(queues.ALL),
        "--without-gossip", "--without-mingle", "--loglevel", settings.log_level,
    ]  # fmt: skip


def scheduler_argv(_settings: Settings) -> list[str]:
    """Start the scheduler."""
    return [sys.executable, "-m", "tasks.scheduler"]
