"""Speech models at OpenAI, Azure OpenAI or any server that speaks their transcription format."""

from pathlib import Path
from typing import Annotated

import msgspec

from llm import wire
from llm.chat import Usage
from llm.connection import Provider
from llm.errors import BadAnswerError, BadSoundError
from llm.gate import Gate
from llm.retries import IN_A_JOB, Patience, patiently
from llm.speech import Segment, Transcript

LARGEST_SOUND = 25 * 2**20
WITHOUT_TIMES = ("gpt-",)
"""Beginnings of the names of models that refuse to give times."""

_Seconds = Annotated[float, msgspec.Meta(ge=0, le=10**7)]


class OpenAISpeech:
    """Connects on first use; what a call may take and cost is the gate's matter."""

    def __init__(self, provider: Provider, gate: Gate, *, patience: Patience = IN_A_JOB) -> None:
        self._server, self._gate, self._patience = provider, gate, patience

    @property
    def provider(self) -> str:
        """Name the provider."""
        return self._server.name

    @property
    def model(self) -> str:
        """Name the model; at Azure, the deployment."""
        return self._gate.terms.model

    def transcribe(self, sound: Path, seconds: float, *, language: str | None = None) -> Transcript:
        """Write down a sound file."""
        if not sound.is_file() or not 0 < sound.stat().st_size <= LARGEST_SOUND:
            raise BadSoundError(sound.name)
        return patiently(lambda: self._transcribed(sound, seconds, language), self._patience)

    def _transcribed(self, sound: Path, seconds: float, language: str | None) -> Transcript:
        expected = Usage(seconds=seconds, is_estimated=True)
        with self._gate.passage(expected, self._patience.timeout, queue=self._patience.queue) as tally:
            body = self._request(sound, language)
            tally.usage = expected
            heard = _read(body)
            if heard.duration is not None:
                tally.usage = Usage(seconds=heard.duration)
        return Transcript(_segments(heard, seconds), heard.language or language, self.model)

    def _request(self, sound: Path, language: str | None) -> bytes:
        from openai import omit

        from llm.openai_client import own_errors, shared_client

        connection, timeout = self._server.connection, self._patience.timeout
        with own_errors(connection.key), sound.open("rb") as file:
            transcriptions = shared_client(connection).audio.transcriptions.with_streaming_response
            with transcriptions.create(
                file=file,
                model=self.model,
                response_format="json" if self.model.startswith(WITHOUT_TIMES) else "verbose_json",
                language=language or omit,
                timeout=timeout,
            ) as response:
                return wire.whole(response.iter_bytes(), wire.Deadline(timeout))


class _Heard(msgspec.Struct):
    start: _Seconds
    end: _Seconds
    text: str


class _Body(msgspec.Struct):
    text: str
    language: str | None = None
    duration: _Seconds | None = None
    segments: list[_Heard] | None = None


def _read(body: bytes) -> _Body:
    try:
        return msgspec.json.decode(body, type=_Body, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadAnswerError(str(error)) from None


def _segments(heard: _Body, seconds: float) -> tuple[Segment, ...]:
    if heard.segments is None:
        return (Segment(0, int(seconds * 1000), heard.text.strip()),) if heard.text.strip() else ()
    found = (
        Segment(int(part.start * 1000), int(max(part.start, part.end) * 1000), part.text) for part in heard.segments
    )
    return tuple(sorted(found, key=lambda segment: segment.start_ms))
