"""Passwords at login: argon2id, a few at a time, and the same work whether or not the name exists."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from web.problems import Problem

AT_ONCE = 2  # a hash takes 64 MiB and half a second of a slow core
WAIT_SECONDS = 10.0
# The hash of a password that was thrown away, with the parameters of PasswordHasher(): checked for unknown names.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$NlMh5Muq5gMUSUKjPxX6+g$XCGnKJILk9Fq+W+fpBc/bjeHiGSY1gwv7NmWWlVZ2so"

_hasher = PasswordHasher()
_room = threading.BoundedSemaphore(AT_ONCE)


def matches(password: str, password_hash: str | None) -> bool:
    """Tell whether the password belongs to the hash; `None` (no such user) takes as long and never matches."""
    with _one_of_few():
        try:
            return _hasher.verify(password_hash or NOBODY, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


@contextmanager
def _one_of_few() -> Iterator[None]:
    if not _room.acquire(timeout=WAIT_SECONDS):
        raise Problem(503, "busy", headers={"Retry-After": "10"})
    try:
        yield
    finally:
        _room.release()
