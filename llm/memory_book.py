"""The book of a single process: for tests and tools that run without a database."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from llm.book import BUDGET, BUSY, RESTING, Admission, Call, Choice, Configured, Wish
from llm.chat import Config

OPENS_AFTER = 5
FIRST_REST = 15.0
LONGEST_REST = 600.0


@dataclass(frozen=True)
class Admitted:
    """A place, or why there is none."""

    slot: int | None = None
    refusal: str | None = None
    wait: float | None = None
    share: float | None = None


@dataclass(frozen=True)
class Picked:
    """A choice."""

    provider: str | None
    model: str | None


@dataclass
class _Health:
    failures: int = 0
    rests: int = 0
    until: float | None = None
    is_trying: bool = False


@dataclass
class MemoryBook:
    """Keeps the same rules as the one in Postgres; `calls` are all that were made."""

    clock: Callable[[], float] = time.monotonic
    choices: dict[str, Picked] = field(default_factory=dict)
    configs: dict[tuple[str, str], Config] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing under way."""
        self._lock = threading.Lock()
        self._slots: dict[int, tuple[Wish, float]] = {}
        self._health: dict[str, _Health] = {}
        self._next = 0

    def choice(self, purpose: str) -> Choice | None:
        """Give what was chosen."""
        return self.choices.get(purpose)

    def config(self, provider: str, model: str) -> Configured | None:
        """Give how a model is to be asked."""
        return self.configs.get((provider, model))

    def admit(self, wish: Wish) -> Admission:
        """Take a place, or say why not."""
        with self._lock:
            now = self.clock()
            self._slots = {slot: held for slot, held in self._slots.items() if held[1] > now}
            share = self._share(wish)
            if share is not None and share > 1:
                return Admitted(refusal=BUDGET, share=share)
            refused = self._busy(wish) or self._resting(wish, now)
            if refused:
                return refused
            self._next += 1
            self._slots[self._next] = (wish, now + wish.seconds)
            return Admitted(self._next, share=share)

    def settle(self, slot: int, call: Call, is_down: bool | None) -> None:
        """Give the place back and write the call down."""
        with self._lock:
            self._slots.pop(slot, None)
            self.calls.append(call)
            health = self._health.setdefault(call.provider, _Health())
            if is_down is False:
                self._health[call.provider] = _Health()
            elif is_down:
                self._count(health)

    def _count(self, health: _Health) -> None:
        health.failures += 1
        if health.is_trying or (health.until is None and health.failures >= OPENS_AFTER):
            health.until = self.clock() + min(LONGEST_REST, FIRST_REST * 2**health.rests)
            health.rests, health.is_trying = health.rests + 1, False

    def _share(self, wish: Wish) -> float | None:
        if wish.cost is None or wish.budget is None:
            return None
        reserved = sum((held.cost or Decimal(0) for held, _ in self._slots.values()), Decimal(0))
        spent = sum((call.cost for call in self.calls), Decimal(0))
        return float((spent + reserved + wish.cost) / wish.budget) if wish.budget else 2.0

    def _busy(self, wish: Wish) -> Admitted | None:
        taken = sum(held.provider == wish.provider for held, _ in self._slots.values())
        return Admitted(refusal=BUSY) if taken >= wish.most else None

    def _resting(self, wish: Wish, now: float) -> Admitted | None:
        health = self._health.get(wish.provider)
        if health is None or health.until is None:
            return None
        if health.until > now:
            return Admitted(refusal=RESTING, wait=health.until - now)
        health.until, health.is_trying = now + wish.seconds, True  # nobody else goes until this one has ended
        return None
