"""Tables without rules: runs of rows whose cells stand in the same columns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from extractors import tables
from extractors.model import Box, Rows
from extractors.pdf_text import Segment

Row = list[Segment]
_MARK = re.compile(r"^([•・●○■□◆◇▪▶►‣⁃–—*-]|\d{1,2}[.)]?|[(（]\d{1,2}[)）]|[①-⑳])$")


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a table found by alignment, and where it stands."""

    cells: Rows
    box: Box


def is_mark(text: str) -> bool:
    """Tell whether this is only a bullet or a list number, not a cell."""
    return bool(_MARK.match(text))


def grids(lines: list[Row]) -> Iterable[Row | Grid]:
    """Replace runs of rows whose cells stand in columns by grids; pass other rows on."""
    run: list[Row] = []
    for row in lines:
        if run and not (_near(run[-1], row) and (_is_cells(row) or _is_wrapped(run, row))):
            yield from _grid(run)
            run = []
        if run or _is_cells(row):
            run.append(row)
        else:
            yield row
    yield from _grid(run)


def _is_cells(row: Row) -> bool:
    return len(row) > 2 or (len(row) == 2 and not is_mark(row[0].text))


def _is_wrapped(run: list[Row], row: Row) -> bool:
    """Tell whether a lone segment goes on with a cell of the rows above (not with the first column's)."""
    starts = [segment.x0 for above in run if _is_cells(above) for segment in above[1:]]
    return len(row) == 1 and any(abs(row[0].x0 - start) < 2 for start in starts)


def _near(above: Row, below: Row) -> bool:
    size = max(above[0].size, below[0].size)
    return min(item.y0 for item in below) - max(item.y1 for item in above) < 1.5 * size


def _grid(run: list[Row]) -> list[Row | Grid]:
    while run and not _is_cells(run[-1]):
        return [*_grid(run[:-1]), run[-1]]
    bounds = _bounds(run)
    full = sum(_is_cells(row) for row in run)
    if len(bounds) < 2 or full < (3 if len(bounds) == 2 else 2):
        return list(run)
    cells = _unwrap([_cells(row, bounds) for row in run], run)
    flat = [segment for row in run for segment in row]
    x0, y0 = min(s.x0 for s in flat), min(s.y0 for s in flat)
    box = (x0, y0, max(s.x1 for s in flat) - x0, max(s.y1 for s in flat) - y0)
    return [Grid(tables.clean(cells), (round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1)))]


def _bounds(run: list[Row]) -> list[tuple[float, float]]:
    """Merge the extents of the fullest rows' cells into columns."""
    most = max((len(row) for row in run), default=0)
    fullest = [row for row in run if len(row) >= max(2, 0.85 * most)]
    merged: list[list[float]] = []
    for x0, x1 in sorted((segment.x0, segment.x1) for row in fullest for segment in row):
        if merged and x0 < merged[-1][1] + 0.5:
            merged[-1][1] = max(merged[-1][1], x1)
        else:
            merged.append([x0, x1])
    return [(low, high) for low, high in merged]


def _cells(row: Row, bounds: list[tuple[float, float]]) -> list[str]:
    cells = [""] * len(bounds)
    for segment in row:
        column = max(range(len(bounds)), key=lambda index: _overlap(segment, bounds[index]))
        cells[column] = f"{cells[column]} {segment.text}".strip()
    return cells


def _overlap(segment: Segment, bound: tuple[float, float]) -> float:
    """How far a segment lies within a column; negative is the distance to it."""
    return min(segment.x1, bound[1]) - max(segment.x0, bound[0])


def _unwrap(cells: list[list[str]], run: list[Row]) -> list[list[str]]:
    """Put the lines of a wrapped cell back into the row they belong to."""
    whole: list[list[str]] = []
    for line, row in zip(cells, run, strict=True):
        if whole and len(row) == 1 and not line[0]:
            whole[-1] = [f"{above} {below}".strip() for above, below in zip(whole[-1], line, strict=True)]
        else:
            whole.append(line)
    return whole
