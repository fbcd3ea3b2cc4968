"""Hears the output of all parts, in one thread; a signal sent to this process ends the waiting at once."""

import selectors
import signal
import socket
from collections.abc import Callable, Iterable
from typing import IO

from scripts.stack.screen import Lines


class Ears:
    """A selector over the parts' pipes and over the signals that Python tells us of."""

    def __init__(self) -> None:
        self._heard: dict[IO[bytes], Lines] = {}
        self._selector = selectors.DefaultSelector()
        self._bell, self._wakeup = socket.socketpair()
        self._bell.setblocking(False)
        self._wakeup.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._old_wakeup = signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)

    def hear(self, pipe: IO[bytes] | None, sink: Callable[[str], None]) -> None:
        """Hand each line that comes out of a pipe to `sink`, from now on."""
        if pipe is not None:
            self._heard[pipe] = Lines(pipe, sink)
            self._selector.register(pipe, selectors.EVENT_READ, data=pipe)

    def turn(self, seconds: float) -> None:
        """Handle what is there; wait for it up to `seconds`."""
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                self._bell.recv(4096)
            elif not self._heard[key.data].pump():
                self.forget([key.data])

    def forget(self, pipes: Iterable[IO[bytes] | None]) -> None:
        """Handle the last lines of pipes that have ended, and close them."""
        for pipe in pipes:
            if pipe is not None and (lines := self._heard.pop(pipe, None)):
                while lines.pump():
                    pass
                lines.flush()
                self._selector.unregister(pipe)
                pipe.close()

    def close(self) -> None:
        """Give everything back."""
        signal.set_wakeup_fd(self._old_wakeup)
        self.forget(list(self._heard))
        self._selector.close()
        self._bell.close()
        self._wakeup.close()
