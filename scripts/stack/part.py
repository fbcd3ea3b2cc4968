"""A part of the platform: what to start, how to know that it is ready, and how to stop it."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def _nothing() -> None:
    """Do nothing."""


def _at_once() -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Part:
    """One program of the stack, as plain values and small callables."""

    name: str
    argv: tuple[str, ...]
    folder: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    before_start: Callable[[], None] = _nothing  # in this process, before each start
    in_child: Callable[[], None] = _nothing  # in the child, between fork and exec
    is_ready: Callable[[], bool] = _at_once
    ready_seconds: float = 60.0
    stop: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 2.0),)  # then the whole group is killed
    death_signal: signal.Signals = signal.SIGTERM  # sent by the kernel when the supervisor itself is killed


class Child:
    """A started part: the leader of a session of its own."""

    def __init__(self, part: Part, process: "subprocess.Popen[bytes]") -> None:
        self.part = part
        self.process = process

    @property
    def pid(self) -> int:
        """Give the process id, which is the session's and the group's id as well."""
        return self.process.pid

    def has_ended(self) -> bool:
        """Tell whether the main process is gone; reap it if so."""
        return self.process.poll() is not None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the main process alone."""
        self.process.send_signal(number)

    def kill(self) -> None:
        """Kill what is left of the session's group and reap the main process."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()


def spawn(part: Part, output: int = subprocess.PIPE, errors: int = subprocess.STDOUT) -> Child:
    """Start a part; call it from the main thread, because the kernel ties the death signal to the thread."""
    part.before_start()
    parent = os.getpid()

    def before_exec() -> None:
        part.in_child()
        die_with(parent, part.death_signal)  # after in_child: a change of user or namespace clears it

    process = subprocess.Popen(
        part.argv,
        cwd=part.folder,
        env={**os.environ, **part.env},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        start_new_session=True,
        preexec_fn=before_exec,  # noqa: PLW1509  # the supervisor has one thread
    )
    return Child(part, process)


def die_with(parent: int, number: signal.Signals) -> None:
    """Have the kernel send this process a signal when its parent dies."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
