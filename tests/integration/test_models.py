"""Models over real Postgres: one budget, one limit and one breaker for all processes; a switch counts at once."""

import multiprocessing
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest

import db
from db import model_breakers, model_calls, model_slots, models
from db.model_book import ModelBook
from db.models import Choice, Config
from llm import current
from llm.book import Book, Call, Wish
from llm.chat import Message
from llm.connection import Connection, Provider
from llm.gate import Gate, Terms
from llm.memory_book import MemoryBook
from llm.openai_chat import OpenAIChat
from llm.prices import prices
from llm.retries import Patience
from tests.conftest import pointed_at
from tests.unit.llm.chat_stub import ChatStub, Turn, good, refuses

ASKED = [Message("user", "はい？")]


@pytest.fixture
def server() -> Iterator[ChatStub]:
    with ChatStub() as stub:
        yield stub


@pytest.fixture
def provider() -> str:
    """Give the name of a provider that no other test has failed with."""
    return f"p{uuid4().hex[:8]}"


@pytest.fixture(params=["memory", "postgres"])
def book(request: pytest.FixtureRequest, workspace: str) -> Book:
    return MemoryBook() if request.param == "memory" else ModelBook(workspace)


def ended(provider: str, outcome: str = "ok", cost: str = "0") -> Call:
    return Call(provider, "m", "chat", outcome, 5, 10, 3, 0.0, False, Decimal(cost))


def spent() -> Decimal:
    with db.engine() as connection:
        return model_calls.spent_this_month(connection) + model_slots.reserved(connection)


def one_call(book: Book, wish: Wish, call: Call, is_down: bool | None = False) -> str | None:
    admission = book.admit(wish)
    if admission.slot is not None:
        book.settle(admission.slot, call, is_down)
    return admission.refusal


def test_both_books_admit_so_many_at_once_and_take_places_back(book: Book, provider: str) -> None:
    wish = Wish(provider, 2, 30.0)
    first, second = book.admit(wish), book.admit(wish)
    assert (first.refusal, second.refusal, book.admit(wish).refusal) == (None, None, "busy")
    assert first.slot is not None
    book.settle(first.slot, ended(provider), False)
    assert book.admit(wish).refusal is None


def test_both_books_free_a_place_that_was_left_behind(book: Book, provider: str) -> None:
    assert book.admit(Wish(provider, 1, 0.05)).refusal is None
    time.sleep(0.1)
    assert book.admit(Wish(provider, 1, 30.0)).refusal is None


def test_both_books_open_close_and_lengthen_a_rest(book: Book, provider: str) -> None:
    wish, down = Wish(provider, 4, 30.0), ended(provider, "model_unreachable")
    for _ in range(model_breakers.OPENS_AFTER):
        assert one_call(book, wish, down, True) is None
    refused = book.admit(wish)
    assert (refused.refusal, refused.slot) == ("resting", None)
    assert refused.wait == pytest.approx(model_breakers.FIRST_REST, abs=2)


def test_both_books_stop_paid_calls_at_the_end_of_the_budget(book: Book, provider: str) -> None:
    before = spent() if isinstance(book, ModelBook) else Decimal(0)
    wish = Wish(provider, 4, 30.0, Decimal("0.4"), before + 1)
    assert [one_call(book, wish, ended(provider, cost="0.4")) for _ in range(3)] == [None, None, "budget"]
    assert one_call(book, Wish(provider, 4, 30.0), ended(provider)) is None


def test_after_the_rest_one_call_tries_and_its_success_closes_the_breaker(workspace: str, provider: str) -> None:
    book, wish = ModelBook(workspace), Wish(provider, 4, 30.0)
    for _ in range(model_breakers.OPENS_AFTER):
        one_call(book, wish, ended(provider, "model_unreachable"), True)
    _rest_is_over(provider)
    trying = book.admit(wish)
    assert trying.slot is not None
    assert (book.admit(wish).refusal, _state(provider)) == ("resting", "half_open")
    book.settle(trying.slot, ended(provider), False)
    assert (_state(provider), book.admit(wish).refusal) == ("closed", None)


def test_a_failed_try_lengthens_the_rest(workspace: str, provider: str) -> None:
    book, wish, down = ModelBook(workspace), Wish(provider, 4, 30.0), ended(provider, "model_cut")
    for _ in range(model_breakers.OPENS_AFTER):
        one_call(book, wish, down, True)
    _rest_is_over(provider)
    assert one_call(book, wish, down, True) is None
    assert _state(provider) == "open"
    assert book.admit(wish).wait == pytest.approx(2 * model_breakers.FIRST_REST, abs=2)


