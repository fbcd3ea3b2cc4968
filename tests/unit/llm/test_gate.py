"""The gate: so many at once, no more than the budget, a rest for a provider that is down."""

from contextlib import ExitStack
from decimal import Decimal

import pytest
import structlog

from llm.chat import Usage
from llm.errors import BudgetSpentError, ModelBusyError, ModelError, ModelRestsError, ModelUnreachableError
from llm.gate import SPARE, Gate, Terms
from llm.memory_book import FIRST_REST, OPENS_AFTER, MemoryBook
from llm.prices import prices

EXPECTED = Usage(1_000_000, 0)
"""What costs two dollars with gpt-4.1."""


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(clock: Clock) -> MemoryBook:
    return MemoryBook(clock)


def gate(book: MemoryBook, clock: Clock, provider: str = "openai", **terms: object) -> Gate:
    made = Terms(provider, "gpt-4.1", "chat", prices(), **terms)  # type: ignore[arg-type]  # the test names fields
    return Gate(book, made, clock=clock, sleep=clock.sleep)


def use(gate: Gate, usage: Usage = EXPECTED, error: ModelError | None = None) -> None:
    with gate.passage(EXPECTED, 30, queue=0) as tally:
        tally.usage = usage
        if error:
            raise error


def fail(gate: Gate) -> None:
    with pytest.raises(ModelUnreachableError):
        use(gate, error=ModelUnreachableError("down"))


def test_no_more_calls_run_at_once_than_allowed(book: MemoryBook, clock: Clock) -> None:
    one = gate(book, clock, most=2)
    with ExitStack() as under_way:
        for _ in range(2):
            under_way.enter_context(one.passage(EXPECTED, 30, queue=0))
        began = clock.now
        with pytest.raises(ModelBusyError), one.passage(EXPECTED, 30, queue=5):
            pass
        assert clock.now - began >= 5
        use(gate(book, clock, "azure", most=2))
    use(one)


def test_a_place_left_behind_frees_itself(book: MemoryBook, clock: Clock) -> None:
    one = gate(book, clock, most=1)
    left = one.passage(EXPECTED, 30, queue=0)
    left.__enter__()
    clock.now += 30 + SPARE + 1
    use(one)


def test_paid_calls_stop_where_the_budget_ends_and_others_go_on(book: MemoryBook, clock: Clock) -> None:
    one = gate(book, clock, budget=Decimal(5))
    use(one)
    use(one)
    with pytest.raises(BudgetSpentError) as raised:
        use(one)
    assert not raised.value.passing
    assert "SHIOMI_MODEL_MONTHLY_BUDGET" in raised.value.sentence("ja")
    use(gate(book, clock, "compatible", budget=Decimal(5)))
    assert [call.cost for call in book.calls] == [Decimal(2), Decimal(2), Decimal(0)]


def test_what_calls_under_way_may_cost_counts_as_spent(book: MemoryBook, clock: Clock) -> None:
    one = gate(book, clock, budget=Decimal(3))
    with one.passage(EXPECTED, 30, queue=0), pytest.raises(BudgetSpentError):
        use(one)
    with pytest.raises(BudgetSpentError):
        use(gate(book, clock, budget=Decimal(0)))


def test_from_four_fifths_of_the_budget_on_each_paid_call_warns(book: MemoryBook, clock: Clock) -> None:
    one = gate(book, clock, budget=Decimal("4.9"))
    with structlog.testing.capture_logs() as logged:
        use(one)
        assert "model budget nearly spent" not in str(logged)
        use(one)
    assert [entry["share"] for entry in logged if entry["event"] == "model budget nearly spent"] == [0.816]


def test_a_provider_that_fails_in_a_row_is_left_alone_then_tried_by_one(book: MemoryBook, clock: Clock) -> None:
    one = gate(book, clock)
    for _ in range(OPENS_AFTER):
        fail(one)
    with pytest.raises(ModelRestsError) as raised:
        use(one)
    assert raised.value.retry_after == pytest.approx(FIRST_REST)
    use(gate(book, clock, "azure"))
    clock.now += FIRST_REST
    with one.passage(EXPECTED, 30, queue=0), pytest.raises(ModelRestsError):
        use(one)
    use(one)


def test_a_provider_that_is_still_down_rests_twice_as_long(book: MemoryBook, clock: Clock) -> None:
    one = gate(book, clock)
    for _ in range(OPENS_AFTER):
        fail(one)
    clock.now += FIRST_REST
    fail(one)
    with pytest.raises(ModelRestsError) as raised:
        use(one)
    assert raised.value.retry_after == pytest.approx(2 * FIRST_REST)


def test_faults_that_are_not_in_a_row_or_not_the_providers_open_nothing(book: MemoryBook, clock: Clock) -> None:
    one = gate(book, clock)
    for _ in range(2 * OPENS_AFTER):
        with pytest.raises(ModelBusyError):
            use(one, error=ModelBusyError())
    for _ in range(OPENS_AFTER - 1):
        fail(one)
    use(one)
    fail(one)
    use(one)


def test_a_call_that_somebody_left_is_written_down_as_cancelled(book: MemoryBook, clock: Clock) -> None:
    with pytest.raises(KeyboardInterrupt), gate(book, clock).passage(EXPECTED, 30, queue=0):
        raise KeyboardInterrupt
    assert book.calls[0].outcome == "cancelled"
