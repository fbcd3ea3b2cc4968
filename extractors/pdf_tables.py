"""Tables with rules: the lines drawn on a page, the cells between them, and the text in each cell.

The rules come from pdfium (a second parse by pdfplumber costs 50-500 ms a page); what follows from the rules,
crossings to cells to tables, is pdfplumber's well-tried geometry.
"""

from collections.abc import Sequence
from ctypes import byref, c_int
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from extractors import tables
from extractors.model import Box, Rows
from extractors.pdf_columns import rows as lines_of
from extractors.pdf_images import Drawn
from extractors.pdf_lines import join
from extractors.pdf_text import Glyph, Transform, segments

MAX_EDGES = 3_000
_THIN = 3.0
_SNAP = 3.0
_SHORT = 6.0
_MAX_INNER = 4

Cell = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table that rules enclose."""

    cells: tuple[Cell, ...]
    bounds: Cell

    @property
    def box(self) -> Box:
        """The table's place as x, y, width, height."""
        x0, y0, x1, y1 = self.bounds
        return round(x0, 1), round(y0, 1), round(x1 - x0, 1), round(y1 - y0, 1)

    def holds(self, glyph: Glyph) -> bool:
        """Tell whether a character stands in the table."""
        x0, y0, x1, y1 = self.bounds
        return x0 - 1 < (glyph.x0 + glyph.x1) / 2 < x1 + 1 and y0 - 1 < (glyph.y0 + glyph.y1) / 2 < y1 + 1


def edges(paths: Sequence[Drawn], transform: Transform) -> list[dict[str, Any]]:
    """Collect horizontal and vertical rules from the page's path objects, in pdfplumber's form."""
    found: list[dict[str, Any]] = []
    for path in paths:
        x0, y0, x1, y1 = transform.box(*path.bounds)
        if y1 - y0 < _THIN < x1 - x0:
            found.append(_edge("h", x0, x1, (y0 + y1) / 2))
        elif x1 - x0 < _THIN < y1 - y0:
            found.append(_edge("v", y0, y1, (x0 + x1) / 2))
        elif x1 - x0 > _SHORT and y1 - y0 > _SHORT and _is_box(path.item):
            found += [_edge("h", x0, x1, y0), _edge("h", x0, x1, y1), _edge("v", y0, y1, x0), _edge("v", y0, y1, x1)]
    return found


def ruled(found: list[dict[str, Any]]) -> list[Ruled]:
    """Find the tables that the rules make; frames around a single cell are none."""
    if sum(edge["orientation"] == "h" for edge in found) < 2 or sum(edge["orientation"] == "v" for edge in found) < 2:
        return []
    from pdfplumber import table as geometry  # slow to import, needed for pages with rules only

    merged = geometry.merge_edges(found, _SNAP, _SNAP, _SNAP, _SNAP)
    long = [edge for edge in merged if max(edge["width"], edge["height"]) > _SHORT]
    cells = geometry.intersections_to_cells(geometry.edges_to_intersections(long, _SNAP, _SNAP))
    made = [Ruled(tuple(group), _around(group)) for group in geometry.cells_to_tables(cells)]
    return _outermost([table for table in made if _is_grid(table.cells)])


def read(table: Ruled, glyphs: Sequence[Glyph], textpage: Any, angle: float) -> Rows:
    """Put the characters into the table's cells; a merged cell's text stands once, at its top left.

    No rows come back when a cell holds a table of its own: rules around a whole body, columns by alignment only.
    """
    tops, lefts = _steps([cell[1] for cell in table.cells]), _steps([cell[0] for cell in table.cells])
    grid = [[""] * len(lefts) for _ in tops]
    for cell, characters in _sorted(table, glyphs).items():
        lines = lines_of(segments(characters, textpage, angle))
        if sum(len(line) > 1 for line in lines) > _MAX_INNER:
            return ()
        row, column = _step(tops, cell[1]), _step(lefts, cell[0])
        grid[row][column] = join(" ".join(segment.text for segment in line) for line in lines)
    return tables.clean(grid)


def is_filled(rows: Rows) -> bool:
    """Tell a table from the frames and grids of a drawing: two rows and columns, and text in a third of the cells."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    return sum(bool(cell) for row in rows for cell in row) * 3 >= len(rows) * len(rows[0])


def _sorted(table: Ruled, glyphs: Sequence[Glyph]) -> dict[Cell, list[Glyph]]:
    """Give each cell its characters; a space or line end goes where the character before it went."""
    inside: dict[Cell, list[Glyph]] = {cell: [] for cell in table.cells}
    cell: Cell | None = None
    for glyph in glyphs:
        if glyph.text not in (" ", "\n"):
            if not table.holds(glyph):
                cell = None
            elif cell is None or not _is_in(cell, glyph):
                cell = next((other for other in table.cells if _is_in(other, glyph)), None)
        if cell:
            inside[cell].append(glyph)
    return inside


def _is_box(path: Any) -> bool:
    """Tell whether a path is a rectangle with a drawn outline or a fill."""
    fill, stroke = c_int(), c_int()
    pdfium.FPDFPath_GetDrawMode(path, byref(fill), byref(stroke))
    return 4 <= pdfium.FPDFPath_CountSegments(path) <= 6 and bool(fill.value or stroke.value)


def _edge(orientation: str, low: float, high: float, at: float) -> dict[str, Any]:
    flat = orientation == "h"
    x0, x1, top, bottom = (low, high, at, at) if flat else (at, at, low, high)
    return {
        "orientation": orientation,
        "object_type": "line",
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
    }


def _around(cells: Sequence[Cell]) -> Cell:
    return min(c[0] for c in cells), min(c[1] for c in cells), max(c[2] for c in cells), max(c[3] for c in cells)


def _is_grid(cells: Sequence[Cell]) -> bool:
    return len({round(cell[0]) for cell in cells}) > 1 and len({round(cell[1]) for cell in cells}) > 1


def _outermost(found: list[Ruled]) -> list[Ruled]:
    """Drop tables that lie within another one."""
    kept: list[Ruled] = []
    for table in sorted(found, key=lambda item: -(item.bounds[2] - item.bounds[0]) * (item.bounds[3] - item.bounds[1])):
        x0, y0, x1, y1 = table.bounds
        if not any(
            o.bounds[0] - 1 <= x0 and o.bounds[1] - 1 <= y0 and x1 <= o.bounds[2] + 1 and y1 <= o.bounds[3] + 1
            for o in kept
        ):
            kept.append(table)
    return kept


def _steps(values: Sequence[float]) -> list[float]:
    steps: list[float] = []
    for value in sorted(values):
        if not steps or value - steps[-1] > 1.5:
            steps.append(value)
    return steps


def _step(steps: Sequence[float], value: float) -> int:
    return min(range(len(steps)), key=lambda index: abs(steps[index] - value))


def _is_in(cell: Cell, glyph: Glyph) -> bool:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.y0 + glyph.y1) / 2
    return cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]
