"""The one terminal: each line of each part behind the part's name."""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import IO

COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
LONGEST_LINE = 64 * 1024


class Screen:
    """Writes whole lines to a file descriptor and never fails: a closed terminal must not stop the platform."""

    def __init__(self, descriptor: int = 1, *, coloured: bool = False, width: int = 10) -> None:
        self._descriptor = descriptor
        self._coloured = coloured
        self._width = width
        self._names: list[str] = []

    def line(self, name: str, text: str) -> None:
        """Write one line of a part."""
        self.say(f"{self._prefix(name)} {text}")

    def say(self, text: str) -> None:
        """Write a line of our own."""
        left = f"{text}\n".encode(errors="replace")
        with suppress(OSError):
            while left:
                left = left[os.write(self._descriptor, left) :]

    def _prefix(self, name: str) -> str:
        plain = f"{name:<{self._width}}|"
        if not self._coloured:
            return plain
        if name not in self._names:
            self._names.append(name)
        return f"\x1b[{COLOURS[self._names.index(name) % len(COLOURS)]}m{plain}\x1b[0m"


class Lines:
    """Cuts what comes out of a pipe into lines and hands each one on."""

    def __init__(self, pipe: IO[bytes], sink: Callable[[str], None]) -> None:
        self.pipe = pipe
        self._sink = sink
        self._rest = b""
        os.set_blocking(pipe.fileno(), False)

    def pump(self) -> bool:
        """Hand on what is there; give False when there is nothing, now or any more."""
        try:
            data = os.read(self.pipe.fileno(), LONGEST_LINE)
        except BlockingIOError:
            return False
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._hand_on(line)
        if not data or len(self._rest) > LONGEST_LINE:
            self.flush()
        return bool(data)

    def flush(self) -> None:
        """Hand on an unfinished last line."""
        if self._rest:
            self._hand_on(self._rest)
            self._rest = b""

    def _hand_on(self, line: bytes) -> None:
        self._sink(line.decode(errors="replace").rstrip("\r"))
