"""What every language model offers. What it says is text from outside: data, never an instruction or markup."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Schema = Mapping[str, Any]
Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Picture:
    """A picture that goes along with a message."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class Message:
    """One turn of a conversation."""

    role: Role
    text: str
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Usage:
    """What a call used; `is_estimated` when the server did not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    is_estimated: bool = False


@dataclass(frozen=True)
class Answer:
    """What the model said. `finish` is `stop`, `length`, `content_filter`, `refusal`, `cancelled` or `cut`."""

    text: str
    model: str
    finish: str
    usage: Usage


@dataclass(frozen=True)
class Config:
    """How a model is asked; None leaves it to the model's server."""

    temperature: float | None = None
    max_tokens: int = 2048
    context_length: int = 8192


class Stream(Protocol):
    """An answer piece by piece; close it, or leave its `with`, to stop the model."""

    def __enter__(self) -> "Stream": ...
    def __exit__(self, *_: object) -> None: ...
    def __iter__(self) -> Iterator[str]: ...
    def __next__(self) -> str: ...

    def close(self) -> None:
        """Stop; the model's server is told by the closed connection."""

    def cancel(self) -> None:
        """Stop from another thread, even while the model is silent; the iteration ends without an error."""

    @property
    def answer(self) -> Answer:
        """Give what has come so far, complete after the last piece."""


class Chat(Protocol):
    """A language model behind one provider."""

    @property
    def provider(self) -> str:
        """Name the provider: `openai`, `azure` or `compatible`."""

    @property
    def model(self) -> str:
        """Name the model."""

    @property
    def config(self) -> Config:
        """Say how it is asked; a prompt may have `config.context_length - config.max_tokens` tokens."""

    def complete(
        self, messages: Sequence[Message], *, shape: Schema | None = None, max_tokens: int | None = None
    ) -> Answer:
        """Answer at once; `shape` is the JSON schema the answer is asked to have (`llm.structured` checks it)."""

    def stream(self, messages: Sequence[Message], *, max_tokens: int | None = None) -> Stream:
        """Answer piece by piece; faults before the first piece are retried, later ones raise ModelCutError."""

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text, rather too many than too few."""
