"""One sheet as it streams out of the file: values at their places, merged areas, widths; empty cells cost nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl.worksheet._reader import WorkSheetParser

from extractors.excel_format import shown

MAX_CELLS = 400_000
_FORMULA = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}f"
_EAST_ASIAN_DATES = frozenset((*range(27, 37), *range(50, 59)))
"""Built-in formats that mean a date in Japanese Excel and nothing to openpyxl."""
_DATE = "east asian date"
_DEFAULT_WIDTH = 8.43


@dataclass(frozen=True, slots=True)
class Sheet:
    """The filled cells of a sheet and what divides them."""

    cells: dict[tuple[int, int], str]
    numbers: frozenset[tuple[int, int]]
    merged: dict[tuple[int, int], tuple[int, int]]
    """Top left -> bottom right of each merged area that holds a value."""
    widths: dict[int, float] = field(default_factory=dict)
    truncated: bool = False

    def width(self, column: int) -> float:
        """Return a column's width in characters; a hidden one has none."""
        return self.widths.get(column, _DEFAULT_WIDTH)

    def end(self, place: tuple[int, int]) -> tuple[int, int]:
        """Return the last row and column that a value covers."""
        return self.merged.get(place, place)


class _Parser(WorkSheetParser):
    """openpyxl's reader, which shows the formula where a program saved no value for it."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None:  # "str" without a value is a saved empty text
            formula = element.find(_FORMULA)
            if formula is not None and formula.text and element.get("t") != "str":
                cell["value"], cell["data_type"] = f"={formula.text}", "s"
        return cell


def read(workbook: Any, worksheet: Any) -> Sheet:
    """Read the values of one sheet of a workbook that was opened read-only."""
    cells: dict[tuple[int, int], str] = {}
    numbers: set[tuple[int, int]] = set()
    with worksheet._get_source() as source:
        parser = _parser(workbook, worksheet, source)
        for place, text, number in _values(workbook, parser):
            cells[place] = text
            if number:
                numbers.add(place)
            if len(cells) >= MAX_CELLS:
                return Sheet(cells, frozenset(numbers), {}, _widths(parser), truncated=True)
    return Sheet(cells, frozenset(numbers), _merged(parser, cells), _widths(parser))


def _parser(workbook: Any, worksheet: Any, source: Any) -> _Parser:
    return _Parser(
        source,
        worksheet._shared_strings,
        data_only=True,
        epoch=workbook.epoch,
        date_formats=workbook._date_formats,
        timedelta_formats=workbook._timedelta_formats,
    )


def _values(workbook: Any, parser: _Parser) -> Iterator[tuple[tuple[int, int], str, bool]]:
    formats: dict[int, str] = {}
    for _, row in parser.parse():
        for cell in row:
            value = cell["value"]
            if value is None:
                continue
            style = cell["style_id"]
            if style not in formats:
                formats[style] = _format(workbook, style)
            if formats[style] == _DATE and isinstance(value, int | float):
                value = _date(value, workbook.epoch)
            text = shown(value, formats[style])
            if text:
                yield (cell["row"], cell["column"]), text, isinstance(value, int | float)


def _format(workbook: Any, style: int) -> str:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    styles = workbook._cell_styles
    number = styles[style].numFmtId if 0 <= style < len(styles) else 0
    if number in _EAST_ASIAN_DATES:
        return _DATE
    if number < BUILTIN_FORMATS_MAX_SIZE:
        return str(BUILTIN_FORMATS.get(number, "General"))
    custom = workbook._number_formats
    at = number - BUILTIN_FORMATS_MAX_SIZE
    return str(custom[at]) if at < len(custom) else "General"


def _date(value: float, epoch: Any) -> Any:
    from openpyxl.utils.datetime import from_excel

    try:
        return from_excel(value, epoch)
    except (OverflowError, ValueError):
        return value


def _merged(parser: _Parser, cells: dict[tuple[int, int], str]) -> dict[tuple[int, int], tuple[int, int]]:
    found = {}
    for area in parser.merged_cells.mergeCell if parser.merged_cells else ():
        left, top, right, bottom = area.bounds
        if (top, left) in cells:
            found[(top, left)] = (bottom, right)
    return found


def _widths(parser: _Parser) -> dict[int, float]:
    widths: dict[int, float] = {}
    for attributes in parser.column_dimensions.values():
        first, last = int(attributes["min"]), int(attributes["max"])
        hidden = attributes.get("hidden") in ("1", "true")
        width = 0.0 if hidden else float(attributes.get("width", _DEFAULT_WIDTH))
        for column in range(first, min(last, first + 1_000) + 1):
            widths[column] = width
    return widths
