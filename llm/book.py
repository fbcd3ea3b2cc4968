"""What has to be remembered across processes to ask models: choices, calls under way, faults, spending.

Llm knows no database; `db.model_book.ModelBook` keeps all of it in Postgres, `llm.memory_book.MemoryBook` in memory.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

PURPOSES = ("chat", "vision", "speech")
BUSY, RESTING, BUDGET = "busy", "resting", "budget"
"""Why a call is not admitted: too many at once, its provider failed too often, the month's money is spent."""


@dataclass(frozen=True)
class Wish:
    """A call that is about to be made: of whom, how many may run at once, how long and dear it is at most.

    `cost` is None for a call that costs nothing, `budget` where spending has no limit.
    """

    provider: str
    most: int
    seconds: float
    cost: Decimal | None = None
    budget: Decimal | None = None


@dataclass(frozen=True)
class Call:
    """A call that has ended. `outcome` is `ok`, `cancelled` or the code of an error."""

    provider: str
    model: str
    purpose: str
    outcome: str
    ms: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    is_estimated: bool
    cost: Decimal


class Admission(Protocol):
    """The place of an admitted call, or why there is none and after how many seconds to ask again.

    `share` is how much of the budget is used with this call, where there is one.
    """

    @property
    def slot(self) -> int | None: ...
    @property
    def refusal(self) -> str | None: ...
    @property
    def wait(self) -> float | None: ...
    @property
    def share(self) -> float | None: ...


class Choice(Protocol):
    """The model somebody chose for a purpose; without a model, none shall be used."""

    @property
    def provider(self) -> str | None: ...
    @property
    def model(self) -> str | None: ...


class Configured(Protocol):
    """How somebody wants a model to be asked; None leaves the default."""

    @property
    def temperature(self) -> float | None: ...
    @property
    def max_tokens(self) -> int | None: ...
    @property
    def context_length(self) -> int | None: ...


class Book(Protocol):
    """The memory; one for each workspace, which pays."""

    def choice(self, purpose: str) -> Choice | None:
        """Give what was chosen for a purpose; None leaves it to the settings."""

    def config(self, provider: str, model: str) -> Configured | None:
        """Give how a model is to be asked."""

    def admit(self, wish: Wish) -> Admission:
        """Take a place for a call and set its cost aside, or say why not."""

    def settle(self, slot: int, call: Call, is_down: bool | None) -> None:
        """Give the place back, write the call down, and note whether its provider is down (None: can't tell)."""
