"""Asking again: with growing waits, as the other side wishes, and with an end."""

from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.errors import EmptyTextError, ModelBusyError, ModelError
from llm.retries import Patience, patiently


class Flaky:
    """Fails with each of the errors, then gives an answer."""

    def __init__(self, *errors: ModelError) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


def test_waits_grow_and_stay_below_the_longest() -> None:
    waits: list[float] = []
    patience = Patience(attempts=8, first_wait=1, longest_wait=10, sleep=waits.append, chance=lambda: 1.0)
    assert patiently(Flaky(*[ModelBusyError() for _ in range(7)]), patience) == "answer"
    assert waits == [1, 2, 4, 8, 10, 10, 10]


def test_the_last_fault_is_raised() -> None:
    call = Flaky(ModelBusyError("first"), ModelBusyError("second"), ModelBusyError("third"))
    with pytest.raises(ModelBusyError, match="second"):
        patiently(call, Patience(attempts=2, sleep=lambda _: None))
    assert call.calls == 2


def test_a_fault_that_stays_is_not_asked_again() -> None:
    call = Flaky(EmptyTextError())
    with pytest.raises(EmptyTextError):
        patiently(call, Patience())
    assert call.calls == 1


@given(st.integers(0, 60), st.floats(0, 1))
def test_chance_moves_a_wait_by_at_most_half(attempt: int, chance: float) -> None:
    drawn_by = [Patience(chance=partial(float, drawn)) for drawn in (0.0, chance, 1.0)]
    shortest, drawn, longest = (patience.wait(attempt, ModelBusyError()) for patience in drawn_by)
    assert all(earlier <= later for earlier, later in pairwise((longest / 2, shortest, drawn, longest, 30.0)))
