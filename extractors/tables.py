"""Rows of text cells as every extractor makes them: trimmed, with one header row, rendered as plain text."""

import re
from collections.abc import Sequence

from extractors.model import Rows

_NUMBER = re.compile(r"^[\s(¥$€£△▲+-]*[\d０-９][\d０-９,.，．]*\s*[%％円個件)]*$")
_MAX_HEADER_CELL = 80


def clean(rows: Sequence[Sequence[str]]) -> Rows:
    """Make the rows equally long and drop rows and columns without any text."""
    width = max((len(row) for row in rows), default=0)
    full = [[" ".join(cell.split()) for cell in row] + [""] * (width - len(row)) for row in rows]
    kept = [column for column in range(width) if any(row[column] for row in full)]
    return tuple(tuple(row[column] for column in kept) for row in full if any(row))


def fold_header(rows: Rows, height: int) -> Rows:
    """Fold the first `height` rows into one that names each column."""
    if height < 2 or len(rows) <= height:
        return rows
    names = []
    for column in range(len(rows[0])):
        words = [rows[row][column] for row in range(height)]
        names.append(" ".join(dict.fromkeys(word for word in words if word)))
    return (tuple(names), *rows[height:])


def has_header(rows: Rows) -> bool:
    """Guess whether the first row names the columns: words, mostly filled, above at least one other row."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first = rows[0]
    filled = [cell for cell in first if cell]
    if len(filled) * 2 < len(first) or any(is_number(cell) or len(cell) > _MAX_HEADER_CELL for cell in filled):
        return False
    return len(rows) > 2 or any(is_number(cell) for cell in rows[1])


def is_number(text: str) -> bool:
    """Tell whether a cell shows a number, an amount or a percentage."""
    return bool(_NUMBER.match(text))


def render(rows: Rows) -> str:
    """Write one line per row, cells divided by tabs, as it can be pasted into a sheet again."""
    return "\n".join(render_row(row) for row in rows)


def render_row(row: Sequence[str]) -> str:
    """Write one row."""
    return "\t".join(row).rstrip("\t")
