"""Let the cells of a column or row agree: among 188s, 69s and 31s, what looks like 695 is 69s.

A cell is only read otherwise if two neighbours are written that way, and none is surely written as it was read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractors.words import Line

_LONGEST = 18
_MENDED = 0.9
"""Most that a cell which was read otherwise is trusted."""
_LEAST = 2
_NEAR, _LEVEL, _ALIKE = 0.6, 0.3, 1.4
"""Heights that edges and middles may lie apart, and how much the cells' own heights may differ."""

_AROUND = re.compile(r"[▲▼△▽↑↓+\-−~()（）\s]")
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?")
_OTHERWISE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\d)96(?=[)）]?$)"), "%"),
    (re.compile(r"(?<=\d)[$1](?=[)）]?$)"), "%"),
    (re.compile(r"(?<=\d)5(?=[)）]?$)"), "s"),
    (re.compile(r"(?<=\d)5$"), "万"),
    (re.compile(r"^(\D*)5(?=\d)"), r"\1$"),
    (re.compile(r"^(\D*)[VY](?=\d)"), r"\1¥"),
    (re.compile(r"(?<=\d)\.(?=\d\d$)"), ":"),
    (re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))"), "."),
)
_UNGROUPED = re.compile(r"^(\D*)(\d{4,})(?=\D*$)")


def agreed(lines: Sequence[Line]) -> list[Line]:
    """Give the lines with the cells read as their columns and rows are written."""
    cells = [line for line in lines if _is_cell(line)]
    return [_agreed(line, cells) if _is_cell(line) else line for line in lines]


def _agreed(line: Line, cells: Sequence[Line]) -> Line:
    others = list(_others(line.text))
    if not others:
        return line
    around = [one.text for one in cells if one is not line and _belongs(line, one)]
    for other in others:
        form = _form if other.replace(",", "") == line.text else _loose  # small numbers show no groups
        likewise = sum(form(text) == form(other) for text in around)
        against = any(form(text) == form(line.text) and form(other) not in map(form, _others(text)) for text in around)
        if likewise >= _LEAST and not against:
            sure = min(line.confidence, _MENDED)
            word = replace(line.words[0], text=other, confidence=sure)
            return replace(line, text=other, confidence=sure, words=(word,))
    return line


def _is_cell(line: Line) -> bool:
    short = len(line.words) == 1 and len(line.text) <= _LONGEST
    return short and not line.vertical and any(one.isdigit() for one in line.text)


def _others(text: str) -> Iterator[str]:
    """Give what a text might be as well."""
    for pattern, otherwise in _OTHERWISE:
        if (other := pattern.sub(otherwise, text)) != text:
            yield other
    if found := _UNGROUPED.match(text):
        yield f"{found[1]}{int(found[2]):,}{text[found.end() :]}"


def _form(text: str) -> str:
    """Give how a number is written: signs in front and around left out, digits without their values."""
    return _NUMBER.sub(_written, _AROUND.sub("", text))


def _loose(text: str) -> str:
    return _form(text).replace("n,n", "n")


def _written(found: re.Match[str]) -> str:
    whole = "n" if len(found[1]) <= 3 else "n,n" if "," in found[1] else "nnnn"
    return whole + "." + "d" * (len(found[2]) - 1) if found[2] else whole


def _belongs(line: Line, other: Line) -> bool:
    """Tell whether a cell stands in the same column or row, in the same size."""
    (x, y, width, height), (left, top, across, high) = line.box, other.box
    if max(height, high) > _ALIKE * min(height, high):
        return False
    if abs((y + height / 2) - (top + high / 2)) < _LEVEL * height:
        return True
    edges = (x - left, x + width - left - across, x + width / 2 - left - across / 2)
    return min(map(abs, edges)) < _NEAR * height
