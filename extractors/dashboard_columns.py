"""Columns of a table: numbers that stand under each other with nothing named between, and the rows they share."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extractors.dashboard_boxes import beside, bottom, level, misaligned, right, union
from extractors.dashboard_nearby import Nearby
from extractors.dashboard_pieces import Piece
from extractors.model import Box

_NUMERIC = ("value", "change", "share", "date", "earlier")
_NAMING = ("label", "text")


@dataclass(frozen=True, slots=True)
class Body:
    """The numbers of a table: its columns from left to right, and the middle of each row."""

    stacks: tuple[tuple[Piece, ...], ...]
    levels: tuple[float, ...]
    high: float


def bodies(found: Sequence[Piece]) -> list[Body]:
    """Return the groups of number columns that share their rows."""
    stacks = _stacks(found)
    groups: list[list[list[Piece]]] = []
    for stack in sorted(stacks, key=len, reverse=True):
        home = next((group for group in groups if any(_share_rows(stack, other) for other in group)), None)
        if home is None:
            groups.append([stack])
        else:
            home.append(stack)
    return [_body(group) for group in groups]


def is_dash(piece: Piece) -> bool:
    """Tell whether a text is the mark of an empty cell."""
    return piece.kind in ("text", "noise") and piece.text.strip() in {
        "-",
        "--",
        "—",
        "–",
        "ー",
        "―",
        "N/A",
        "n/a",
        "なし",
        "...",
        "…",
    }


def _stacks(found: Sequence[Piece]) -> list[list[Piece]]:
    cells = sorted((piece for piece in found if piece.kind in _NUMERIC or is_dash(piece)), key=lambda one: one.box[1])
    names = Nearby([piece for piece in found if piece.kind in _NAMING and not is_dash(piece)])
    tallest = max((piece.box[3] for piece in cells), default=0.0)
    below: dict[int, int] = {}
    taken: set[int] = set()
    for at, upper in enumerate(cells):
        for under in range(at + 1, len(cells)):
            if cells[under].box[1] - bottom(upper.box) > 8 * tallest:
                break
            if under not in taken and _is_next(upper, cells[under], names):
                below[at] = under
                taken.add(under)
                break
    chains = []
    for start in range(len(cells)):
        if start in taken or start not in below:
            continue
        chain = [start]
        while chain[-1] in below:
            chain.append(below[chain[-1]])
        chains.append([cells[at] for at in chain])
    return chains


def _is_next(upper: Piece, lower: Piece, names: Nearby) -> bool:
    high = max(upper.box[3], lower.box[3])
    gap = lower.box[1] - bottom(upper.box)
    if gap < -0.2 * high or gap > 7 * high or high > 1.4 * min(upper.box[3], lower.box[3]):
        return False
    if misaligned(upper.box, lower.box) > 0.6 * high or not _is_one_sort(upper, lower):
        return False
    reach = (min(upper.box[0], lower.box[0]), bottom(upper.box), 0.0, 0.0)
    width = max(right(upper.box), right(lower.box)) - reach[0]
    zone: Box = (reach[0], reach[1], width, max(gap, 0.0))
    return not any(_crosses(name.box, zone) for name in names.between(zone[1], bottom(zone)))


def _is_one_sort(upper: Piece, lower: Piece) -> bool:
    return _sort(upper) == _sort(lower) or is_dash(upper) or is_dash(lower)


def _sort(piece: Piece) -> str:
    """Return what sort of value a cell holds: a column has one sort."""
    if piece.kind == "date" or piece.number is None:
        return piece.kind
    return "%" if piece.number.unit == "%" else "number"


def _crosses(box: Box, zone: Box) -> bool:
    return beside(box, zone) > 0 and zone[1] < level(box) < bottom(zone)


def _share_rows(first: Sequence[Piece], second: Sequence[Piece]) -> bool:
    shared = sum(any(abs(level(one.box) - level(other.box)) < 0.5 * one.box[3] for other in second) for one in first)
    return shared >= 2 and shared >= 0.6 * min(len(first), len(second))


def _body(group: Sequence[Sequence[Piece]]) -> Body:
    cells = sorted((piece for stack in group for piece in stack), key=lambda one: level(one.box))
    high = median(piece.box[3] for piece in cells)
    levels: list[list[float]] = []
    for piece in cells:
        if levels and level(piece.box) - levels[-1][-1] < 0.55 * high:
            levels[-1].append(level(piece.box))
        else:
            levels.append([level(piece.box)])
    columns = tuple(
        tuple(stack) for stack in sorted(_merged(group), key=lambda stack: min(one.box[0] for one in stack))
    )
    return Body(columns, tuple(median(some) for some in levels), high)


def _merged(group: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
    """Join the parts of a column that an empty cell or a text has parted."""
    done: list[list[Piece]] = []
    for stack in sorted(group, key=lambda one: one[0].box[1]):
        home = next((other for other in done if _continues(other, stack) or _interleaves(other, stack)), None)
        if home is None:
            done.append(list(stack))
        else:
            home.extend(stack)
    return done


def _interleaves(first: Sequence[Piece], second: Sequence[Piece]) -> bool:
    """Tell whether two stacks fill each other's gaps in one column."""
    if beside(union(piece.box for piece in first), union(piece.box for piece in second)) < 0.5:
        return False
    return not any(abs(level(one.box) - level(other.box)) < 0.5 * one.box[3] for one in first for other in second)


def _continues(upper: Sequence[Piece], lower: Sequence[Piece]) -> bool:
    if lower[0].box[1] < bottom(upper[-1].box) - 0.3 * lower[0].box[3]:
        return False
    return misaligned(upper[-1].box, lower[0].box) < 0.6 * lower[0].box[3]


def pitch(body: Body) -> float:
    """Return the distance of the rows."""
    return median([after - before for before, after in pairwise(body.levels)] or [3 * body.high])


def without(body: Body, rows: set[int]) -> Body | None:
    """Return a body without given rows at its top or foot; the body itself when none of them stands there."""
    first, last = 0, len(body.levels)
    while first in rows:
        first += 1
    while last - 1 in rows:
        last -= 1
    if first == 0 and last == len(body.levels):
        return body
    kept = body.levels[first:last]
    if len(kept) < 2:
        return None
    top, foot = kept[0] - 0.6 * body.high, kept[-1] + 0.6 * body.high
    stacks = [tuple(piece for piece in stack if top < level(piece.box) < foot) for stack in body.stacks]
    return (
        Body(tuple(stack for stack in stacks if len(stack) > 1), kept, body.high)
        if any(len(s) > 1 for s in stacks)
        else None
    )
