"""What every speech model offers: sound in, text with times out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Segment:
    """Something said, from when to when."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True)
class Transcript:
    """What was said; a model that gives no times gives one segment over all."""

    segments: tuple[Segment, ...]
    language: str | None
    model: str

    @property
    def text(self) -> str:
        """Give all that was said."""
        return "".join(segment.text for segment in self.segments).strip()


class Speech(Protocol):
    """A model that hears."""

    @property
    def provider(self) -> str:
        """Name the provider."""

    @property
    def model(self) -> str:
        """Name the model."""

    def transcribe(self, sound: Path, seconds: float, *, language: str | None = None) -> Transcript:
        """Write down a sound file of this length (<= 25 MB); `language` is an ISO 639-1 code, if it is known."""
