"""Changes (+18.2%, ▲3.1pt) and the values they stand beside."""

from collections.abc import Sequence

from extractors.dashboard_boxes import beside, bottom, misaligned, right, same_row
from extractors.dashboard_matching import match
from extractors.dashboard_model import Change
from extractors.dashboard_naming import Named
from extractors.dashboard_pieces import Piece
from extractors.model import Box

_FAR = 3.0


def attach(named: Sequence[Named], changes: Sequence[Piece], labels: Sequence[Piece]) -> dict[int, Change]:
    """Give each value at most one change, all at once; the result is keyed by the value's place in the list."""
    edges = {at: {i: _least(one, change, labels) for i, change in enumerate(changes)} for at, one in enumerate(named)}
    pairs = match({at: {i: cost for i, cost in some.items() if cost < _FAR} for at, some in edges.items()}, _FAR)
    return {at: change(changes[i]) for at, i in pairs.items()}


def _least(one: Named, change: Piece, labels: Sequence[Piece]) -> float:
    """Return how badly a change stands by a value, or by the label over it."""
    cost = _cost(one.value.box, change.box, labels)
    over = one.side == "above" and same_row(one.label.box, change.box) and change.box[0] > right(one.label.box)
    others = [label for label in labels if label is not one.label]
    return min(cost, 0.5 + _cost(one.label.box, change.box, others)) if over else cost


def change(piece: Piece) -> Change:
    """Return what is stored of a change."""
    number = piece.number
    assert number is not None
    return Change(piece.text, number.value or 0.0, number.unit, piece.box)


def _cost(value: Box, one: Box, labels: Sequence[Piece]) -> float:
    """Return how badly a change stands by a value: beside it, or in the lines under it, seldom over it."""
    high = max(value[3], one[3])
    if same_row(value, one):
        gap = one[0] - right(value)
        between = any(
            label.box[0] > value[0] and right(label.box) < one[0] + 2 and same_row(label.box, value)
            for label in labels
            if label.kind == "label"
        )
        far = 0.2 + 0.15 * max(gap, 0.0) / high
        return (
            far + 9 * between
            if gap > -0.3 * high
            else 9.0
            if gap > -2 * high
            else 2.0 + 0.15 * (value[0] - right(one)) / high
        )
    below = one[1] > value[1]
    gap = one[1] - bottom(value) if below else value[1] - bottom(one)
    shift = misaligned(value, one) / high
    if gap > 3.5 * high or (beside(value, one) <= 0 and shift > 4):
        return 9.0
    return 0.3 + 0.5 * max(gap, 0.0) / high + 0.25 * shift + (0.0 if below else 1.0)
