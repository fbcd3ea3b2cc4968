"""Which way up a page's text stands, so that lines can be read even where the page lies on its side or its head."""

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from extractors.model import Box
from extractors.pdf_text import Transform, transform_of

_SAMPLE = 60
_QUARTER = math.pi / 2


@dataclass(frozen=True, slots=True)
class Orientation:
    """How to lay the page's text upright, and how to find its boxes again on the page as it is seen."""

    transform: Transform
    """From page units to the upright text."""
    angle: float
    """The angle of most characters in the page's own units."""
    turns: int
    """Quarter turns to the left that bring the seen page's text upright."""
    size: tuple[float, float]
    """Width and height of the page as it is seen."""

    @property
    def upright(self) -> tuple[float, float]:
        """Width and height of the page when its text is upright."""
        return self.size if self.turns % 2 == 0 else (self.size[1], self.size[0])

    @property
    def height(self) -> float:
        """The height of the page when its text is upright."""
        return self.upright[1]

    def seen(self, box: Box | None) -> Box | None:
        """Return where a box of the upright text lies on the page as it is seen."""
        return turned_back(box, self.turns, self.size)


def turned_back(box: Box | None, turns: int, size: tuple[float, float]) -> Box | None:
    """Turn a box on a page of this size back to the right, by the quarters it was turned left."""
    if box is None:
        return None
    for turn in range(turns, 0, -1):
        width = size[(turn - 1) % 2]
        box = (round(width - box[1] - box[3], 1), box[0], box[3], box[2])
    return box


def orientation_of(page: Any, textpage: Any) -> Orientation:
    """Look at a sample of the characters: their own turn and the page's add up."""
    size = page.get_size()
    count = pdfium.FPDFText_CountChars(textpage)
    step = max(1, count // _SAMPLE)
    angles = [pdfium.FPDFText_GetCharAngle(textpage, at) for at in range(0, count, step)]
    quarters = Counter(round(angle / _QUARTER) % 4 for angle in angles if angle >= 0)
    most = quarters.most_common(1)[0][0] if quarters else 0
    turns = (most + page.get_rotation() // 90) % 4 if quarters else 0
    transform = transform_of(page)
    for turn in range(turns):
        transform = transform.turned_left(size[turn % 2])
    return Orientation(transform, most * _QUARTER, turns, size)
