"""Tables of an HTML page: spans resolved, the text of a merged cell once; tables used for layout are none."""

from typing import Any

from extractors import tables
from extractors.model import Rows

_MAX_SPAN = 200
_MAX_ROWS = 20_000


def is_data(table: Any) -> bool:
    """Tell a table of data from one that only arranges the page."""
    if table.get("role") in ("presentation", "none") or table.find(".//table") is not None:
        return False
    widths = [sum(cell.tag in ("td", "th") for cell in row) for row in table.iter("tr")]
    return len(widths) > 1 and max(widths) > 1


def rows_of(table: Any) -> Rows:
    """Return the table's cells as rows of equal length."""
    grid: list[list[str]] = []
    covered: dict[int, int] = {}
    for row in list(table.iter("tr"))[:_MAX_ROWS]:
        line: list[str] = []
        below: dict[int, int] = {}
        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            _skip(line, covered)
            wide, tall = _span(cell, "colspan"), _span(cell, "rowspan")
            below.update(dict.fromkeys(range(len(line), len(line) + wide), tall - 1))
            line.extend([_text(cell), *[""] * (wide - 1)])
        _skip(line, covered)
        covered = {column: left - 1 for column, left in covered.items() if left > 1}
        covered.update({column: left for column, left in below.items() if left > 0})
        grid.append(line)
    return tables.clean(grid)


def _skip(line: list[str], covered: dict[int, int]) -> None:
    while covered.get(len(line), 0) > 0:
        line.append("")


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isdigit() else 1


def _text(cell: Any) -> str:
    pieces = []
    for element in cell.iter():
        if element.tag in ("br", "p", "div", "li"):
            pieces.append(" ")
        if element.tag not in ("script", "style"):
            pieces.append(element.text or "")
        if element is not cell:
            pieces.append(element.tail or "")
    return " ".join("".join(pieces).split())
