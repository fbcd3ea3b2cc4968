"""Waiting out a short absence of the database."""

import time
from collections.abc import Callable
from typing import TypeVar

from db.errors import Unavailable

T = TypeVar("T")


def patiently(do: Callable[[], T], *, seconds: float) -> T:
    """Call `do` until the database answers, for at most `seconds`; then raise Unavailable."""
    deadline = time.monotonic() + seconds
    pause = 0.05
    while True:
        try:
            return do()
        except Unavailable:
            if time.monotonic() + pause > deadline:
                raise
            time.sleep(pause)
            pause = min(pause * 2, 0.5)
