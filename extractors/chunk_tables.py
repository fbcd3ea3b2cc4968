"""Cut a long table between its rows; every part begins with the header, so that a row is found by its columns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from extractors import ranges, tables
from extractors.chunk_text import split_text
from extractors.model import Block, Rows

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class TablePart:
    """Some rows of a table under its header."""

    text: str
    cell_range: str | None
    tokens: int


def split_table(block: Block, first: int, limit: int, count: CountTokens) -> Iterator[TablePart]:
    """Yield the table's rows in parts: the first of at most `first` tokens, the others of at most `limit`."""
    table = _table(block, limit, count)
    start, used, room = 0, table.head_tokens, first
    for at, line in enumerate(table.lines):
        cost = count(line) + 1
        if at > start and used + cost > room:
            yield from table.part((start, at), limit, count)
            start, used, room = at, table.head_tokens, limit
        used += cost
    yield from table.part((start, len(table.lines)), limit, count)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table as lines of text: what is repeated, and what is divided."""

    head: str
    head_tokens: int
    lines: list[str]
    cell_range: str | None

    def part(self, span: tuple[int, int], limit: int, count: CountTokens) -> Iterator[TablePart]:
        """Yield the rows of `span` under the header; a single row that is too long comes in pieces."""
        place = ranges.rows_of(self.cell_range, len(self.lines), span)
        text = self._under_head("\n".join(self.lines[slice(*span)]))
        tokens = count(text)
        if tokens <= limit or span[1] - span[0] > 1:
            yield TablePart(text, place, tokens)
            return
        room = limit - self.head_tokens - 1
        for piece in split_text(self.lines[span[0]], room, room, count):
            whole = self._under_head(piece)
            yield TablePart(whole, place, count(whole))

    def _under_head(self, text: str) -> str:
        return f"{self.head}\n{text}" if self.head else text


def _table(block: Block, limit: int, count: CountTokens) -> _Table:
    rows = block.rows or ()
    head, lines = _lines(rows, limit, count) if block.header else ("", [tables.render_row(row) for row in rows])
    return _Table(head, count(head) if head else 0, lines, block.cell_range)


def _lines(rows: Rows, limit: int, count: CountTokens) -> tuple[str, list[str]]:
    """Return the header's line and the rows' lines; a header that would fill a chunk goes into the rows instead."""
    used = [column for column in range(len(rows[0])) if any(_cell(row, column) for row in rows[1:])]
    names, body = rows[0], rows[1:]
    if count(tables.render_row(names)) > limit // 3:
        names, body = _only(names, used), tuple(_only(row, used) for row in body)
    head = tables.render_row(names)
    if count(head) <= limit // 2:
        return head, [tables.render_row(row) for row in body]
    return "", [_record(names, row) for row in body]


def _record(names: tuple[str, ...], row: tuple[str, ...]) -> str:
    return "\t".join(f"{name}: {value}" if name else value for name, value in zip(names, row, strict=False) if value)


def _only(row: tuple[str, ...], columns: list[int]) -> tuple[str, ...]:
    return tuple(_cell(row, column) for column in columns)


def _cell(row: tuple[str, ...], column: int) -> str:
    return row[column] if column < len(row) else ""