def test_what_calls_used_adds_up_by_day_and_stays_in_its_workspace(workspace: str, provider: str) -> None:
    book, wish = ModelBook(workspace), Wish(provider, 4, 30.0)
    for outcome in ("ok", "model_unreachable", "cancelled"):
        one_call(book, wish, ended(provider, outcome, "0.25"), None)
    today = datetime.now(UTC).date()
    with db.transaction(workspace) as connection:
        (day,) = model_calls.days(connection, today, today)
        rows = connection.execute("SELECT count(*), sum(cost) FROM model_calls").fetchone()
    assert (day.calls, day.failures, day.prompt_tokens, day.cost) == (3, 1, 30, Decimal("0.75"))
    assert rows == (3, Decimal("0.75"))
    with db.engine() as connection:
        connection.execute("INSERT INTO workspaces (id) VALUES ('neighbour') ON CONFLICT DO NOTHING")
    with db.transaction("neighbour") as connection:
        assert not [found for found in model_calls.days(connection, today, today) if found.provider == provider]


def test_many_at_once_never_overspend(workspace: str, provider: str) -> None:
    limit = spent() + 2
    admitted: list[int] = []

    def call() -> None:
        admission = ModelBook(workspace).admit(Wish(provider, 99, 30.0, Decimal("0.3"), limit))
        if admission.slot is not None:
            admitted.append(admission.slot)

    threads = [threading.Thread(target=call) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == 6
    with db.engine() as connection:
        for slot in admitted:
            model_slots.give_back(connection, slot)


def _work(origin: str, workspace: str, provider: str, calls: int) -> None:
    gate = Gate(ModelBook(workspace), Terms(provider, "m", "chat", prices(), most=2))
    chat = OpenAIChat(Provider(provider, Connection(None, f"{origin}/v1")), gate, patience=Patience(queue=60))
    for _ in range(calls):
        chat.complete(ASKED)


@pytest.mark.slow
def test_a_limit_holds_over_processes(workspace: str, provider: str, server: ChatStub) -> None:
    inside: list[int] = []
    now, lock = [0], threading.Lock()

    def slow(turn: Turn) -> None:
        with lock:
            now[0] += 1
            inside.append(now[0])
        time.sleep(0.15)
        with lock:
            now[0] -= 1
        good(turn)

    server.then(*[slow] * 6)
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_work, args=(server.origin, workspace, provider, 2)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 3
    assert (len(inside), max(inside)) == (6, 2)


def test_a_switch_counts_from_the_next_call_on(workspace: str, server: ChatStub) -> None:
    book = ModelBook(workspace)
    with pointed_at({"SHIOMI_OPENAI_BASE_URL": f"{server.origin}/v1", "SHIOMI_CHAT_MODEL": "first"}):
        for choice in (None, Choice("chat", "compatible", "second", "me"), Choice("chat", None, None, "me")):
            if choice:
                with db.transaction(workspace) as connection:
                    models.choose(connection, workspace, choice)
                    models.configure(connection, workspace, "compatible", "second", Config(0.3, 50, 4096))
            chat = current.chat(book)
            if chat:
                chat.complete(ASKED)
    assert chat is None
    assert [turn.body["model"] for turn in server.turns] == ["first", "second"]
    assert server.turns[1].body["temperature"] == 0.3


def test_a_server_that_is_down_opens_the_breaker_for_every_process(
    workspace: str, provider: str, server: ChatStub
) -> None:
    server.then(*[refuses(500)] * 5)
    gate = Gate(ModelBook(workspace), Terms(provider, "m", "chat", prices()))
    chat = OpenAIChat(server.provider(), gate, patience=Patience(attempts=5, sleep=lambda _: None))
    with pytest.raises(Exception, match="stub says 500"):
        chat.complete(ASKED)
    assert (_state(provider), ModelBook("default").admit(Wish(provider, 4, 30.0)).refusal) == ("open", "resting")


def test_old_calls_go_and_the_sums_stay(workspace: str, provider: str) -> None:
    one_call(ModelBook(workspace), Wish(provider, 4, 30.0), ended(provider, cost="0.5"))
    with db.transaction(workspace) as connection:
        connection.execute("UPDATE model_calls SET at = now() - interval '91 days'")
    with db.engine() as connection:
        assert model_calls.prune(connection, 90) >= 1
    with db.transaction(workspace) as connection:
        assert model_calls.spent_this_month(connection) == Decimal("0.5")


def test_nobody_writes_calls_into_another_workspace(workspace: str, provider: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction(workspace) as connection:
        model_calls.add(connection, "default", ended(provider))


def _state(provider: str) -> str:
    with db.engine() as connection:
        return model_breakers.states(connection)[provider].state


def _rest_is_over(provider: str) -> None:
    with db.engine() as connection:
        connection.execute("UPDATE model_breakers SET until = now() WHERE provider = %s", (provider,))
