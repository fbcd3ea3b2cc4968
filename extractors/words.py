"""What reading a picture gives: lines of text with their words, places and confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from extractors.model import Box

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or a run of characters without a gap; box in picture pixels (x, y, width, height)."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line (a column when vertical) that stands together; its words are in reading order."""

    text: str
    box: Box
    confidence: float
    words: tuple[Word, ...]
    vertical: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """All lines of a picture in reading order; width and height are the picture's, in pixels."""

    width: int
    height: int
    lines: tuple[Line, ...]


class Ocr(Protocol):
    """Reads printed text. Implementations load their model on first use and hold it once per process."""

    def read(self, image: Image) -> Reading:
        """Read an upright or turned RGB picture; boxes are in the given picture's pixels."""
        ...
