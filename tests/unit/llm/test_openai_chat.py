"""Chat over the real wire format: three kinds of providers, every way a server fails."""

from contextlib import suppress

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from llm import wire
from llm.chat import Message, Picture
from llm.errors import (
    BadAnswerError,
    ModelBusyError,
    ModelError,
    ModelRefusedError,
    ModelUnreachableError,
    PromptTooLongError,
)
from llm.listing import models
from llm.memory_book import MemoryBook
from tests.unit.llm.chat_stub import KEY, USAGE, WORDS, ChatStub, Reply, Turn, completion, refuses, says
from tests.unit.llm.conftest import MakeChat

ASKED = [Message("system", "短く答える。"), Message("user", "今日の配信は？\0\ud800")]
KINDS = ("openai", "azure", "compatible")
PATHS = {"azure": "/openai/deployments/gpt-4o-mini/chat/completions"}


def truncated(turn: Turn) -> None:
    turn.send(completion("".join(WORDS))[:-40])


def torn(turn: Turn) -> None:
    turn.begin("application/json")
    turn.chunk(completion("途中")[:30])
    turn.cut()


def not_json(turn: Turn) -> None:
    turn.send(b"<html>502 from a proxy</html>", kind="text/html")


def no_choice(turn: Turn) -> None:
    turn.send(b'{"choices": []}')


def strange_usage(turn: Turn) -> None:
    turn.send(completion("はい", usage={"prompt_tokens": -5, "completion_tokens": 10**12}))


def fault_with_200(turn: Turn) -> None:
    turn.send(b'{"error": {"message": "out of memory"}}')


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_provider_is_asked_in_its_own_way(make_chat: MakeChat, server: ChatStub, kind: str) -> None:
    answer = make_chat(kind, temperature=0.2, max_tokens=99).complete(ASKED)
    assert (answer.text, answer.finish, answer.model) == ("".join(WORDS), "stop", "stub-1")
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.is_estimated) == (11, 7, False)
    turn = server.turns[0]
    assert turn.path == PATHS.get(kind, "/v1/chat/completions")
    limit = "max_tokens" if kind == "compatible" else "max_completion_tokens"
    assert (turn.body["temperature"], turn.body[limit], turn.body["model"]) == (0.2, 99, "gpt-4o-mini")
    assert turn.body["messages"][1] == {"role": "user", "content": "今日の配信は？ "}
    key = turn.headers["api-key"] if kind == "azure" else turn.headers["authorization"].removeprefix("Bearer ")
    assert key == KEY


@pytest.mark.parametrize("kind", KINDS)
def test_models_are_listed_in_order(server: ChatStub, kind: str) -> None:
    assert models(server.provider(kind)) == ["stub-1", "stub-2"]
    assert server.turns[0].path == ("/openai/models" if kind == "azure" else "/v1/models")


def test_a_model_that_nobody_configured_decides_about_its_temperature(make_chat: MakeChat, server: ChatStub) -> None:
    make_chat().complete(ASKED)
    assert "temperature" not in server.turns[0].body


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (refuses(429), ModelBusyError),
        (refuses(500), ModelUnreachableError),
        (refuses(503), ModelUnreachableError),
        (truncated, BadAnswerError),
        (torn, ModelUnreachableError),
        (not_json, BadAnswerError),
        (no_choice, BadAnswerError),
        (strange_usage, BadAnswerError),
        (fault_with_200, ModelUnreachableError),
    ],
)
def test_a_passing_fault_is_asked_again_and_raised_if_it_stays(
    make_chat: MakeChat, server: ChatStub, slept: list[float], fault: Reply, error: type[ModelError]
) -> None:
    server.then(fault, fault)
    assert make_chat().complete(ASKED).text
    assert slept == [1.0, 2.0]
    server.then(fault, fault, fault)
    with pytest.raises(error) as raised:
        make_chat().complete(ASKED)
    assert (raised.value.passing, len(server.turns)) == (True, 6)


@pytest.mark.parametrize("fault", [refuses(400), refuses(401), refuses(404), refuses(429, "insufficient_quota")])
def test_a_refusal_is_not_asked_again(make_chat: MakeChat, server: ChatStub, fault: Reply) -> None:
    server.then(fault)
    with pytest.raises(ModelRefusedError):
        make_chat().complete(ASKED)
    assert len(server.turns) == 1


