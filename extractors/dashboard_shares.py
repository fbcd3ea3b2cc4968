"""Shares of a whole, as beside a ring: texts with percentages that add up to a hundred are a chart, no metrics."""

from collections.abc import Sequence

from extractors.dashboard_boxes import bottom, level, right, same_row, union
from extractors.dashboard_columns import bodies
from extractors.dashboard_model import Chart
from extractors.dashboard_pieces import Piece

_TEXTS = ("text", "label", "noise", "span")


def take(found: Sequence[Piece], panel: int) -> tuple[list[Chart], list[Piece]]:
    """Return the lists of shares as charts, and the pieces that belong to none."""
    charts, rest = [], list(found)  # type: list[Chart], list[Piece]
    if sum(piece.number is not None and piece.number.unit == "%" for piece in found) < 3:
        return charts, rest
    for body in bodies(found):
        for stack in body.stacks:
            parts = _parts(stack, rest)
            if not parts:
                continue
            title = _title(parts, stack, rest)
            gone = [*stack, *parts, *([title] if title else [])]
            rest = [piece for piece in rest if not any(piece is one for one in gone)]
            charts.append(
                Chart(
                    title=title.text if title else None,
                    axis=(),
                    legend=tuple(piece.text for piece in parts),
                    values=tuple(piece.text for piece in stack),
                    box=union(piece.box for piece in gone),
                    panel=panel,
                )
            )
    return charts, rest


def _parts(stack: Sequence[Piece], found: Sequence[Piece]) -> list[Piece]:
    """Return the texts that name the shares, one for each, when they are the parts of one whole."""
    shares = [piece.number.value or 0.0 for piece in stack if piece.number and piece.number.unit == "%"]
    if len(stack) < 3 or len(shares) < len(stack) or not 98.0 <= sum(shares) <= 102.0:
        return []
    rows = [[text for text in found if text.kind in _TEXTS and _names(text, piece)] for piece in stack]
    nearest = [max(row, key=lambda text: right(text.box)) for row in rows if row]
    known = sum(bool(text.match and text.match.kind == "percent") for text in nearest)
    return nearest if len(nearest) == len(stack) and known < 2 else []


def _names(text: Piece, share: Piece) -> bool:
    """Tell whether a text stands left of a share, at its height."""
    near = abs(level(text.box) - level(share.box)) < 0.5 * share.box[3] and same_row(text.box, share.box)
    return near and right(text.box) < share.box[0] + 2


def _title(parts: Sequence[Piece], stack: Sequence[Piece], found: Sequence[Piece]) -> Piece | None:
    """Return the text over the list, as wide as a ring may be away from it."""
    box = union(piece.box for piece in (*parts, *stack))
    high = stack[0].box[3]
    above = [
        piece
        for piece in found
        if piece.kind in _TEXTS
        and 0 < box[1] - bottom(piece.box) < 6 * high
        and box[0] - 22 * high < piece.box[0] < right(box)
        and not any(one.kind == "value" and same_row(one.box, piece.box) and one.box[0] > piece.box[0] for one in found)
    ]
    return max(above, key=lambda piece: (bottom(piece.box) // high, piece.box[3]), default=None)
