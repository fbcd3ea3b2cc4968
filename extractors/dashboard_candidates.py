"""Which labels may name a value, seen from where they stand, and what each pair costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from extractors.dashboard_boxes import beside, bottom, level, middle, misaligned, right, same_row
from extractors.dashboard_nearby import Nearby
from extractors.dashboard_pieces import Piece
from extractors.model import Box
from extractors.numbers import Number

Side = Literal["above", "below", "left", "right"]
SIDES: tuple[Side, ...] = ("above", "below", "left", "right")
BLANK = 4.0
"""The price of a value without a name; a pair that costs more is not made."""
_REACH = 3.2
"""Labels further above or below a value than this many heights are not looked at."""
_FITS = {
    "money": {"count": 0.6},
    "count": {"count": 0.0},
    "percent": {"%": 0.0, "count": 1.5, "ratio": 1.5},
    "duration": {"s": 0.0, "count": 1.2, "date": 9.0},
    "ratio": {"count": 0.0, "ratio": 0.0, "%": 0.8, "pt": 1.0},
    "date": {"date": 0.0, "s": 0.3},
    "text": {"text": 0.0},
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A label that may name a value, on one of its sides."""

    value: int
    label: int
    side: Side
    cost: float


def candidates(values: Sequence[Piece], labels: Sequence[Piece], others: Sequence[Piece]) -> list[Pair]:
    """Return the pairs that geometry and type allow; `others` are pieces that may stand between."""
    numbered = {id(label): i for i, label in enumerate(labels)}
    walls = Nearby(list({id(piece): piece for piece in (*values, *labels, *others)}.values()))
    tallest = max((piece.box[3] for piece in (*values, *labels)), default=0.0)
    found = []
    for at, value in enumerate(values):
        strip = walls.between(value.box[1] - _REACH * tallest, bottom(value.box) + _REACH * tallest)
        about = [wall for wall in strip if wall is not value and _is_near(value.box, wall.box)]
        for label in about:
            i = numbered.get(id(label), -1)
            if i < 0:
                continue
            unfit = unfitness(value.number, label)
            pair = _pair(value, label, about) if unfit < 9 else None
            if pair:
                found.append(Pair(at, i, pair[0], pair[1] + unfit + _strangeness(label)))
    return [pair for pair in found if pair.cost < BLANK]


def unfitness(number: Number | None, label: Piece) -> float:
    """Return what it costs that a value of this type has this name; 9 and more is impossible."""
    if number is None:
        return 9.0
    if label.match is None:
        return 0.0 if number.unit != "date" else 2.5
    fits = _FITS[label.match.kind]
    if number.millions and label.match.kind in ("count", "money"):
        return 0.6
    if number.currency:
        return 0.0 if label.match.kind == "money" else 9.0
    if label.match.unit == number.unit or (label.match.unit == "s" and number.unit == "count"):
        return 0.0
    return fits.get(number.unit, 9.0)


def _strangeness(label: Piece) -> float:
    return 1.1 if label.match is None else (1.0 - label.match.score) * 1.5


def _is_near(first: Box, second: Box) -> bool:
    high = max(first[3], second[3])
    apart = max(first[1], second[1]) - min(bottom(first), bottom(second))
    return apart < _REACH * high


def _pair(value: Piece, label: Piece, walls: Sequence[Piece]) -> tuple[Side, float] | None:
    """Return the side a label stands on and the cost of the distance, or None when it can't be the value's."""
    if same_row(value.box, label.box):
        return _in_row(value, label, walls)
    return _in_column(value, label, walls)


def _in_row(value: Piece, label: Piece, walls: Sequence[Piece]) -> tuple[Side, float] | None:
    high = max(value.box[3], label.box[3])
    after = label.box[0] >= value.box[0]
    gap = (label.box[0] - right(value.box) if after else value.box[0] - right(label.box)) / high
    if gap < -0.35 or _stands_between(value.box, label.box, walls, value, label):
        return None
    tilt = abs(level(value.box) - level(label.box)) / high
    if after:
        return ("right", 0.5 + 0.7 * max(gap, 0.0) + tilt) if gap < 2.5 else None
    return ("left", 0.3 + min(0.09 * max(gap, 0.0), 2.0) + 1.5 * tilt)


def _in_column(value: Piece, label: Piece, walls: Sequence[Piece]) -> tuple[Side, float] | None:
    high, small = max(value.box[3], label.box[3]), min(value.box[3], label.box[3])
    above = label.box[1] < value.box[1]
    gap = (value.box[1] - bottom(label.box) if above else label.box[1] - bottom(value.box)) / high
    shift = misaligned(value.box, label.box) / high
    if gap > 3.0 or (beside(value.box, label.box) <= 0 and shift > 0.8) or shift > 6.0:
        return None
    if _stands_between(value.box, label.box, walls, value, label):
        return None
    crooked = min(shift, 0.35 * shift + 0.5) if beside(value.box, label.box) > 0.6 else shift
    bigger = 0.25 if label.box[3] > 1.15 * value.box[3] else 0.0
    cost = 0.1 + 0.55 * max(gap, 0.0) + 0.8 * crooked + bigger + (0.15 if not above else 0.0)
    return ("above" if above else "below"), cost + 0.0 * small


def _stands_between(first: Box, second: Box, walls: Sequence[Piece], *ends: Piece) -> bool:
    """Tell whether another piece stands on the way from one box to the other."""
    if same_row(first, second):
        left, until = min(right(first), right(second)), max(first[0], second[0])
        zone = (left, min(level(first), level(second)) - 1, until - left, abs(level(first) - level(second)) + 2)
    else:
        top, until = min(bottom(first), bottom(second)), max(first[1], second[1])
        middles = sorted(_common(first, second))
        zone = (middles[0], top, middles[1] - middles[0], until - top)
    if zone[2] <= 0 or zone[3] <= 0:
        return False
    return any(
        _covers(wall.box, zone) for wall in walls if not any(wall is end for end in ends) and wall.kind not in _THIN
    )


_THIN = ("change", "compare", "date", "span", "noise", "earlier", "share")
"""What may stand between a label and its value without parting them."""


def _common(first: Box, second: Box) -> tuple[float, float]:
    """Return the horizontal reach two stacked boxes share, or the way between them."""
    low, high = max(first[0], second[0]), min(right(first), right(second))
    return (low, high) if high > low else (min(middle(first), middle(second)), max(middle(first), middle(second)))


def _covers(box: Box, zone: Box) -> bool:
    return box[0] < right(zone) and right(box) > zone[0] and level(box) > zone[1] and level(box) < bottom(zone)
