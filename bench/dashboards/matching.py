"""Which recognised lines stand where which printed strings stand, and how far their texts are apart."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench.dashboards.model import TrueString
from extractors.model import Box
from extractors.words import Line

_SHARED = 0.35
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the picture: what is printed there and what was read there, both in reading order."""

    printed: str
    read: str
    strings: tuple[int, ...]
    """The printed strings' numbers."""
    box: Box

    @property
    def errors(self) -> int:
        """Count the characters to be inserted, deleted or replaced."""
        return distance(self.printed, self.read)


def spots(strings: Sequence[TrueString], lines: Sequence[Line], marks: Sequence[TrueString] = ()) -> list[Spot]:
    """Join what overlaps: a line that spans two strings, or a string in two lines, is one spot.

    A drawn mark that was read as the sign it looks like is neither right nor wrong.
    """
    lines = [_unmarked(line, marks) for line in lines]
    boxes = [one.box for one in strings] + [one.box for one in lines]
    group = list(range(len(boxes)))
    for mine in range(len(strings)):
        for other in range(len(strings), len(boxes)):
            if overlap(boxes[mine], boxes[other]) >= _SHARED:
                _join(group, mine, other)
    found: dict[int, list[int]] = {}
    for number in range(len(boxes)):
        found.setdefault(_root(group, number), []).append(number)
    return [_spot(members, strings, lines) for members in found.values()]


def folded(text: str) -> str:
    """Give a text as it is compared: NFKC, without any space."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def overlap(a: Box, b: Box) -> float:
    """Give the share of the smaller box that both cover."""
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / max(min(a[2] * a[3], b[2] * b[3]), 1e-9)


def distance(a: str, b: str) -> int:
    """Give the edit distance of two texts."""
    before = list(range(len(b) + 1))
    for row, one in enumerate(a, 1):
        now = [row]
        for column, other in enumerate(b, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (one != other)))
        before = now
    return before[-1]


def _unmarked(line: Line, marks: Sequence[TrueString]) -> Line:
    for mark in marks:
        if line.text and overlap(line.box, mark.box) > _SHARED:
            text = line.text.strip()
            text = text[1:] if text[:1] in mark.text else text[:-1] if text[-1:] in mark.text else text
            line = replace(line, text=text)
    return line


def _spot(members: list[int], strings: Sequence[TrueString], lines: Sequence[Line]) -> Spot:
    many = len(strings)
    printed = [number for number in members if number < many]
    read = [number - many for number in members if number >= many]
    boxes = [strings[n].box for n in printed] or [lines[n].box for n in read]
    return Spot(
        folded("".join(strings[n].text for n in _ordered(printed, [one.box for one in strings]))),
        folded("".join(lines[n].text for n in _ordered(read, [one.box for one in lines]))),
        tuple(printed),
        boxes[0],
    )


def _ordered(numbers: list[int], boxes: Sequence[Box]) -> list[int]:
    """Put boxes in reading order: what shares half a height is one line, left to right."""
    rest = sorted(numbers, key=lambda n: boxes[n][1] + boxes[n][3] / 2)
    done: list[int] = []
    while rest:
        first = boxes[rest[0]]
        middle = first[1] + first[3] / 2
        line = [n for n in rest if abs(boxes[n][1] + boxes[n][3] / 2 - middle) < 0.5 * max(first[3], boxes[n][3])]
        done += sorted(line, key=lambda n: boxes[n][0])
        rest = [n for n in rest if n not in line]
    return done


def _root(group: list[int], number: int) -> int:
    while group[number] != number:
        number = group[number]
    return number


def _join(group: list[int], a: int, b: int) -> None:
    group[_root(group, b)] = _root(group, a)
