"""Give values their labels: the sides are learned from the whole panel, then one matching decides all pairs at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.dashboard_boxes import misaligned, same_row
from extractors.dashboard_candidates import BLANK, SIDES, Pair, Side, candidates
from extractors.dashboard_matching import match
from extractors.dashboard_pieces import Piece

STRAY = 1.6
"""What it costs to stand on another side of the value than the labels of the values like it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A value with its label; `margin` is how much worse the next best label would have been."""

    value: Piece
    label: Piece
    side: Side
    cost: float
    margin: float
    agreed: bool
    """Whether values like this one have their labels on the same side."""


def name(values: Sequence[Piece], labels: Sequence[Piece], others: Sequence[Piece]) -> list[Named]:
    """Pair values with labels; a value without a good label is left out."""
    pairs = candidates(values, labels, others)
    groups = _alike(values)
    sides = {value: side for group in groups for side in [_side(group, pairs)] for value in group}
    priced = [_priced(pair, sides[pair.value]) for pair in pairs]
    best: dict[int, dict[int, Pair]] = {at: {} for at in range(len(values))}
    for pair in priced:
        known = best[pair.value].get(pair.label)
        if known is None or pair.cost < known.cost:
            best[pair.value][pair.label] = pair
    chosen = match({at: {i: pair.cost for i, pair in some.items()} for at, some in best.items()}, BLANK)
    return [_named(best[at][i], chosen, best, (values, labels, sides)) for at, i in chosen.items()]


def _priced(pair: Pair, side: Side | None) -> Pair:
    stray = STRAY if side is not None and pair.side != side else 0.0
    return Pair(pair.value, pair.label, pair.side, pair.cost + stray)


def _alike(values: Sequence[Piece]) -> list[list[int]]:
    """Group values of like size that stand in rows or columns with each other."""
    parent = list(range(len(values)))

    def root(at: int) -> int:
        while parent[at] != at:
            at = parent[at]
        return at

    for at, one in enumerate(values):
        for other in range(at):
            if root(at) != root(other) and _is_alike(one, values[other]):
                parent[root(at)] = root(other)
    groups: dict[int, list[int]] = {}
    for at in range(len(values)):
        groups.setdefault(root(at), []).append(at)
    return list(groups.values())


def _is_alike(first: Piece, second: Piece) -> bool:
    high, low = max(first.box[3], second.box[3]), min(first.box[3], second.box[3])
    if high > 1.25 * low:
        return False
    return same_row(first.box, second.box) or misaligned(first.box, second.box) < 0.5 * high


def _side(group: Sequence[int], pairs: Sequence[Pair]) -> Side | None:
    """Return the side on which all labels of a group together cost least, when it is clearly better."""
    mine = set(group)
    costs = {}
    for side in SIDES:
        edges: dict[int, dict[int, float]] = {at: {} for at in group}
        for pair in pairs:
            if pair.side == side and pair.value in mine:
                edges[pair.value][pair.label] = pair.cost
        chosen = match(edges, BLANK)
        costs[side] = sum(edges[at][chosen[at]] if at in chosen else BLANK for at in group) / len(group)
    ranked = sorted(SIDES, key=lambda side: costs[side])
    clear = costs[ranked[1]] - costs[ranked[0]] > 0.15
    return ranked[0] if clear and costs[ranked[0]] < BLANK else None


def _named(
    pair: Pair,
    chosen: dict[int, int],
    best: dict[int, dict[int, Pair]],
    known: tuple[Sequence[Piece], Sequence[Piece], dict[int, Side | None]],
) -> Named:
    values, labels, sides = known
    taken = {label: best[value][label].cost for value, label in chosen.items()}
    rivals = [
        other.cost
        for label, other in best[pair.value].items()
        if label != pair.label and taken.get(label, 9) > other.cost
    ]
    claims = [
        some[pair.label].cost
        for at, some in best.items()
        if at != pair.value and pair.label in some and at not in chosen
    ]
    margin = min([BLANK, *rivals, *claims]) - pair.cost
    agreed = sides[pair.value] == pair.side
    return Named(values[pair.value], labels[pair.label], pair.side, pair.cost, margin, agreed)
