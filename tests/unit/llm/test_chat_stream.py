"""Answers piece by piece: complete, cut, silent, wrong, left and cancelled."""

import threading
import time

import pytest

from llm.chat import Message
from llm.chat_stream import ChatStream
from llm.errors import BadAnswerError, ModelCutError, ModelUnreachableError
from llm.memory_book import MemoryBook
from tests.unit.llm.chat_stub import WORDS, ChatStub, Turn, event, refuses, says, streams
from tests.unit.llm.conftest import MakeChat

ASKED = [Message("user", "今日の配信は？")]
KINDS = ("openai", "azure", "compatible")


def cut(turn: Turn) -> None:
    turn.begin()
    turn.chunk(event("潮見坂は"))
    turn.cut()


def ends_early(turn: Turn) -> None:
    turn.begin()
    turn.chunk(event("潮見坂は"))
    turn.end()


def broken_event(turn: Turn) -> None:
    turn.begin()
    turn.chunk(event("潮見坂は") + b'data: {"choices": [{"delta"\n\n')
    turn.end()


def fault_in_the_middle(turn: Turn) -> None:
    turn.begin()
    turn.chunk(event("潮見坂は") + b'data: {"error": {"message": "overloaded"}}\n\n')
    turn.end()


@pytest.mark.parametrize("kind", KINDS)
def test_the_pieces_come_one_by_one_and_make_the_answer(make_chat: MakeChat, server: ChatStub, kind: str) -> None:
    with make_chat(kind).stream(ASKED) as stream:
        assert tuple(stream) == WORDS
    assert (stream.answer.text, stream.answer.finish) == ("".join(WORDS), "stop")
    assert (stream.answer.usage.prompt_tokens, stream.answer.usage.is_estimated) == (11, False)
    assert server.turns[0].body["stream_options"] == {"include_usage": True}


def test_events_torn_at_any_byte_are_read(make_chat: MakeChat, server: ChatStub) -> None:
    def byte_by_byte(turn: Turn) -> None:
        turn.begin()
        for byte in event("潮見") + event(finish="stop") + b"data: [DONE]\n\n":
            turn.chunk(bytes([byte]))
        turn.end()

    server.then(byte_by_byte)
    assert list(make_chat().stream(ASKED)) == ["潮見"]


@pytest.mark.parametrize("fault", [cut, ends_early, broken_event, fault_in_the_middle])
def test_an_answer_that_breaks_off_says_so_and_keeps_what_came(
    make_chat: MakeChat, server: ChatStub, book: MemoryBook, fault: object
) -> None:
    server.then(fault)  # type: ignore[arg-type]  # a reply
    stream = make_chat().stream(ASKED)
    assert next(stream) == "潮見坂は"
    with pytest.raises(ModelCutError) as raised:
        next(stream)
    assert raised.value.passing
    assert (stream.answer.text, stream.answer.finish) == ("潮見坂は", "cut")
    assert (book.calls[0].outcome, book.calls[0].completion_tokens > 0) == ("model_cut", True)
    assert len(server.turns) == 1


def test_what_fails_before_the_first_piece_is_tried_again(
    make_chat: MakeChat, server: ChatStub, slept: list[float]
) -> None:
    server.then(refuses(503, retry_after="3"), server.hang)
    assert "".join(make_chat().stream(ASKED)) == "".join(WORDS)
    assert (slept[0], len(server.turns)) == (3.0, 3)


def test_something_else_than_a_stream_is_a_bad_answer(make_chat: MakeChat, server: ChatStub) -> None:
    server.then(*[says("全部一度に")] * 3)
    with pytest.raises(BadAnswerError, match="application/json"):
        make_chat().stream(ASKED)


def test_silence_in_the_middle_has_an_end(make_chat: MakeChat, server: ChatStub) -> None:
    server.then(server.silent_after("えっと"))
    stream = make_chat().stream(ASKED)
    with pytest.raises(ModelCutError):
        list(stream)


def test_a_stream_that_never_ends_has_an_end(make_chat: MakeChat, server: ChatStub) -> None:
    server.then(server.endless)
    began = time.monotonic()
    with pytest.raises(ModelCutError, match="no complete answer"):
        list(make_chat().stream(ASKED))
    assert time.monotonic() - began < 6


def test_leaving_a_stream_hangs_up_on_the_server(make_chat: MakeChat, server: ChatStub, book: MemoryBook) -> None:
    server.then(server.endless)
    with make_chat().stream(ASKED) as stream:
        assert next(stream) == "潮"
    assert server.gone.wait(5)
    assert (book.calls[0].outcome, stream.answer.finish) == ("cancelled", "cancelled")


def test_a_stream_is_cancelled_from_another_thread_while_its_server_is_silent(
    make_chat: MakeChat, server: ChatStub, book: MemoryBook
) -> None:
    server.then(server.silent_after("えっと"))
    chat = make_chat()
    chat._patience = type(chat._patience)(timeout=15.0)
    stream: ChatStream = chat.stream(ASKED)
    threading.Timer(0.2, stream.cancel).start()
    began = time.monotonic()
    assert list(stream) == ["えっと"]
    assert time.monotonic() - began < 5
    assert (book.calls[0].outcome, stream.answer.finish) == ("cancelled", "cancelled")


def test_an_unread_stream_gives_its_place_back(make_chat: MakeChat, server: ChatStub, book: MemoryBook) -> None:
    server.then(*[server.endless] * 5)
    for _ in range(5):  # one more than may run at once
        make_chat().stream(ASKED).close()
    assert len(book.calls) == 5


def test_tokens_of_a_stream_are_estimated_when_nobody_counts(make_chat: MakeChat, server: ChatStub) -> None:
    server.then(streams(with_usage=False))
    stream = make_chat().stream(ASKED)
    list(stream)
    assert stream.answer.usage.is_estimated
    assert stream.answer.usage.completion_tokens >= 10


def test_a_server_that_is_down_is_unreachable(make_chat: MakeChat, server: ChatStub) -> None:
    chat = make_chat()
    server.__exit__()
    with pytest.raises(ModelUnreachableError):
        chat.stream(ASKED)
    server.__exit__ = lambda *_: None  # type: ignore[method-assign]  # closed already
