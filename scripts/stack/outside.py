"""Servers that aren't ours: can their address be reached at all, before anything is started that needs them."""

import socket
from urllib.parse import urlsplit

from scripts.stack.errors import Unreachable

PORTS = {"postgresql": 5432, "postgres": 5432, "redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}


def check_reachable(variable: str, url: str) -> None:
    """Raise Unreachable naming the variable unless somebody listens where its URL points."""
    parts = urlsplit(url)
    if not parts.hostname or "," in parts.netloc:  # a local socket, or a list of hosts: the driver's own business
        return
    port = parts.port or PORTS[parts.scheme]
    try:
        socket.create_connection((parts.hostname, port), timeout=5).close()
    except OSError as error:
        raise Unreachable(variable=variable, host=parts.hostname, port=port, reason=error.strerror or error) from None
