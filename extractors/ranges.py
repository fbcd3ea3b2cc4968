"""Cell ranges as Excel writes them ("B2:F9"): joined, and cut by rows."""

import re
from collections.abc import Iterable

_CELL = re.compile(r"([A-Z]+)(\d+)")


def union(found: Iterable[str | None]) -> str | None:
    """Return the smallest range around all of them."""
    corners = [corner for place in found if place for corner in _corners(place)]
    if not corners:
        return None
    left, top = min(column for column, _ in corners), min(row for _, row in corners)
    right, bottom = max(column for column, _ in corners), max(row for _, row in corners)
    return _written((left, top), (right, bottom))


def rows_of(place: str | None, count: int, span: tuple[int, int]) -> str | None:
    """Return the range of some of the `count` body rows that end at the range's last row."""
    if not place:
        return None
    corners = _corners(place)
    (left, top), (right, bottom) = corners[0], corners[-1]
    first = max(top, bottom - count + 1 + span[0])
    return _written((left, first), (right, max(first, bottom - count + span[1])))


def top(place: str | None) -> int:
    """Return the first row of a range; 0 when there is none."""
    return min((row for _, row in _corners(place or "")), default=0)


def _corners(place: str) -> list[tuple[int, int]]:
    return [(_number(letters), int(row)) for letters, row in _CELL.findall(place)]


def _written(first: tuple[int, int], last: tuple[int, int]) -> str:
    start, end = (f"{letters(column)}{row}" for column, row in (first, last))
    return start if start == end else f"{start}:{end}"


def _number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def letters(column: int) -> str:
    """Return a column's letters."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found
