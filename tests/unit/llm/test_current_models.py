"""Which model a purpose uses: what somebody chose, else the settings, else none; and where keys go."""

from pathlib import Path
from typing import Any

import pytest

from llm import current, trial
from llm.book import Book
from llm.chat import Config, Message
from llm.connection import providers
from llm.errors import BadSoundError, ModelNotConfiguredError
from llm.gate import Gate, Terms
from llm.memory_book import MemoryBook, Picked
from llm.openai_speech import OpenAISpeech
from llm.prices import prices
from llm.retries import Patience
from llm.speech import Segment
from settings import Settings
from tests.conftest import pointed_at
from tests.unit.llm.chat_stub import KEY, ChatStub

ASKED = [Message("user", "はい？")]


def where(server: ChatStub, **more: str) -> dict[str, str]:
    return {"SHIOMI_OPENAI_BASE_URL": f"{server.origin}/v1", **more}


def test_without_a_model_there_is_none_and_nothing_is_asked(book: Book, server: ChatStub) -> None:
    with pointed_at(where(server)):
        assert [current.chat(book), current.vision(book), current.speech(book)] == [None, None, None]
        assert trial.run(book, "chat") is None
    assert server.turns == []


def test_the_settings_name_the_model_until_somebody_chooses_another(book: MemoryBook, server: ChatStub) -> None:
    with pointed_at(where(server, SHIOMI_CHAT_MODEL="from-settings")):
        first = current.chat(book)
        book.choices["chat"] = Picked("compatible", "chosen")
        book.configs["compatible", "chosen"] = Config(temperature=0.5, max_tokens=77)
        second = current.chat(book)
        assert first
        assert second
        for chat in (first, second):
            chat.complete(ASKED)
        book.choices["chat"] = Picked(None, None)
        assert current.chat(book) is None
    assert [turn.body["model"] for turn in server.turns] == ["from-settings", "chosen"]
    assert (server.turns[1].body["temperature"], server.turns[1].body["max_tokens"]) == (0.5, 77)


def test_a_model_without_a_server_is_an_error_that_says_what_to_set(book: Book) -> None:
    with pointed_at({"SHIOMI_CHAT_MODEL": "gpt-5"}), pytest.raises(ModelNotConfiguredError):
        current.chat(book)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, {}),
        ({"openai_api_key": "k1"}, {"openai": "k1"}),
        ({"openai_base_url": "http://127.0.0.1:9/v1"}, {"compatible": None}),
        ({"openai_base_url": "http://127.0.0.1:9/v1", "openai_api_key": "k1"}, {"compatible": "k1"}),
        ({"openai_base_url": "https://api.openai.com/v1/", "openai_api_key": "k1"}, {"openai": "k1"}),
        ({"azure_openai_endpoint": "http://127.0.0.1:9", "openai_api_key": "k1"}, {"azure": "k1"}),
        (
            {"azure_openai_endpoint": "http://127.0.0.1:9", "azure_openai_api_key": "k2", "openai_api_key": "k1"},
            {"azure": "k2", "openai": "k1"},
        ),
        (
            {
                "azure_openai_endpoint": "http://127.0.0.1:9",
                "openai_api_key": "k1",
                "openai_base_url": "http://127.0.0.1:8/v1",
            },
            {"azure": "k1", "compatible": None},
        ),
    ],
)
def test_a_key_goes_to_one_server_only(given: dict[str, Any], found: dict[str, str | None]) -> None:
    assert {provider.name: provider.connection.key for provider in providers(Settings(**given))} == found


def test_what_may_be_shown_of_a_server_holds_no_secret() -> None:
    settings = Settings(openai_base_url="http://user:secret@127.0.0.1:9/v1/hidden", openai_api_key=KEY)
    provider = providers(settings)[0]
    assert provider.connection.host == "127.0.0.1:9"
    assert KEY not in repr(provider)


@pytest.mark.parametrize("purpose", ["chat", "vision", "speech"])
def test_a_model_is_tried_with_the_smallest_call(book: MemoryBook, server: ChatStub, purpose: str) -> None:
    with pointed_at(where(server, **{f"SHIOMI_{purpose.upper()}_MODEL": "stub-1"})):
        made = trial.run(book, purpose)
    assert made
    assert made.text
    assert (len(server.turns), book.calls[0].purpose) == (1, purpose)


def test_the_embedding_model_is_metered_when_it_is_remote(book: MemoryBook, server: ChatStub) -> None:
    body = b'{"data": [{"index": 0, "embedding": [1.0, 0.0]}], "usage": {"prompt_tokens": 3, "total_tokens": 3}}'
    server.then(lambda turn: turn.send(body))
    with pointed_at(where(server, SHIOMI_EMBEDDING_MODEL="other")):
        assert current.embedder(book=book).embed_query("はい").tolist() == [1.0, 0.0]
    assert [(call.purpose, call.prompt_tokens) for call in book.calls] == [("embedding", 3)]


@pytest.mark.parametrize("kind", ["openai", "azure", "compatible"])
@pytest.mark.parametrize("model", ["whisper-1", "gpt-4o-transcribe"])
def test_speech_comes_back_with_its_times(
    server: ChatStub, book: MemoryBook, tmp_path: Path, kind: str, model: str
) -> None:
    sound = tmp_path / "はい.wav"
    sound.write_bytes(b"RIFF....WAVE")
    hearing = OpenAISpeech(server.provider(kind), Gate(book, Terms(kind, model, "speech", prices())))
    heard = hearing.transcribe(sound, 2.5, language="ja")
    assert heard.segments == (Segment(0, 1500, "はい、"), Segment(1500, 2250, "どうも"))
    assert (heard.text, heard.language, book.calls[0].seconds) == ("はい、どうも", "ja", 2.5)
    wanted = b"verbose_json" if model == "whisper-1" else b"json"
    assert b"\r\n\r\n" + wanted + b"\r\n" in server.turns[0].content


def test_a_transcript_without_times_is_one_segment(server: ChatStub, book: MemoryBook, tmp_path: Path) -> None:
    sound = tmp_path / "a.wav"
    sound.write_bytes(b"RIFF")
    server.then(lambda turn: turn.send('{"text": " はい "}'.encode()))
    gate = Gate(book, Terms("openai", "gpt-4o-transcribe", "speech", prices()))
    heard = OpenAISpeech(server.provider(), gate).transcribe(sound, 3.0)
    assert heard.segments == (Segment(0, 3000, "はい"),)


@pytest.mark.parametrize("size", [0, 26 * 2**20])
def test_a_sound_file_no_model_takes_is_not_sent(server: ChatStub, book: Book, tmp_path: Path, size: int) -> None:
    sound = tmp_path / "a.wav"
    with sound.open("wb") as file:
        file.truncate(size)
    hearing = OpenAISpeech(server.provider(), Gate(book, Terms("openai", "m", "speech", prices())), patience=Patience())
    with pytest.raises(BadSoundError):
        hearing.transcribe(sound, 1.0)
    assert server.turns == []
