"""Ports of this machine: is one free, and which one does an embedded server keep."""

import errno
import json
import os
import random
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.stack.errors import AddressTaken, AddressUnusable

LOWEST, HIGHEST = 20_000, 32_000  # below the kernel's range for outgoing connections, which would steal a port


@dataclass(frozen=True)
class Endpoint:
    """The port and the password of an embedded server."""

    port: int
    password: str


def kept_endpoint(file: Path) -> Endpoint:
    """Give the endpoint kept in a file; make it the first time, and take a new port when the old one is taken."""
    kept = _read(file)
    if kept is not None and is_free("127.0.0.1", kept.port):
        return kept
    endpoint = Endpoint(free_port(), kept.password if kept else secrets.token_urlsafe(24))
    write_secret(file, json.dumps(asdict(endpoint)))
    return endpoint


def free_port() -> int:
    """Choose a free port on the loopback address."""
    choice = random.SystemRandom()
    while True:
        port = choice.randint(LOWEST, HIGHEST)
        if is_free("127.0.0.1", port):
            return port


def is_free(host: str, port: int) -> bool:
    """Tell whether nobody listens on an address; raise AddressUnusable when it can never be listened on."""
    try:
        check_free(host, port)
    except AddressTaken:
        return False
    return True


def check_free(host: str, port: int) -> None:
    """Raise a StackError that names the address unless it can be listened on now."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        with socket.socket(family, kind) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
    except OSError as error:
        raise _refused(host, port, error) from None


def write_secret(file: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    fresh.replace(file)


def _read(file: Path) -> Endpoint | None:
    try:
        return Endpoint(**json.loads(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _refused(host: str, port: int, error: OSError) -> AddressTaken | AddressUnusable:
    if error.errno == errno.EADDRINUSE:
        return AddressTaken(host=host, port=port)
    return AddressUnusable(host=host, port=port, reason=error.strerror)
