"""Memory of every process of a running platform: proportional and resident set size, idle and at the peak."""

import threading
from collections import defaultdict

import psutil

from bench.tables import show

EVERY_SECONDS = 0.5
MB = 1_000_000
NAMES = (
    ("sandbox_child", "extraction child"), ("gunicorn", "web"), ("celery", "worker"), ("tasks.scheduler", "scheduler"),
    ("scripts.up", "supervisor"), ("guard", "guard"), ("valkey", "broker"), ("postgres", "postgres"),
)  # fmt: skip


class Watch:
    """Adds up the memory of a process and all below it, by the part of the platform they belong to."""

    def __init__(self, root: psutil.Process) -> None:
        self._root = root
        self._peak: dict[str, int] = defaultdict(int)
        self._largest: dict[str, int] = defaultdict(int)

    def now(self) -> dict[str, int]:
        """Give the PSS in bytes by part; shared pages count once."""
        total: dict[str, int] = defaultdict(int)
        for process in [self._root, *self._root.children(recursive=True)]:
            try:
                info = process.memory_full_info()
                name = _part(" ".join(process.cmdline()))
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
            total[name] += info.pss
            self._largest[name] = max(self._largest[name], info.rss)
        return total

    def run(self, stop: threading.Event) -> None:
        """Look again and again until told to stop."""
        while not stop.wait(EVERY_SECONDS):
            for name, size in self.now().items():
                self._peak[name] = max(self._peak[name], size)

    def show(self, idle: dict[str, int]) -> None:
        """Print idle and peak PSS of each part, and the largest single process."""
        rows = [
            (name, f"{idle.get(name, 0) / MB:.0f}", f"{peak / MB:.0f}", f"{self._largest[name] / MB:.0f}")
            for name, peak in sorted(self._peak.items(), key=lambda item: -item[1])
        ]
        rows.append(("whole stack", f"{sum(idle.values()) / MB:.0f}", f"{sum(self._peak.values()) / MB:.0f}", ""))
        show("Memory in MB while loading", ("part", "idle PSS", "peak PSS", "largest process RSS"), rows)


def _part(command: str) -> str:
    return next((name for mark, name in NAMES if mark in command), "other")
