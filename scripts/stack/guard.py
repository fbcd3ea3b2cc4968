"""Outlives a supervisor that is killed with kill -9, and ends what the supervisor can't end any more.

The kernel already sends each part its death signal, but not to the part's own children, and a busy part may not
listen. The guard is a small process of its own: it reads group ids from a pipe that closes when the supervisor dies.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

GRACE_SECONDS = 3.0


class Guard:
    """The supervisor's end of the pipe."""

    def __init__(self) -> None:
        words = [sys.executable, "-I", "-S", __file__]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)

    def add(self, group: int) -> None:
        """Have a process group ended when the supervisor dies."""
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        """Forget a group that has ended."""
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """End the guard; the groups it still knows are ended with it."""
        with suppress(BrokenPipeError):
            self._process.communicate()

    def _tell(self, line: str) -> None:
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):  # somebody killed the guard: the kernel's death signals remain
                self._process.stdin.write(line.encode())
                self._process.stdin.flush()


def main() -> None:
    """Collect groups until the pipe closes, give them a moment, then kill what is left."""
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    deadline = time.monotonic() + GRACE_SECONDS
    while any(_lives(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in groups:
        with suppress(OSError):
            os.killpg(group, signal.SIGKILL)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