def test_the_server_says_how_long_to_wait(make_chat: MakeChat, server: ChatStub, slept: list[float]) -> None:
    server.then(refuses(429, retry_after="7"), refuses(429, retry_after="600"))
    with pytest.raises(ModelBusyError) as raised:
        make_chat().complete(ASKED)
    assert (slept, raised.value.retry_after) == ([7.0], 600.0)


@pytest.mark.parametrize("way", ["hang", "drip"])
def test_a_server_that_never_ends_is_left_after_the_time_limit(make_chat: MakeChat, server: ChatStub, way: str) -> None:
    server.then(getattr(server, way))
    assert make_chat().complete(ASKED).text == "".join(WORDS)
    assert len(server.turns) == 2


def test_an_answer_without_end_is_refused(
    make_chat: MakeChat, server: ChatStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "LARGEST_ANSWER", 10_000)
    server.then(*[says("潮" * 10_000)] * 3)
    with pytest.raises(BadAnswerError, match="more than"):
        make_chat().complete(ASKED)


def test_a_key_that_the_server_repeats_reaches_neither_error_nor_log(make_chat: MakeChat, server: ChatStub) -> None:
    server.then(refuses(500, message=f"bad key {KEY}"), refuses(401, message=f"Incorrect API key provided: {KEY}"))
    with structlog.testing.capture_logs() as logged, pytest.raises(ModelRefusedError) as raised:
        make_chat().complete(ASKED)
    assert "[key]" in raised.value.detail
    assert raised.value.__suppress_context__
    assert KEY not in str(logged) + str(raised.value) + repr(server.provider())


def test_a_refusal_of_the_model_is_said_as_one(make_chat: MakeChat, server: ChatStub) -> None:
    message = {"role": "assistant", "content": None, "refusal": "それはできません。"}
    server.then(says(None, choices=[{"message": message, "finish_reason": "stop"}]))
    answer = make_chat().complete(ASKED)
    assert (answer.text, answer.finish) == ("それはできません。", "refusal")


def test_what_no_text_may_hold_is_taken_out_of_the_answer(make_chat: MakeChat, server: ChatStub) -> None:
    server.then(says("潮\0見"))
    assert make_chat().complete(ASKED).text == "潮見"


def test_a_prompt_longer_than_the_model_reads_is_not_sent(make_chat: MakeChat, server: ChatStub) -> None:
    with pytest.raises(PromptTooLongError):
        make_chat(context_length=512).complete([Message("user", "長い" * 400)])
    server.then(refuses(400, "context_length_exceeded"))
    with pytest.raises(PromptTooLongError):
        make_chat().complete(ASKED)
    assert len(server.turns) == 1


def test_pictures_go_along_as_data(make_chat: MakeChat, server: ChatStub) -> None:
    make_chat().complete([Message("user", "何が見える？", (Picture(b"\x89PNG", "image/png"),))])
    parts = server.turns[0].body["messages"][0]["content"]
    assert parts[1] == {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}}


def test_each_try_is_written_down_with_its_outcome(make_chat: MakeChat, server: ChatStub, book: MemoryBook) -> None:
    server.then(refuses(500))
    make_chat("openai").complete(ASKED)
    assert [call.outcome for call in book.calls] == ["model_unreachable", "ok"]
    assert (book.calls[1].prompt_tokens, book.calls[1].completion_tokens) == (11, USAGE["completion_tokens"])
    assert 0 < book.calls[1].cost < 1
    assert book.calls[0].cost == 0


def test_tokens_are_estimated_when_the_server_does_not_count(make_chat: MakeChat, server: ChatStub) -> None:
    server.then(says("はい、そうです。", usage=None))
    usage = make_chat().complete(ASKED).usage
    assert usage.is_estimated
    assert usage.prompt_tokens > 10 < usage.completion_tokens + 5


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_a_bad_one(body: bytes) -> None:
    with suppress(BadAnswerError, ModelUnreachableError):
        wire.read(body)


@given(st.lists(st.binary(max_size=80), max_size=8))
def test_any_chunks_are_events_or_a_bad_answer(chunks: list[bytes]) -> None:
    with suppress(BadAnswerError, ModelUnreachableError):
        list(wire.events([b"data: ", *chunks], wire.Deadline(10)))
