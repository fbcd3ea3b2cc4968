"""Tables of a Word file: merged cells once, nested tables after the one that holds them."""

from collections.abc import Callable, Iterator
from typing import Any

from extractors import tables
from extractors.model import Block

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAX_DEPTH = 5

TextOf = Callable[[Any], str]


def blocks_of_table(table: Any, text_of: TextOf, depth: int = 0) -> Iterator[Block]:
    """Yield the table as one block; a table of a single cell is only a frame, and its text comes as paragraphs."""
    rows = tables.clean([_row(row, text_of) for row in _children(table, "tr")])
    if len(rows) == 1 and len(rows[0]) == 1:
        yield Block("paragraph", rows[0][0])
    elif rows:
        yield Block("table", tables.render(rows), rows=rows, header=tables.has_header(rows) or _marked(table))
    if depth < _MAX_DEPTH:
        for inner in _nested(table):
            yield from blocks_of_table(inner, text_of, depth + 1)


def _row(row: Any, text_of: TextOf) -> list[str]:
    cells = [""] * _number(row.find(f"{_W}trPr"), "gridBefore", 0)
    for cell in _children(row, "tc"):
        properties = cell.find(f"{_W}tcPr")
        merge = properties.find(f"{_W}vMerge") if properties is not None else None
        continued = merge is not None and merge.get(f"{_W}val") != "restart"
        paragraphs = (text_of(line).strip() for line in _children(cell, "p"))
        cells.append("" if continued else " ".join(text for text in paragraphs if text))
        cells.extend([""] * (_number(properties, "gridSpan", 1) - 1))
    return cells


def _children(element: Any, name: str) -> Iterator[Any]:
    """Yield children of that name, also through content controls."""
    for child in element:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _children(child, name)


def _nested(table: Any) -> Iterator[Any]:
    for row in _children(table, "tr"):
        for cell in _children(row, "tc"):
            yield from _children(cell, "tbl")


def _marked(table: Any) -> bool:
    """Tell whether Word itself was told that the first row is a header."""
    return table.find(f"{_W}tr/{_W}trPr/{_W}tblHeader") is not None


def _number(properties: Any, name: str, default: int) -> int:
    found = properties.find(f"{_W}{name}") if properties is not None else None
    value = found.get(f"{_W}val") if found is not None else None
    return min(int(value), 200) if value and value.isdigit() else default
