"""Divide a sheet into the tables and notes that stand on it, by what is empty between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from extractors import tables
from extractors.excel_sheet import Sheet
from extractors.model import Rows

Place = tuple[int, int]
_GAP = 5.0
"""Characters of empty width that divide two tables: below it, an empty column is only a spacer."""
_MAX_TITLE = 80


@dataclass(frozen=True, slots=True)
class Region:
    """A connected part of a sheet: its rows, where they stand, and how many of them name the columns."""

    rows: Rows
    cell_range: str
    header_rows: int
    top: int
    left: int


def regions(sheet: Sheet) -> list[Region]:
    """Return the regions of a sheet, from top to bottom and left to right."""
    found: list[Region] = []
    for band in _with_headers(sheet, _row_bands(sheet, sorted(sheet.cells))):
        for part in _column_bands(sheet, band):
            found.extend(_region(sheet, piece) for piece in _titles(sheet, part))
    return found


def _row_bands(sheet: Sheet, places: Sequence[Place]) -> list[list[Place]]:
    """Split at rows that nothing covers."""
    bands: list[list[Place]] = []
    bottom = 0
    for place in places:
        if not bands or place[0] > bottom + 1:
            bands.append([])
        bands[-1].append(place)
        bottom = max(bottom, sheet.end(place)[0])
    return bands


def _with_headers(sheet: Sheet, bands: list[list[Place]]) -> list[list[Place]]:
    """Put a header that an empty spacer row divides from its body back on top of it."""
    joined: list[list[Place]] = []
    for band in bands:
        if joined and _is_header_of(sheet, joined[-1], band):
            joined[-1] = joined[-1] + band
        else:
            joined.append(list(band))
    return joined


def _is_header_of(sheet: Sheet, above: list[Place], below: list[Place]) -> bool:
    rows = {row for row, _ in above}
    if below[0][0] - max(rows) != 2 or any(place in sheet.numbers for place in above):
        return False
    widest = max(rows, key=lambda row: sum(place[0] == row for place in above))
    names, columns = {c for row, c in above if row == widest}, {column for _, column in below}
    return len(names) > 2 and len(names & columns) > 0.6 * len(names) and any(p in sheet.numbers for p in below)


def _column_bands(sheet: Sheet, places: list[Place]) -> list[list[Place]]:
    """Split at wide empty columns when both sides are tables of their own."""
    ends: dict[int, int] = {}
    for place in places:
        ends[place[1]] = max(ends.get(place[1], 0), sheet.end(place)[1])
    right = 0
    for column in sorted(ends):
        gap = sum(sheet.width(between) for between in range(right + 1, column)) if right else 0.0
        if gap >= _GAP:
            left_part = [place for place in places if place[1] < column]
            right_part = [place for place in places if place[1] >= column]
            if _is_dense(left_part) and _is_dense(right_part):
                return [left_part, *_column_bands(sheet, right_part)]
        right = max(right, ends[column])
    return [places]


def _is_dense(places: list[Place]) -> bool:
    rows, columns = {row for row, _ in places}, {column for _, column in places}
    return len(rows) > 1 and len(columns) > 1 and len(places) > 0.6 * len(rows) * len(columns)


def _titles(sheet: Sheet, places: list[Place]) -> list[list[Place]]:
    """Cut single cells above a table (its title) and below it (its footnotes) off, one by one."""
    rows = _by_row(places)
    order = sorted(rows)
    first, last = 0, len(order)
    while first < last and len(rows[order[first]]) == 1 and not _begins_table(rows, order, first):
        first += 1
    while last > first and len(rows[order[last - 1]]) == 1 and _is_note(sheet, rows[order[last - 1]][0]):
        last -= 1
    body = [place for row in order[first:last] for place in rows[row]]
    if len(order) > 2 and _one_column(body or places):
        return [places]
    singles = [rows[row] for row in order[:first]], [rows[row] for row in order[last:]]
    return [*singles[0], *([body] if body else []), *singles[1]]


def _begins_table(rows: dict[int, list[Place]], order: list[int], at: int) -> bool:
    """Tell whether a lone cell is a group title over columns (it reaches over several, or does not stand leftmost)."""
    if at + 1 >= len(order):
        return False
    place = rows[order[at]][0]
    below = rows[order[at + 1]]
    return order[at + 1] == order[at] + 1 and len(below) > 1 and place[1] > below[0][1]


def _is_note(sheet: Sheet, place: Place) -> bool:
    return place not in sheet.numbers and (len(sheet.cells[place]) > 20 or sheet.cells[place][:1] in "(（*※注")


def _one_column(places: list[Place]) -> bool:
    return len({column for _, column in places}) == 1


def _by_row(places: Sequence[Place]) -> dict[int, list[Place]]:
    rows: dict[int, list[Place]] = {}
    for place in sorted(places):
        rows.setdefault(place[0], []).append(place)
    return rows


def _region(sheet: Sheet, places: list[Place]) -> Region:
    columns = sorted({column for _, column in places})
    at = {column: index for index, column in enumerate(columns)}
    rows = _by_row(places)
    grid = [[""] * len(columns) for _ in rows]
    for line, row in zip(grid, sorted(rows), strict=True):
        for place in rows[row]:
            line[at[place[1]]] = sheet.cells[place]
    top, left = min(row for row, _ in places), columns[0]
    bottom = max(sheet.end(place)[0] for place in places)
    right = max(sheet.end(place)[1] for place in places)
    whole = f"{get_column_letter(left)}{top}"
    if (top, left) != (bottom, right):
        whole += f":{get_column_letter(right)}{bottom}"
    height = _header_rows(sheet, rows, tables.clean(grid))
    if height > 1:
        _spread(sheet, rows, height, (grid, columns))
    return Region(tables.clean(grid), whole, height, top, left)


def _spread(sheet: Sheet, rows: dict[int, list[Place]], height: int, table: tuple[list[list[str]], list[int]]) -> None:
    """Repeat a title that is merged over several columns in each of them: it names them all."""
    grid, columns = table
    for line, row in zip(grid, sorted(rows)[:height], strict=False):
        for place in rows[row]:
            right = sheet.end(place)[1]
            for index, column in enumerate(columns):
                if place[1] < column <= right:
                    line[index] = sheet.cells[place]


def _header_rows(sheet: Sheet, rows: dict[int, list[Place]], cells: Rows) -> int:
    """Count the rows that name the columns: words only, until the first row with a number, at most three."""
    order = sorted(rows)
    if len(cells) < 2 or len(cells[0]) < 2:
        return 0
    spanned = max(sheet.end(place)[0] for place in rows[order[0]]) - order[0] + 1
    tall = sum(row < order[0] + spanned for row in order)
    if 1 < tall < 4 and len(order) > tall:
        return tall
    words = 0
    while words < min(len(order), 4) and not any(place in sheet.numbers for place in rows[order[words]]):
        words += 1
    if (
        1 < words < 4
        and len(rows[order[0]]) < 0.7 * len(cells[0]) <= len(rows[order[words - 1]]) + 1
        and words < len(order)
    ):
        return words
    return 1 if tables.has_header(cells) else 0
