"""A language model at OpenAI, Azure OpenAI or any server that speaks their chat format (Ollama, vLLM, llama.cpp)."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from llm import wire
from llm.chat import Answer, Config, Message, Schema, Usage
from llm.chat_stream import ChatStream
from llm.connection import Provider
from llm.errors import BadAnswerError, PromptTooLongError
from llm.gate import Gate, Tally
from llm.retries import IN_A_JOB, Patience, patiently
from llm.tokens import MESSAGE, estimate

if TYPE_CHECKING:
    from openai import APIResponse

PICTURE_TOKENS = 1500
STREAM_TIMES = 5
"""A whole stream may take this many times as long as one wait for its next piece."""


class OpenAIChat:
    """Connects on first use; what a call may take and cost is the gate's matter."""

    def __init__(
        self, provider: Provider, gate: Gate, config: Config | None = None, *, patience: Patience = IN_A_JOB
    ) -> None:
        self.config = config or Config()
        self._server, self._gate, self._patience = provider, gate, patience

    @property
    def provider(self) -> str:
        """Name the provider."""
        return self._server.name

    @property
    def model(self) -> str:
        """Name the model; at Azure, the deployment."""
        return self._gate.terms.model

    def complete(
        self, messages: Sequence[Message], *, shape: Schema | None = None, max_tokens: int | None = None
    ) -> Answer:
        """Answer at once."""
        most = max_tokens or self.config.max_tokens
        asked = self._asked(messages, most)
        if shape is not None:
            wanted = {"name": "answer", "schema": dict(shape), "strict": True}
            asked["response_format"] = {"type": "json_schema", "json_schema": wanted}
        expected = self._expected(messages, most)
        return patiently(lambda: self._completed(asked, expected), self._patience)

    def stream(self, messages: Sequence[Message], *, max_tokens: int | None = None) -> ChatStream:
        """Answer piece by piece; what fails before the first piece is tried again."""
        most = max_tokens or self.config.max_tokens
        asked = self._asked(messages, most) | {"stream": True, "stream_options": {"include_usage": True}}
        expected = self._expected(messages, most)
        limit = self._patience.timeout * STREAM_TIMES

        def opened() -> ChatStream:
            passage = self._gate.passage(expected, limit, queue=self._patience.queue)
            stream = ChatStream(passage, lambda: self._response(asked), expected, wire.Deadline(limit))
            stream.begin()
            return stream

        return patiently(opened, self._patience)

    def count_tokens(self, text: str) -> int:
        """Estimate from above: no remote model's vocabulary comes with a package."""
        return estimate(text)

    def _completed(self, asked: dict[str, Any], expected: Usage) -> Answer:
        seconds = self._patience.timeout
        with self._gate.passage(expected, seconds, queue=self._patience.queue) as tally:
            with self._response(asked) as response:
                said = wire.read(wire.whole(response.iter_bytes(), wire.Deadline(seconds)))
            return _answer(said, expected, tally)

    @contextmanager
    def _response(self, asked: dict[str, Any]) -> Iterator["APIResponse[Any]"]:
        from llm.openai_client import own_errors, shared_client

        connection = self._server.connection
        with own_errors(connection.key):
            completions = shared_client(connection).chat.completions.with_streaming_response
            with completions.create(**asked, timeout=self._patience.timeout) as response:
                yield response

    def _asked(self, messages: Sequence[Message], most: int) -> dict[str, Any]:
        limit = "max_tokens" if self.provider == "compatible" else "max_completion_tokens"
        asked = {"model": self.model, "messages": [_message(message) for message in messages], limit: most}
        if self.config.temperature is not None:
            asked["temperature"] = self.config.temperature
        return asked

    def _expected(self, messages: Sequence[Message], most: int) -> Usage:
        prompt = sum(estimate(m.text) + MESSAGE + len(m.pictures) * PICTURE_TOKENS for m in messages)
        if prompt > self.config.context_length:  # some servers, such as Ollama, cut its beginning off without a word
            raise PromptTooLongError(f"about {prompt} tokens for a model that reads {self.config.context_length}")
        return Usage(prompt, most, is_estimated=True)


def _answer(said: wire.Said, expected: Usage, tally: Tally) -> Answer:
    fallback = Usage(expected.prompt_tokens, estimate(said.text), is_estimated=True)
    tally.usage, tally.model = said.usage or fallback, said.model
    if said.finish is None and not said.text:
        raise BadAnswerError("an answer without a choice")
    return Answer(said.text, said.model, said.finish or "stop", tally.usage)


def _message(message: Message) -> dict[str, Any]:
    text = _sendable(message.text)
    if not message.pictures:
        return {"role": message.role, "content": text}
    parts: list[dict[str, Any]] = [{"type": "text", "text": text}]
    for picture in message.pictures:
        data = base64.b64encode(picture.content).decode()
        parts.append({"type": "image_url", "image_url": {"url": f"data:{picture.media_type};base64,{data}"}})
    return {"role": message.role, "content": parts}


def _sendable(text: str) -> str:
    return text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")
