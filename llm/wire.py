"""Read a chat server's answers off the wire: bounded in time and size, and typed before anything else sees them."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

import msgspec

from llm.chat import Usage
from llm.errors import BadAnswerError, ModelUnreachableError

LARGEST_ANSWER = 32 * 2**20
LARGEST_EVENT = 2**20
END = b"[DONE]"

_Count = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


@dataclass(frozen=True)
class Deadline:
    """The time at which an answer has to be complete, however lively its server still is."""

    seconds: float
    clock: Callable[[], float] = time.monotonic

    def guard(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Hand on the chunks until the time is over."""
        until = self.clock() + self.seconds
        for chunk in chunks:
            if self.clock() > until:
                raise ModelUnreachableError(f"no complete answer within {self.seconds:.0f} s")
            yield chunk


@dataclass(frozen=True)
class Said:
    """What one answer or one event of a stream says; `finish` only at the end of the text."""

    text: str = ""
    finish: str | None = None
    model: str = ""
    usage: Usage | None = None


class _Words(msgspec.Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(msgspec.Struct):
    message: _Words | None = None
    delta: _Words | None = None
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: _Count = 0
    completion_tokens: _Count | None = None


class _Fault(msgspec.Struct):
    message: str = ""


class _Body(msgspec.Struct):
    choices: list[_Choice] = []
    model: str | None = None
    usage: _Usage | None = None
    error: _Fault | str | None = None


def whole(chunks: Iterable[bytes], deadline: Deadline) -> bytes:
    """Read a body to its end."""
    body = bytearray()
    for chunk in deadline.guard(chunks):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise BadAnswerError(f"an answer of more than {LARGEST_ANSWER} bytes")
    return bytes(body)


def events(chunks: Iterable[bytes], deadline: Deadline) -> Iterator[Said]:
    """Read the events of a stream until it says that it is done, or breaks off."""
    taken = 0
    for line in _lines(deadline.guard(chunks)):
        taken += len(line)
        if taken > LARGEST_ANSWER:
            raise BadAnswerError(f"an answer of more than {LARGEST_ANSWER} bytes")
        if not line.startswith(b"data:"):
            continue  # comments that keep the line open, names of events
        data = line[5:].strip()
        if data == END:
            return
        if data:
            yield read(data)


def read(body: bytes) -> Said:
    """Read one answer or event; raise BadAnswerError when it is not what OpenAI's format says."""
    try:
        found = msgspec.json.decode(body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadAnswerError(str(error)) from None
    if found.error is not None:
        fault = found.error if isinstance(found.error, str) else found.error.message
        raise ModelUnreachableError(fault[:300] or "the server reports a fault")
    usage = Usage(found.usage.prompt_tokens, found.usage.completion_tokens or 0) if found.usage else None
    if not found.choices:
        return Said(model=found.model or "", usage=usage)
    choice = found.choices[0]
    words = choice.message or choice.delta or _Words()
    finish = "refusal" if words.refusal else choice.finish_reason
    return Said(_sound(words.content or words.refusal or ""), finish, found.model or "", usage)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
        if len(rest) > LARGEST_EVENT:
            raise BadAnswerError(f"an event of more than {LARGEST_EVENT} bytes")
    if rest:
        yield rest


def _sound(text: str) -> str:
    """Take out what neither Postgres nor UTF-8 can keep."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
