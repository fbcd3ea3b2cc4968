"""Servers that a run killed the hard way left behind in their folder: found through /proc and ended.

A pid file proves nothing, because the pid may belong to somebody else by now.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def end_leftovers(folder: Path, program: str, polite: signal.Signals, *, seconds: float = 5.0) -> None:
    """End each process of `program` that works in `folder`: politely first, then by force."""
    left = list(processes_in(folder, program))
    _send(left, polite)
    deadline = time.monotonic() + seconds
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = list(processes_in(folder, program))
    while left:
        _send(left, signal.SIGKILL)
        time.sleep(0.02)
        left = list(processes_in(folder, program))


def processes_in(folder: Path, program: str) -> Iterator[int]:
    """Yield the ids of the processes of `program` whose working folder is `folder`."""
    wanted = str(folder.resolve())
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):  # it ended meanwhile, or belongs to another user
            if os.readlink(entry / "cwd") == wanted and Path(os.readlink(entry / "exe")).name.startswith(program):
                yield int(entry.name)


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
