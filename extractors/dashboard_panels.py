"""Two dashboards in one picture: parted where a clear strip runs between two sets of the same labels."""

from collections.abc import Sequence

from extractors.dashboard_boxes import bottom, right
from extractors.dashboard_pieces import Piece
from extractors.words import Reading


def split(found: Sequence[Piece], reading: Reading) -> list[list[Piece]]:
    """Return the pieces of each dashboard, from left to right or from top to bottom."""
    for axis in (0, 1):
        for cut in _strips(found, axis, (reading.width, reading.height)[axis]):
            first = [piece for piece in found if piece.box[axis] < cut]
            second = [piece for piece in found if piece.box[axis] >= cut]
            if _repeats(first, second):
                return [first, *split(second, reading)]
    return [list(found)]


def _strips(found: Sequence[Piece], axis: int, size: int) -> list[float]:
    """Return the middles of the strips that nothing crosses, widest first."""
    end = right if axis == 0 else bottom
    spans = sorted((piece.box[axis], end(piece.box)) for piece in found)
    strips, reach = [], spans[0][1] if spans else 0.0
    for start, until in spans:
        if start - reach > 0.012 * size:
            strips.append((start - reach, (start + reach) / 2))
        reach = max(reach, until)
    return [middle for _, middle in sorted(strips, reverse=True)]


def _repeats(first: Sequence[Piece], second: Sequence[Piece]) -> bool:
    """Tell whether two sides have the same labels: three or more, and most of what either has."""
    one, other = _names(first), _names(second)
    if any(
        sum(piece.kind == "value" for piece in side) < 0.6 * len(names)
        for side, names in ((first, one), (second, other))
    ):
        return False
    shared = one & other
    return len(shared) >= 3 and len(shared) >= 0.6 * min(len(one), len(other))


def _names(found: Sequence[Piece]) -> set[str]:
    return {piece.match.name for piece in found if piece.match and piece.match.score > 0.9}
