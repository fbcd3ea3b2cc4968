"""Connections that wait for a slow client for a while and no longer: without this a few dozen hold every thread."""

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gunicorn.workers import gthread

PATIENCE_SECONDS = 10.0
SLOWEST_BYTES_PER_SECOND = 16 * 1024
FIRST_BYTE_SECONDS = 0.2  # then a silent connection waits without a thread
SLICE = 64 * 1024


class PatientSocket(socket.socket):
    """Gives a client a few seconds for each request; what it sends earns more, never more than at the beginning."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(fileno=descriptor)
        self._left = PATIENCE_SECONDS

    def begin(self) -> None:
        """Be patient again: a request begins."""
        self._left = PATIENCE_SECONDS

    def setblocking(self, flag: bool, /) -> None:
        """Never block for ever."""
        self.settimeout(PATIENCE_SECONDS if flag else 0.0)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Read; only the time spent waiting for the client counts."""
        with self._bounded(self._left):
            began = time.monotonic()
            data = super().recv(size, flags)
            earned = len(data) / SLOWEST_BYTES_PER_SECOND
            self._left = min(PATIENCE_SECONDS, self._left + earned - (time.monotonic() - began))
        return data

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Write in slices, with patience for each, so that a large answer may take its time."""
        view = memoryview(data)
        with self._bounded(PATIENCE_SECONDS):
            for start in range(0, len(view), SLICE):
                super().sendall(view[start : start + SLICE], flags)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Write a file, with patience for each part."""
        with self._bounded(PATIENCE_SECONDS):
            return super().sendfile(file, offset, count)

    @contextmanager
    def _bounded(self, seconds: float) -> Iterator[None]:
        """Treat a client that is too slow like one that has gone."""
        before = self.gettimeout()
        if before == 0:  # not blocking
            yield
            return
        try:
            if seconds <= 0:
                raise TimeoutError
            self.settimeout(seconds if before is None else min(seconds, before))
            yield
        except TimeoutError:
            self._left = 0.0
            raise ConnectionResetError(errno.ECONNRESET, "the client is too slow") from None
        finally:
            self.settimeout(before)


class PatientWorker(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's threads on patient sockets."""

    def handle(self, conn: Any) -> Any:
        """Handle a request; give the thread back while nothing has arrived yet."""
        if not isinstance(conn.sock, PatientSocket):
            conn.sock = PatientSocket(conn.sock.detach())
        if not conn.initialized and not conn.wait_for_data(FIRST_BYTE_SECONDS):
            return gthread._DEFER  # the poller waits for it
        conn.sock.begin()
        return super().handle(conn)
