"""The characters of a PDF page with their places, joined into segments: runs of text without a big gap."""

import ctypes
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

MAX_CHARACTERS = 200_000
_DEVICE = 100
_CHARACTERS = {ord("\r"): "\n", ord("\t"): " ", 0xA0: " ", 0x02: "-", 0xFFFE: "-", 0xFFFF: "-", 0x7F: "\0"}
_CHARACTERS |= dict.fromkeys(range(0xD800, 0xE000), "\0")
"""What pdfium's codes stand for where it isn't themselves: it reports a hyphen at a line's end as 2 or FFFE."""
_BOLD = 600


class Glyph(NamedTuple):
    """A character and its box; origin at the top left, y grows downwards."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    at: int


_BLANKS = {blank: Glyph(blank, 0, 0, 0, 0, -1) for blank in (" ", "\n")}


@dataclass(frozen=True, slots=True)
class Segment:
    """Text on one baseline without a gap as wide as a column's."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool = False
    vertical: bool = False

    @property
    def middle(self) -> float:
        """The height of the middle of the line."""
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Transform:
    """From page units (origin bottom left, unrotated) to what is seen (origin top left, rotated)."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def turned_left(self, width: float) -> "Transform":
        """Return the same followed by a quarter turn to the left of a page of this width."""
        return Transform(self.b, -self.a, self.d, -self.c, self.f, width - self.e)

    @property
    def upright(self) -> bool:
        """Tell whether the page is neither rotated nor scaled."""
        return (self.a, self.b, self.c, self.d) == (1.0, 0.0, 0.0, -1.0)

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """Return x0, y0, x1, y1 of a rectangle as it is seen."""
        xs = (self.a * left + self.c * bottom + self.e, self.a * right + self.c * top + self.e)
        ys = (self.b * left + self.d * bottom + self.f, self.b * right + self.d * top + self.f)
        return min(xs), min(ys), max(xs), max(ys)


def transform_of(page: Any) -> Transform:
    """Ask pdfium how this page's units lie on the screen (rotation and crop box included)."""
    width, height = page.get_size()
    x, y = ctypes.c_int(), ctypes.c_int()
    seen = []
    for point in ((0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0)):
        pdfium.FPDF_PageToDevice(
            page, 0, 0, int(width * _DEVICE), int(height * _DEVICE), 0, *point, ctypes.byref(x), ctypes.byref(y)
        )
        seen.append((x.value / _DEVICE, y.value / _DEVICE))
    (e, f), (ax, ay), (cx, cy) = seen
    a, b, c, d = (_whole(part / 1000) for part in (ax - e, ay - f, cx - e, cy - f))
    return Transform(a, b, c, d, e, f)


def _whole(factor: float) -> float:
    """Take off what pdfium's rounding to whole device units adds to 0, 1 and -1."""
    return float(round(factor)) if abs(factor - round(factor)) < 0.01 else factor


def glyphs(textpage: Any, transform: Transform, most: int = MAX_CHARACTERS) -> list[Glyph]:
    """Read the page's characters in stream order; line ends come as "\\n", generated spaces as " "."""
    found: list[Glyph] = []
    box = pdfium.FS_RECTF()
    reference = ctypes.byref(box)
    unicode_of, box_of, new = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox, tuple.__new__
    upright, left, top = transform.upright, transform.e, transform.f
    for index in range(min(pdfium.FPDFText_CountChars(textpage), most)):
        code = unicode_of(textpage, index)
        text = _CHARACTERS.get(code) or chr(code)
        if text in _BLANKS:
            found.append(_BLANKS[text])
        elif text >= " ":
            box_of(textpage, index, reference)
            if upright:
                place = (box.left + left, top - box.top, box.right + left, top - box.bottom)
            else:
                place = transform.box(box.left, box.bottom, box.right, box.top)
            found.append(new(Glyph, (text, *place, index)))  # twice as fast as calling the class
    return found


def segments(characters: Iterable[Glyph], textpage: Any, angle: float = 0.0) -> list[Segment]:
    """Join characters that follow each other on one baseline; `angle` is the angle of most of them."""
    found: list[Segment] = []
    run: list[Glyph] = []
    words: list[str] = []
    space = False
    for glyph in characters:
        if glyph.text == " ":
            space = True
            continue
        if glyph.text == "\n" or (run and not _follows(run, glyph)):
            found.extend(_segment(run, words, textpage, angle))
            run, words = [], []
        if glyph.text != "\n":
            words.append(" " + glyph.text if space and run else glyph.text)
            run.append(glyph)
        space = False
    found.extend(_segment(run, words, textpage, angle))
    return found


def _follows(run: list[Glyph], glyph: Glyph) -> bool:
    last = run[-1]
    if glyph.y0 == last.y0 and glyph.y1 == last.y1 and -1.0 < glyph.x0 - last.x1 < 2.0:
        return True
    height = max(last.y1 - last.y0, glyph.y1 - glyph.y0, 1.0)
    overlap = min(last.y1, glyph.y1) - max(last.y0, glyph.y0)
    if overlap > 0.4 * min(last.y1 - last.y0, glyph.y1 - glyph.y0):
        return -0.8 * height < glyph.x0 - last.x1 < 1.1 * height and not (len(run) > 1 and _is_vertical(run))
    below = 0 <= glyph.y0 - last.y1 + 0.3 * height < height and abs(glyph.x0 + glyph.x1 - last.x0 - last.x1) < height
    return below and (len(run) == 1 or _is_vertical(run))


def _is_vertical(run: list[Glyph]) -> bool:
    first, last = run[0], run[-1]
    return last.y0 - first.y0 > abs(last.x0 - first.x0) and last.y0 > first.y1 - 0.3 * (first.y1 - first.y0)


def _is_turned(glyph: Glyph, textpage: Any, angle: float) -> bool:
    """Tell whether a character lies on its side, compared with most of the page."""
    own: float = pdfium.FPDFText_GetCharAngle(textpage, glyph.at)
    return 0.3 < (own - angle) % math.pi < math.pi - 0.3


def _segment(run: list[Glyph], words: list[str], textpage: Any, angle: float) -> list[Segment]:
    text = "".join(words)
    if not text.strip():
        return []
    heights = sorted(glyph.y1 - glyph.y0 for glyph in run)
    vertical = (len(run) > 1 and _is_vertical(run)) or _is_turned(run[0], textpage, angle)
    return [
        Segment(
            text,
            min(glyph.x0 for glyph in run),
            min(glyph.y0 for glyph in run),
            max(glyph.x1 for glyph in run),
            max(glyph.y1 for glyph in run),
            max(run[0].x1 - run[0].x0, 1.0) if vertical else max(heights[len(heights) // 2], 1.0),
            bold=all(pdfium.FPDFText_GetFontWeight(textpage, glyph.at) >= _BOLD for glyph in (run[0], run[-1])),
            vertical=vertical,
        )
    ]
