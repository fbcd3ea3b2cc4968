"""Tables: bodies of numbers with the texts of their rows and their header become grids; lists of metrics stay free."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.dashboard_boxes import beside, bottom, level, misaligned, right, union
from extractors.dashboard_columns import Body, bodies, without
from extractors.dashboard_model import Grid
from extractors.dashboard_pieces import Piece
from extractors.dashboard_rows import heads, key_columns, named_rows, nearest_row, stands_over, strays
from extractors.model import Box
from extractors.vocabulary import Vocabulary

Cell = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table in pieces: rows of cells, the header over them, and which row sums the others up."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: Piece | None
    total: int | None
    now: tuple[Piece, ...] = ()
    """In a table that compares times, the values of this time and the changes: they name metrics, too."""

    @property
    def pieces(self) -> list[Piece]:
        """Return all pieces of the table."""
        return [piece for row in (self.header, *self.rows) for cell in row for piece in cell]


def take(found: Sequence[Piece], words: Vocabulary) -> tuple[list[Table], list[Piece]]:
    """Return the tables and the pieces that belong to none."""
    tables, rest = [], list(found)  # type: list[Table], list[Piece]
    for body in sorted(bodies(found), key=lambda one: -len(one.stacks) * len(one.levels)):
        if not all(any(piece is other for other in rest) for stack in body.stacks for piece in stack):
            continue
        table = _table(body, rest, words)
        if table:
            gone = {id(piece) for piece in table.pieces}
            kept = {id(piece) for piece in table.now}
            rest = [piece for piece in rest if id(piece) not in gone or id(piece) in kept]
            tables.append(table)
    return tables, rest


def grid(table: Table, words: Vocabulary, panel: int) -> Grid:
    """Turn a table into what is stored of it."""
    rows = ((table.header,) if table.header else ()) + table.rows
    width = len(table.rows[0])
    names = [_name(table.header[at], words) if table.header else "" for at in range(width)]
    names = ["" if name and words.has("dimensions", text(table.header[at])) else name for at, name in enumerate(names)]
    columns = tuple(words.settled(names))
    return Grid(
        rows=tuple(tuple(text(cell) for cell in row) for row in rows),
        header=bool(table.header),
        columns=columns,
        box=union(piece.box for piece in table.pieces),
        boxes=tuple(tuple(union(piece.box for piece in cell) if cell else None for cell in row) for row in rows),
        confidences=tuple(
            tuple(min((piece.confidence for piece in cell), default=1.0) for cell in row) for row in rows
        ),
        panel=panel,
        title=table.title.text if table.title else None,
    )


def text(cell: Cell) -> str:
    """Return the text of a cell, its lines from top to bottom."""
    return " ".join(
        piece.text for piece in sorted(cell, key=lambda one: (round(level(one.box) / max(one.box[3], 1)), one.box[0]))
    )


def _name(cell: Cell, words: Vocabulary) -> str:
    match = words.label(text(cell)) if cell else None
    return match.name if match else ""


def _table(body: Body, found: Sequence[Piece], words: Vocabulary) -> Table | None:
    header = heads(body, found)
    columns = key_columns(body, found, header)
    keyed = {row for column in columns for row, _ in column}
    if all(piece.kind == "date" for stack in body.stacks for piece in stack):
        return None
    if _lists_metrics(columns):
        compared = _compares(body, header, columns, words)
        return replace(_laid_out(body, header, columns, found, words), now=compared) if compared else None
    shorter = without(body, named_rows(body, columns, found))
    if shorter is not body:
        return _table(shorter, found, words) if shorter else None
    ranked = len(body.stacks) > 1 and _is_key(body.stacks[0])
    over = [piece for piece in header if any(stands_over(piece, stack) for stack in body.stacks)]
    dimension = any(words.has("dimensions", piece.text) for piece in header)
    enough = len(keyed) >= 0.5 * len(body.levels) or ranked
    tall = len(body.levels) >= (3 if len(body.stacks) == 1 else 2)
    if not enough or not tall or not (over or (len(body.levels) >= 3 and len(body.stacks) > 1)):
        return None
    if len(body.levels) == 2 and not dimension and len(over) < 2:
        return None
    return _laid_out(body, header, columns, found, words)


def _lists_metrics(columns: Sequence[Sequence[tuple[int, Piece]]]) -> bool:
    """Tell whether the rows are named by metrics: then it is a list of values, and no table."""
    named = [piece for column in columns for _, piece in column]
    known = [piece for piece in named if piece.match and piece.match.score >= 0.9]
    return len(known) >= 2 and len(known) >= 0.5 * len(named)


def _compares(
    body: Body, header: Sequence[Piece], columns: Sequence[Sequence[tuple[int, Piece]]], words: Vocabulary
) -> tuple[Piece, ...]:
    """Return the labels, values and changes of a table with columns such as 今回, 前回, 増減; else nothing."""
    if len(columns) != 1 or len(body.stacks) < 2:
        return ()
    heads_of = [next((head for head in header if stands_over(head, stack)), None) for stack in body.stacks]
    known = [
        head for head in heads_of if head and any(words.has(group, head.text) for group in ("now", "before", "changes"))
    ]
    if len(known) < 2:
        return ()
    values = [at for at, head in enumerate(heads_of) if head is None or not words.has("before", head.text)]
    values = [at for at in values if any(piece.kind == "value" for piece in body.stacks[at])]
    named = [at for at in values if (head := heads_of[at]) and words.has("now", head.text)]
    now = (named or values)[:1]
    changes = [piece for stack in body.stacks for piece in stack if piece.kind == "change"]
    return (*(piece for _, piece in columns[0]), *(piece for at in now for piece in body.stacks[at]), *changes)


def _is_key(stack: Sequence[Piece]) -> bool:
    """Tell whether a column of numbers names the rows: times, dates or the ranks 1, 2, 3."""
    clocks = sum(piece.kind == "date" or bool(piece.number and piece.number.clock) for piece in stack)
    values = [piece.number.value for piece in stack if piece.number and piece.number.value is not None]
    ranks = sum(after - before == 1 for before, after in pairwise(values))
    return clocks >= 0.7 * len(stack) or (len(values) > 2 and ranks >= 0.7 * (len(values) - 1) and values[0] <= 1)


def _laid_out(
    body: Body,
    header: Sequence[Piece],
    columns: Sequence[Sequence[tuple[int, Piece]]],
    found: Sequence[Piece],
    words: Vocabulary,
) -> Table:
    places = sorted(
        [union(piece.box for piece in stack) for stack in body.stacks]
        + [union(piece.box for _, piece in column) for column in columns]
    )
    cells: list[list[list[Piece]]] = [[[] for _ in places] for _ in body.levels]
    for stack in body.stacks:
        for piece in stack:
            cells[nearest_row(body, piece)][_nearest(places, piece.box)].append(piece)
    for column in columns:
        for row, piece in column:
            cells[row][_nearest(places, piece.box)].append(piece)
    taken = {id(piece) for row in cells for cell in row for piece in cell} | {id(piece) for piece in header}
    for piece in strays(body, found):
        if id(piece) not in taken and not cells[nearest_row(body, piece)][_nearest(places, piece.box)]:
            cells[nearest_row(body, piece)][_nearest(places, piece.box)].append(piece)
    heads_of: list[list[Piece]] = [[] for _ in places]
    for piece in header:
        heads_of[_nearest(places, piece.box)].append(piece)
    rows = tuple(tuple(tuple(cell) for cell in row) for row in cells)
    total = next(
        (at for at, row in enumerate(rows) if any(words.has("totals", text(cell)) for cell in row[:2] if cell)), None
    )
    top = tuple(tuple(cell) for cell in heads_of) if header else ()
    return Table(top, rows, _title(places, body, header, found), total)


def _nearest(places: Sequence[Box], box: Box) -> int:
    """Return the column a box stands in: that of the most overlap, else the one that lines up best."""
    return min(range(len(places)), key=lambda at: (-max(beside(places[at], box), 0.0), misaligned(places[at], box)))


def _title(places: Sequence[Box], body: Body, header: Sequence[Piece], found: Sequence[Piece]) -> Piece | None:
    top = min([body.levels[0] - body.high, *(piece.box[1] for piece in header)])
    left, until = places[0][0], right(places[-1])
    above = [
        piece
        for piece in found
        if piece.kind in ("text", "label", "noise", "span")
        and bottom(piece.box) <= top + 2
        and top - bottom(piece.box) < 4 * body.high
        and left - 3 * body.high < piece.box[0] < until
        and not any(piece is other for other in header)
    ]
    return max(above, key=lambda piece: (bottom(piece.box) // body.high, -piece.box[0]), default=None)
