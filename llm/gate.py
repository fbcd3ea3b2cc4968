"""The gate before a provider: every call passes it, is limited, watched over and written down."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

import structlog

from llm.book import BUDGET, BUSY, Book, Call, Wish
from llm.chat import Usage
from llm.errors import BudgetSpentError, ModelBusyError, ModelError, ModelRestsError
from llm.prices import Prices

log = structlog.get_logger(__name__)
LOOK_AGAIN = 0.2
WARNS_AT = 0.8
"""Share of the monthly budget from which on each paid call warns."""
SPARE = 15.0
"""Seconds that a place is kept beyond the call's own time limit, before it counts as left behind."""


@dataclass(frozen=True)
class Terms:
    """Of whom a model is asked, what for, and under which limits."""

    provider: str
    model: str
    purpose: str
    prices: Prices
    most: int = 4
    budget: Decimal | None = None


@dataclass
class Tally:
    """What the call under way has used so far."""

    usage: Usage = field(default_factory=Usage)
    model: str = ""
    outcome: str = "ok"


class Gate:
    """Lets calls through one by one; `sleep` and `clock` come in from outside."""

    def __init__(
        self,
        book: Book,
        terms: Terms,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.terms = terms
        self._book, self._clock, self._sleep = book, clock, sleep

    @contextmanager
    def passage(self, expected: Usage, seconds: float, *, queue: float) -> Iterator[Tally]:
        """Admit one call, waiting `queue` seconds for a place at most; write down how it went."""
        slot, began, tally = self._admitted(expected, seconds, queue), self._clock(), Tally()
        is_down: bool | None = None
        try:
            yield tally
            is_down = False if tally.outcome == "ok" else None
        except ModelError as error:
            tally.outcome, is_down = error.code, error.is_down
            raise
        except BaseException:
            tally.outcome = "cancelled"
            raise
        finally:
            call = self._call(tally, self._clock() - began)
            self._book.settle(slot, call, is_down)
            log.info("model called", model=call.model, outcome=call.outcome, ms=call.ms, tokens=call.completion_tokens)

    def _admitted(self, expected: Usage, seconds: float, queue: float) -> int:
        terms, until = self.terms, self._clock() + queue
        paid = terms.prices.is_paid(terms.provider, terms.model)
        cost = terms.prices.cost(terms.provider, expected, terms.model) if paid else None
        wish = Wish(terms.provider, terms.most, seconds + SPARE, cost, terms.budget)
        while True:
            admission = self._book.admit(wish)
            if admission.slot is not None:
                if (admission.share or 0) >= WARNS_AT:
                    log.warning("model budget nearly spent", share=round(admission.share or 0, 3))
                return admission.slot
            if admission.refusal == BUDGET:
                raise BudgetSpentError
            if admission.refusal != BUSY:
                raise ModelRestsError(retry_after=admission.wait)
            if self._clock() >= until:
                raise ModelBusyError("every place of this provider is taken")
            self._sleep(LOOK_AGAIN)

    def _call(self, tally: Tally, seconds: float) -> Call:
        terms, usage = self.terms, tally.usage
        return Call(
            provider=terms.provider,
            model=terms.model,
            purpose=terms.purpose,
            outcome=tally.outcome,
            ms=int(seconds * 1000),
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            seconds=usage.seconds,
            is_estimated=usage.is_estimated,
            cost=terms.prices.cost(terms.provider, usage, terms.model, tally.model),
        )
