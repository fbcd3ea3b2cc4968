"""What a call costs, by a list that an operator can correct and extend."""

from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import msgspec

from llm.chat import Usage
from llm.connection import PAID
from llm.errors import PriceListError

BUILT_IN = Path(__file__).with_name("prices.toml")
MILLION = Decimal(1_000_000)
SAME_PRICES = {"azure": "openai"}
"""Azure asks OpenAI's prices unless the list has its own."""


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a provider's models cost, those whose name matches `model`."""

    provider: str
    model: str
    input: float = 0.0
    output: float = 0.0
    minute: float = 0.0

    def cost(self, usage: Usage) -> Decimal:
        """Say what this much costs."""
        tokens = usage.prompt_tokens * _exact(self.input) + usage.completion_tokens * _exact(self.output)
        return tokens / MILLION + _exact(usage.seconds) * _exact(self.minute) / 60


class _List(msgspec.Struct, forbid_unknown_fields=True):
    currency: str = "USD"
    price: list[Price] = []


@dataclass(frozen=True)
class Prices:
    """A price list; of two rows that match equally well the first counts."""

    currency: str
    rows: tuple[Price, ...]

    def is_paid(self, provider: str, model: str) -> bool:
        """Tell whether calls of a model cost money."""
        return provider in PAID or bool(self._matching(provider, model))

    def cost(self, provider: str, usage: Usage, *models: str) -> Decimal:
        """Say what a call costs; of the model's names the first that the list knows counts."""
        for model in models:
            if found := self._matching(provider, model):
                return max(found, key=lambda price: len(price.model)).cost(usage)
        if provider not in PAID:
            return Decimal(0)
        return max((price.cost(usage) for price in self.rows), default=Decimal(0))

    def _matching(self, provider: str, model: str) -> list[Price]:
        for name in (provider, SAME_PRICES.get(provider)):
            found = [row for row in self.rows if row.provider == name and fnmatchcase(model.lower(), row.model.lower())]
            if found:
                return found
        return []


@cache
def prices(own: Path | None = None) -> Prices:
    """Read the list, an operator's rows before ours; if theirs is in another currency, theirs alone."""
    ours = _read(BUILT_IN)
    if own is None:
        return Prices(ours.currency, tuple(ours.price))
    theirs = _read(own)
    rows = theirs.price + (ours.price if theirs.currency == ours.currency else [])
    return Prices(theirs.currency, tuple(rows))


def _read(path: Path) -> _List:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=_List)
    except (OSError, ValueError) as error:
        raise PriceListError(f"{path.name}: {error}") from error


def _exact(number: float) -> Decimal:
    return Decimal(str(number))
