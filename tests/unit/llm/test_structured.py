"""Answers in a shape: checked, asked once more, then reported."""

import pytest
from pydantic import BaseModel, ConfigDict

from llm.chat import Message, Picture
from llm.errors import BadPictureError, MalformedAnswerError, ModelRefusedError
from llm.structured import ask, strict_schema
from llm.vision import ChatVision, picture
from tests.unit.llm.chat_stub import ChatStub, refuses, says
from tests.unit.llm.conftest import MakeChat

ASKED = [Message("user", "いつ、いくら売れた？")]


class Moment(BaseModel):
    """When, and how sure."""

    model_config = ConfigDict(extra="forbid")

    at: str
    sure: bool = False


class Sale(BaseModel):
    """A sale."""

    moment: Moment
    yen: int


GOOD = '{"moment": {"at": "20:15", "sure": true}, "yen": 3980}'


def test_the_schema_is_asked_for_and_the_answer_is_the_shape(make_chat: MakeChat, server: ChatStub) -> None:
    server.then(says(GOOD))
    assert ask(make_chat(), ASKED, Sale) == Sale(moment=Moment(at="20:15", sure=True), yen=3980)
    wanted = server.turns[0].body["response_format"]
    assert (wanted["type"], wanted["json_schema"]["schema"]) == ("json_schema", strict_schema(Sale))


def test_strict_mode_gets_all_fields_required_and_none_beside_them() -> None:
    schema = strict_schema(Sale)
    moment = schema["$defs"]["Moment"]
    assert (moment["required"], moment["additionalProperties"]) == (["at", "sure"], False)
    assert schema["additionalProperties"] is False
    assert "default" not in moment["properties"]["sure"]


@pytest.mark.parametrize(
    "first",
    [
        says(GOOD[:-10]),
        says("Of course! Here you are."),
        says('{"moment": {"at": "20:15"}, "yen": "many"}'),
        says(GOOD, "length"),
        refuses(400, message="'response_format' of type 'json_schema' is not supported"),
    ],
)
def test_a_malformed_answer_is_asked_again_once_and_says_why(
    make_chat: MakeChat, server: ChatStub, first: object
) -> None:
    server.then(first, says(f"```json\n{GOOD}\n```"))  # type: ignore[arg-type]  # a reply
    assert ask(make_chat(), ASKED, Sale).yen == 3980
    again = server.turns[1].body
    assert "response_format" not in again
    assert '"yen"' in again["messages"][-1]["content"]


def test_a_second_malformed_answer_is_reported(make_chat: MakeChat, server: ChatStub) -> None:
    server.then(says("no"), says("still no"))
    with pytest.raises(MalformedAnswerError) as raised:
        ask(make_chat(), ASKED, Sale)
    assert (raised.value.passing, len(server.turns)) == (False, 2)


def test_another_refusal_is_not_asked_again(make_chat: MakeChat, server: ChatStub) -> None:
    server.then(refuses(401))
    with pytest.raises(ModelRefusedError):
        ask(make_chat(), ASKED, Sale)
    assert len(server.turns) == 1


def test_a_picture_is_read_in_a_shape(make_chat: MakeChat, server: ChatStub) -> None:
    server.then(says(GOOD))
    seeing = ChatVision(make_chat())
    assert seeing.read([picture(b"\xff\xd8\xff\xe0...")], "いくら？", Sale).yen == 3980
    assert "image/jpeg" in str(server.turns[0].body["messages"])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    ],
)
def test_a_picture_is_what_its_bytes_say(content: bytes, kind: str) -> None:
    assert picture(content) == Picture(content, kind)


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"%PDF-1.7", b"\xff\xd8\xff" + bytes(21 * 2**20)])
def test_what_no_vision_model_reads_is_refused(content: bytes) -> None:
    with pytest.raises(BadPictureError):
        picture(content)
