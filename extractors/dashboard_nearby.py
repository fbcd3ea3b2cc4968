"""Find pieces by their height on the page without looking at all of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from extractors.dashboard_pieces import Piece


class Nearby:
    """Pieces sorted by their upper edge."""

    def __init__(self, found: Sequence[Piece]) -> None:
        self._sorted = sorted(found, key=lambda piece: piece.box[1])
        self._tops = [piece.box[1] for piece in self._sorted]
        self._tallest = max((piece.box[3] for piece in found), default=0.0)

    def between(self, top: float, foot: float) -> list[Piece]:
        """Return the pieces that reach into a strip of the page, perhaps with some that just miss it."""
        return self._sorted[bisect_left(self._tops, top - self._tallest) : bisect_right(self._tops, foot)]
