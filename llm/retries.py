"""Ask again while waiting helps: backoff with jitter, Retry-After honoured, and an end."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from llm.errors import ModelError

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Patience:
    """How often to ask, how long an answer may take, how long to wait in between and for a free place (`queue`).

    Time and chance come in from outside.
    """

    attempts: int = 5
    timeout: float = 30.0
    first_wait: float = 0.5
    longest_wait: float = 30.0
    queue: float = 60.0
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def wait(self, attempt: int, error: ModelError) -> float:
        """Say how many seconds to wait after a failed attempt (counted from 0)."""
        if error.retry_after is not None:
            return error.retry_after
        return min(self.longest_wait, self.first_wait * 2.0**attempt) * (0.5 + self.chance() / 2)


IN_A_JOB = Patience()
SOMEONE_WAITS = Patience(attempts=2, timeout=4.0, first_wait=0.2, longest_wait=2.0, queue=2.0)


def patiently(call: Callable[[], Answer], patience: Patience) -> Answer:
    """Call until it works; raise what does not pass, the last fault, or one that asks for too long a wait."""
    for attempt in range(patience.attempts):
        try:
            return call()
        except ModelError as error:
            wait = patience.wait(attempt, error)
            if not error.passing or wait > patience.longest_wait or attempt + 1 == patience.attempts:
                raise
            log.info("model asked again", code=error.code, attempt=attempt + 1, wait_seconds=round(wait, 2))
            patience.sleep(wait)
    raise ValueError("patience needs at least one attempt")
