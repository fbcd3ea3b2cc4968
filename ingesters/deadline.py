"""A network whose connections end when the time for the whole exchange is over, however slowly bytes drip in."""

import ssl
import time
from collections.abc import Iterable
from typing import Any

from httpcore2 import SOCKET_OPTION, NetworkBackend, NetworkStream, ReadTimeout


class Deadline(NetworkBackend):
    """Opens connections of another network; all of them end `seconds` from now."""

    def __init__(self, network: NetworkBackend, seconds: float) -> None:
        """Start the clock."""
        self._network, self._until = network, time.monotonic() + seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Connect in the time that is left."""
        stream = self._network.connect_tcp(host, port, self.left(timeout), local_address, socket_options)
        return _Stream(stream, self)

    def left(self, timeout: float | None) -> float:
        """Give the time that is left, at most `timeout`; raise ReadTimeout when there is none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise ReadTimeout("the time for the whole exchange is over")
        return left if timeout is None else min(left, timeout)


class _Stream(NetworkStream):
    """A connection under a deadline."""

    def __init__(self, stream: NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read in the time that is left."""
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write in the time that is left."""
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        """Close."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        """Go on in TLS, under the same deadline."""
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        """Tell about the socket."""
        return self._stream.get_extra_info(info)
