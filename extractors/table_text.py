"""CSV and TSV: rows under their header, in blocks of bounded size that know their cell range."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from extractors import media_type, ranges, tables
from extractors.language import language_of
from extractors.model import Block, DocumentInfo, ExtractionWarning, Part, Rows
from extractors.options import Options
from extractors.parts import parts
from extractors.text import read

_ROWS = 200
_SEPARATORS = ",\t;|"
_MAX_FIELD = 1 << 20
_MAX_COLUMNS = 2_000


def extract(path: Path, _options: Options) -> Iterator[Part]:
    """Read the table; quoted line ends and separators inside cells are honoured."""
    text, warnings = read(path)
    separator = separator_of(text)
    kind = media_type.TSV if separator == "\t" else media_type.CSV
    pages = list(parts(_blocks(text, separator)))
    yield DocumentInfo(kind, None, language_of(text), len(pages), warnings + _widths(text, separator))
    yield from pages


def separator_of(text: str) -> str:
    """Choose the separator that divides the first lines into most cells, evenly."""
    lines = text[:100_000].splitlines()[:40]

    def evenness(separator: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        common = max(set(widths), key=widths.count, default=1)
        return (widths.count(common) / max(len(widths), 1) if common > 1 else 0.0, common)

    return max(_SEPARATORS, key=evenness)


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(_MAX_FIELD)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        if any(cell.strip() for cell in row):
            yield [cell.strip().replace("\x00", "") for cell in row[:_MAX_COLUMNS]]


def _blocks(text: str, separator: str) -> Iterator[Block]:
    rows = _rows(text, separator)
    first = list(islice(rows, _ROWS))
    sample: Rows = tuple(tuple(row) for row in first[:5])
    header = tables.has_header(sample)
    names = first[0] if header else None
    body, number = (first[1:], 2) if header else (first, 1)
    while body or names:
        yield _block(names, body, number, header=header)
        number += len(body)
        body = list(islice(rows, _ROWS))
        if not body:
            return


def _block(names: list[str] | None, body: list[list[str]], number: int, *, header: bool) -> Block:
    rows: Rows = tuple(tuple(row) for row in ([names] if names else []) + body)
    width = max(len(row) for row in rows)
    last = f"{ranges.letters(width)}{number + max(len(body), 1) - 1}"
    return Block("table", tables.render(rows), cell_range=f"A{number}:{last}", rows=rows, header=header)


def _widths(text: str, separator: str) -> tuple[ExtractionWarning, ...]:
    row = next(_rows(text, separator), [])
    return (ExtractionWarning("text_truncated", "columns"),) if len(row) >= _MAX_COLUMNS else ()
