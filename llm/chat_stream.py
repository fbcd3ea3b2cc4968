"""An answer that comes piece by piece: it can be left at any time, and says so when it was cut."""

import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Any

from llm import wire
from llm.chat import Answer, Usage
from llm.errors import BadAnswerError, ModelCutError, ModelError
from llm.gate import Tally
from llm.tokens import estimate

if TYPE_CHECKING:
    from openai import APIResponse

Passage = AbstractContextManager[Tally]


class ChatStream:
    """Holds its place at the gate and its connection until it has ended or was closed."""

    def __init__(
        self,
        passage: Passage,
        respond: Callable[[], "AbstractContextManager[APIResponse[Any]]"],
        expected: Usage,
        deadline: wire.Deadline,
    ) -> None:
        self._expected, self._deadline = expected, deadline
        self._texts: list[str] = []
        self._said = wire.Said()
        self._finish: str | None = None
        self._socket: socket.socket | None = None
        self._is_cancelled = False
        self._pieces = self._read(passage, respond)
        self._first: str | None = None

    def __enter__(self) -> "ChatStream":
        """Go on."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.close()

    def __iter__(self) -> Iterator[str]:
        """Give the pieces."""
        return self

    def __next__(self) -> str:
        """Give the next piece; raise ModelCutError when the answer broke off."""
        piece, self._first = self._first, None
        if piece is None:
            piece = next(self._pieces)
        self._texts.append(piece)
        return piece

    def begin(self) -> None:
        """Wait for the first piece, so that what fails before it can be tried again."""
        with suppress(StopIteration):
            self._first = next(self._pieces)

    def close(self) -> None:
        """Stop; closing the connection tells the model's server."""
        self._is_cancelled = self._is_cancelled or self._finish is None
        self._pieces.close()

    def cancel(self) -> None:
        """Stop from another thread: shutting the socket down wakes whoever waits for the next piece."""
        self._is_cancelled = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    @property
    def answer(self) -> Answer:
        """Give what has come so far."""
        finish = self._finish or ("cancelled" if self._is_cancelled else "cut")
        return Answer("".join(self._texts), self._said.model, finish, self._usage())

    def _read(
        self, passage: Passage, respond: Callable[[], "AbstractContextManager[APIResponse[Any]]"]
    ) -> Generator[str, None, None]:
        with passage as tally:
            try:
                with respond() as response:
                    yield from self._texts_of(response)
            except ModelError as error:
                if not self._is_cancelled:
                    raise _cut(error) if self._texts else error from None
            finally:
                tally.usage, tally.model = self._usage(), self._said.model
                if self._is_cancelled:
                    tally.outcome = "cancelled"

    def _texts_of(self, response: "APIResponse[Any]") -> Iterator[str]:
        kind = response.headers.get("content-type", "")
        if not kind.startswith("text/event-stream"):
            raise BadAnswerError(f"{kind[:80] or 'nothing'} instead of a stream")
        network = response.http_response.extensions.get("network_stream")
        self._socket = network.get_extra_info("socket") if network is not None else None
        for said in wire.events(response.iter_bytes(), self._deadline):
            if self._is_cancelled:
                return
            self._note(said)
            if said.text:
                yield said.text
        if self._finish is None and not self._is_cancelled:
            raise ModelCutError("the stream ended without saying why")

    def _note(self, said: wire.Said) -> None:
        self._finish = said.finish or self._finish
        self._said = wire.Said(model=said.model or self._said.model, usage=said.usage or self._said.usage)

    def _usage(self) -> Usage:
        written = estimate("".join(self._texts))
        return self._said.usage or Usage(self._expected.prompt_tokens, written, is_estimated=True)


def _cut(error: ModelError) -> ModelCutError:
    return ModelCutError(error.detail, retry_after=error.retry_after)
