"""Lines and words from what the strips say: boxes in the picture's pixels, confidence that can be trusted."""

from collections.abc import Sequence

from extractors.model import Box
from extractors.ocr_recognise import Character
from extractors.ocr_shapes import Region
from extractors.words import Line, Word

_LONE = 0.9
"""What a character without company has to reach."""
_TWICE = 0.7
"""Share of a character's box that has to lie within another line."""


def line(region: Region, characters: Sequence[Character], *, vertical: bool = False) -> Line | None:
    """Make a line of a strip; None when there is nothing on it."""
    words = tuple(_words(region, characters, vertical=vertical))
    if not words:
        return None
    left, top, right, bottom = region.bounds
    box = (left, top, right - left, bottom - top)
    text = " ".join(word.text for word in words)
    return Line(text, box, min(word.confidence for word in words), words, vertical)


def distinct(lines: Sequence[Line]) -> list[Line]:
    """Leave out a lone character that stands within another line, seen twice, or is doubtful, an icon."""
    longer = [one for one in lines if len(one.text) > 1]
    return [
        one
        for one in lines
        if len(one.text) > 1 or (one.confidence >= _LONE and not any(_within(one.box, other.box) for other in longer))
    ]


def _within(box: Box, other: Box) -> bool:
    across = min(box[0] + box[2], other[0] + other[2]) - max(box[0], other[0])
    down = min(box[1] + box[3], other[1] + other[3]) - max(box[1], other[1])
    return max(across, 0.0) * max(down, 0.0) > _TWICE * box[2] * box[3]


def _words(region: Region, characters: Sequence[Character], *, vertical: bool) -> list[Word]:
    words: list[Word] = []
    waiting: list[Character] = []
    for one in [*characters, Character(" ", 1.0, 1.0)]:
        if not one.text.isspace():
            waiting.append(one)
        elif waiting:
            words.append(_word(region, waiting, vertical=vertical))
            waiting = []
    return words


def _word(region: Region, characters: Sequence[Character], *, vertical: bool) -> Word:
    """Make a word; its confidence is that of its weakest character: a number is as right as its worst digit."""
    text = "".join(one.text for one in characters)
    return Word(text, _box(region, characters, vertical=vertical), round(min(one.likelihood for one in characters), 4))


def _box(region: Region, characters: Sequence[Character], *, vertical: bool) -> Box:
    left, top, right, bottom = region.bounds
    half = region.thickness * 0.3
    first, last = characters[0].place, min(characters[-1].place, 1.0)
    if vertical:
        start, end = _span(top, bottom, first, last, half)
        return (left, start, right - left, end - start)
    start, end = _span(left, right, first, last, half)
    slope = (region.corners[1][1] - region.corners[0][1]) * (first + last - 1) / 2
    middle, height = region.y + slope, min(region.height, bottom - top)
    return (start, float(middle - height / 2), end - start, height)


def _span(low: float, high: float, first: float, last: float, half: float) -> tuple[float, float]:
    start, end = low + first * (high - low) - half, low + last * (high - low) + half
    return max(low, start), max(min(high, end), max(low, start) + 1)
