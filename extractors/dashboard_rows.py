"""The texts of a table: what names its rows, and the header over its columns."""

from collections.abc import Sequence

from extractors.dashboard_boxes import beside, bottom, level, misaligned, right, same_row, union
from extractors.dashboard_columns import Body, is_dash, pitch
from extractors.dashboard_pieces import Piece
from extractors.model import Box

_TEXTS = ("text", "label", "noise", "span", "compare")
_FAR = 12.0
"""Texts further left of the numbers than this many pitches belong to something else."""


def heads(body: Body, found: Sequence[Piece]) -> list[Piece]:
    """Return the texts of the header: the row of texts next above the numbers, of which one stands over a column."""
    high = body.high
    top = body.levels[0] - 0.5 * high
    left, until = _reach(body)
    above = [
        piece
        for piece in found
        if piece.kind in _TEXTS
        and not is_dash(piece)
        and level(piece.box) < top
        and not _has_value(piece, body, found)
        and top - bottom(piece.box) < max(1.6 * pitch(body), 2.5 * high)
    ]
    over = [piece for piece in above if any(stands_over(piece, stack) for stack in body.stacks)]
    if not over:
        return []
    lowest = max(over, key=lambda piece: level(piece.box))
    row = [piece for piece in above if abs(level(piece.box) - level(lowest.box)) < 0.7 * lowest.box[3]]
    second = [
        piece
        for piece in over
        if piece not in row
        and 0.7 * piece.box[3] < level(lowest.box) - level(piece.box) < 1.7 * piece.box[3]
        and _is_first_line(piece, row)
    ]
    reach = [
        piece for piece in row if left - 2 * _FAR * pitch(body) < piece.box[0] and right(piece.box) < until + 4 * high
    ]
    return reach + second


def _has_value(piece: Piece, body: Body, found: Sequence[Piece]) -> bool:
    """Tell whether a number stands in a text's row over the table: then the row is no header."""
    left, until = _reach(body)
    return any(
        one.kind == "value" and same_row(one.box, piece.box) and left - body.high < one.box[0] < until + body.high
        for one in found
    )


def _is_first_line(piece: Piece, row: Sequence[Piece]) -> bool:
    """Tell whether a text is the upper line of a header of two lines, not a title."""
    lower = [one for one in row if beside(one.box, piece.box) > 0.4 and misaligned(one.box, piece.box) < piece.box[3]]
    return any(one.box[1] - bottom(piece.box) < 0.5 * one.box[3] and piece.box[3] < 1.2 * one.box[3] for one in lower)


def stands_over(piece: Piece, stack: Sequence[Piece]) -> bool:
    """Tell whether a header stands over a column of numbers."""
    box = union(one.box for one in stack)
    return beside(piece.box, box) > 0.3 or misaligned(piece.box, box) < 0.8 * piece.box[3]


def nearest_row(body: Body, piece: Piece) -> int:
    """Return the row a piece stands in."""
    return min(range(len(body.levels)), key=lambda at: abs(body.levels[at] - level(piece.box)))


def key_columns(body: Body, found: Sequence[Piece], header: Sequence[Piece]) -> list[list[tuple[int, Piece]]]:
    """Return the columns of texts in the rows, each text with its row; a column has a text in half of the rows."""
    near = [
        (nearest_row(body, piece), piece) for piece in found if piece.kind in _TEXTS and _is_free(piece, body, header)
    ]
    inside = [(row, piece) for row, piece in near if abs(body.levels[row] - level(piece.box)) < 0.46 * pitch(body)]
    columns: list[list[tuple[int, Piece]]] = []
    for row, piece in sorted(inside, key=lambda one: one[1].box[0]):
        home = next((column for column in columns if _lines_up(column, piece)), None)
        if home is None:
            columns.append([(row, piece)])
        else:
            home.append((row, piece))
    full = [column for column in columns if len({row for row, _ in column}) >= 0.5 * len(body.levels)]
    return _adjacent(full, body)


def named_rows(body: Body, columns: Sequence[Sequence[tuple[int, Piece]]], found: Sequence[Piece]) -> set[int]:
    """Return the rows that a metric's label stands in, left of the last number."""
    left = min([_reach(body)[0], *(piece.box[0] for column in columns for _, piece in column)]) - 2 * body.high
    known = [
        piece for piece in found if piece.match and piece.match.score >= 0.9 and left < piece.box[0] < _reach(body)[1]
    ]
    rows = [(nearest_row(body, piece), piece) for piece in known]
    return {row for row, piece in rows if abs(body.levels[row] - level(piece.box)) < 0.6 * body.high}


def strays(body: Body, found: Sequence[Piece]) -> list[Piece]:
    """Return the numbers and dashes in a body's rows that stand in no column, being alone of their sort."""
    left, until = _reach(body)
    return [
        piece
        for piece in found
        if (piece.number is not None or is_dash(piece))
        and left - body.high < piece.box[0]
        and right(piece.box) < until + body.high
        and abs(body.levels[nearest_row(body, piece)] - level(piece.box)) < 0.5 * body.high
    ]


def _is_free(piece: Piece, body: Body, header: Sequence[Piece]) -> bool:
    if is_dash(piece) or any(piece is head for head in header):
        return False
    return not any(piece is cell for stack in body.stacks for cell in stack)


def _lines_up(column: Sequence[tuple[int, Piece]], piece: Piece) -> bool:
    return any(misaligned(other.box, piece.box) < 0.9 * piece.box[3] for _, other in column[-4:]) or any(
        beside(other.box, piece.box) > 0.6 for _, other in column
    )


def _adjacent(columns: list[list[tuple[int, Piece]]], body: Body) -> list[list[tuple[int, Piece]]]:
    """Keep the columns between the numbers, and those left of them up to a wide gap."""
    left, until = _reach(body)
    boxes: list[tuple[Box, list[tuple[int, Piece]]]] = [
        (union(piece.box for _, piece in column), column) for column in columns
    ]
    kept = [(box, column) for box, column in boxes if box[0] > left and right(box) < until]
    edge = left
    for box, column in sorted(boxes, key=lambda one: -right(one[0])):
        full_rows = len({row for row, _ in column}) >= 0.8 * len(body.levels)
        if right(box) <= left + body.high and (full_rows or edge - right(box) < _FAR * pitch(body)):
            kept.append((box, column))
            edge = box[0]
    return [column for _, column in kept]


def _reach(body: Body) -> tuple[float, float]:
    box = union(piece.box for stack in body.stacks for piece in stack)
    return box[0], right(box)
