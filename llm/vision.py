"""Looking at pictures: what a vision model offers, over any chat model that takes pictures."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from pydantic import BaseModel

from llm import structured
from llm.chat import Answer, Chat, Message, Picture
from llm.errors import BadPictureError

Shape = TypeVar("Shape", bound=BaseModel)
LARGEST_PICTURE = 20 * 2**20
_SIGNS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))


class Vision(Protocol):
    """A model that sees."""

    @property
    def provider(self) -> str:
        """Name the provider."""

    @property
    def model(self) -> str:
        """Name the model."""

    def look(self, pictures: Sequence[Picture], question: str, *, max_tokens: int | None = None) -> Answer:
        """Answer a question about pictures."""

    def read(self, pictures: Sequence[Picture], question: str, shape: type[Shape]) -> Shape:
        """Answer it in a shape; raise MalformedAnswerError."""


class ChatVision:
    """Sees through a chat model."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    @property
    def provider(self) -> str:
        """Name the provider."""
        return self._chat.provider

    @property
    def model(self) -> str:
        """Name the model."""
        return self._chat.model

    def look(self, pictures: Sequence[Picture], question: str, *, max_tokens: int | None = None) -> Answer:
        """Answer a question about pictures."""
        return self._chat.complete([Message("user", question, tuple(pictures))], max_tokens=max_tokens)

    def read(self, pictures: Sequence[Picture], question: str, shape: type[Shape]) -> Shape:
        """Answer it in a shape."""
        return structured.ask(self._chat, [Message("user", question, tuple(pictures))], shape)


def picture(content: bytes) -> Picture:
    """Take a picture by what its bytes say it is; raise BadPictureError."""
    if len(content) > LARGEST_PICTURE:
        raise BadPictureError(f"{len(content)} bytes")
    for sign, media_type in _SIGNS:
        if content.startswith(sign):
            return Picture(content, media_type)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Picture(content, "image/webp")
    raise BadPictureError("none of the known signatures")
