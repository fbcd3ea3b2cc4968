"""What models need remembered, in Postgres: admission of calls over all processes and what they cost whom.

`llm` knows no database; it asks for this by the protocol `llm.book.Book`.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from db import model_breakers, model_calls, model_slots, models
from db.model_calls import Called
from db.models import Choice, Config
from db.pool import Connection, engine, transaction


class Wished(Protocol):
    """A call about to be made; `cost` is None when it is free, `budget` when nothing limits spending."""

    @property
    def provider(self) -> str: ...
    @property
    def most(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def cost(self) -> Decimal | None: ...
    @property
    def budget(self) -> Decimal | None: ...


@dataclass(frozen=True)
class Admission:
    """A place, or why there is none: `busy`, `resting` or `budget`, and how long to wait; `share` of the budget."""

    slot: int | None = None
    refusal: str | None = None
    wait: float | None = None
    share: float | None = None


@dataclass(frozen=True)
class ModelBook:
    """The book of one workspace, which pays."""

    workspace: str

    def choice(self, purpose: str) -> Choice | None:
        """Give what was chosen for a purpose; None leaves it to the settings."""
        with transaction(self.workspace) as connection:
            return models.choice(connection, purpose)

    def config(self, provider: str, model: str) -> Config | None:
        """Give how a model is to be asked."""
        with transaction(self.workspace) as connection:
            return models.config(connection, provider, model)

    def admit(self, wish: Wished) -> Admission:
        """Take a place for a call and set its cost aside, or say why not."""
        with engine() as connection:
            model_slots.lock(connection)
            share = _share(connection, wish)
            if share is not None and share > 1:
                return Admission(refusal="budget", share=share)
            if model_slots.busy(connection, wish.provider) >= wish.most:
                return Admission(refusal="busy")
            wait = model_breakers.wait(connection, wish.provider, wish.seconds)
            if wait is not None:
                return Admission(refusal="resting", wait=wait)
            slot = model_slots.take(connection, wish.provider, wish.seconds, wish.cost or Decimal(0))
            return Admission(slot, share=share)

    def settle(self, slot: int, call: Called, is_down: bool | None) -> None:
        """Write the call down, note whether its provider is down (None: can't tell), and give the place back."""
        with transaction(self.workspace) as connection:
            model_calls.add(connection, self.workspace, call)
        with engine() as connection:
            model_slots.give_back(connection, slot)
            if is_down:
                model_breakers.failed(connection, call.provider, call.outcome)
            elif is_down is False:
                model_breakers.worked(connection, call.provider)


def _share(connection: Connection, wish: Wished) -> float | None:
    """Say how much of the budget is used when this call, too, costs the most it can; None when nothing limits it."""
    if wish.cost is None or wish.budget is None:
        return None
    promised = model_calls.spent_this_month(connection) + model_slots.reserved(connection) + wish.cost
    return float(promised / wish.budget) if wish.budget else 2.0
