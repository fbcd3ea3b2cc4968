"""Charts: their ticks, legend, title and printed values, taken away before values look for labels."""

from collections.abc import Sequence
from itertools import pairwise

from extractors import dashboard_shares
from extractors.dashboard_axes import Axes, axes
from extractors.dashboard_boxes import beside, bottom, level, middle, right, same_row, union
from extractors.dashboard_model import Chart
from extractors.dashboard_pieces import Piece
from extractors.model import Box


def take(found: Sequence[Piece], panel: int) -> tuple[list[Chart], list[Piece]]:
    """Return the charts and the pieces that belong to none."""
    charts, rest = [], list(found)  # type: list[Chart], list[Piece]
    for one in axes(found):
        ticks = (*one.upright, *one.along)
        rest = [piece for piece in rest if not any(piece is tick for tick in ticks)]
        inside = [piece for piece in rest if _is_inside(piece.box, one)] or _over_bars(one, rest)
        legend = [
            piece for piece in rest if not any(piece is other for other in inside) and _is_legend(piece, one, rest)
        ]
        title = _title(union([one.box, *(piece.box for piece in inside)]), one, rest, inside)
        if not one.upright and not inside and title is None:
            continue
        if title is None and len(legend) == 1 and legend[0].box[1] < one.box[1]:
            title = legend[0]
        legend = [piece for piece in legend if piece is not title]
        gone = [*inside, *legend, *([title] if title else [])]
        rest = [piece for piece in rest if not any(piece is other for other in gone)]
        charts.append(_chart(one, inside, legend, title, panel))
    shared, rest = dashboard_shares.take(rest, panel)
    return charts + shared, rest


def _chart(one: Axes, inside: Sequence[Piece], legend: Sequence[Piece], title: Piece | None, panel: int) -> Chart:
    names = [piece.text for piece in (*legend, *inside) if piece.kind in ("text", "label", "noise", "span", "compare")]
    values = [piece.text for piece in inside if piece.number is not None]
    return Chart(
        title=title.text if title else None,
        axis=tuple(piece.text for piece in (*one.upright, *one.along)),
        legend=tuple(names),
        values=tuple(values),
        box=union([one.box, *(piece.box for piece in (*inside, *legend)), *([title.box] if title else [])]),
        panel=panel,
    )


def _is_inside(box: Box, one: Axes) -> bool:
    """Tell whether a box lies in the drawing: between the ticks' outer edges."""
    if not one.upright or not one.along:
        return False
    area, high = one.box, one.upright[0].box[3]
    return (
        area[0] - high < middle(box) < right(area) + high
        and area[1] - 0.6 * high < level(box) < bottom(area) + 0.3 * high
    )


def _over_bars(one: Axes, rest: Sequence[Piece]) -> list[Piece]:
    """Return the numbers that stand over the ticks of a chart without a scale, if most ticks have one."""
    if one.upright:
        return []
    high = one.along[0].box[3]
    pitch = min(middle(after.box) - middle(before.box) for before, after in pairwise(one.along))
    over = []
    for tick in one.along:
        near = [
            piece
            for piece in rest
            if piece.kind in ("value", "share", "change")
            and abs(middle(piece.box) - middle(tick.box)) < 0.25 * pitch
            and 0.5 * high < tick.box[1] - bottom(piece.box) < 30 * high
        ]
        over += [max(near, key=lambda piece: piece.box[1])] if near else []
    return over if len(over) >= 0.6 * len(one.along) else []


def _is_legend(piece: Piece, one: Axes, rest: Sequence[Piece]) -> bool:
    """Tell whether a small text right over or under the drawing is a legend: no value stands by it."""
    if not one.upright or not one.along or piece.kind not in ("text", "label"):
        return False
    area, high = one.box, one.upright[0].box[3]
    if beside(piece.box, area) <= 0 or piece.box[3] > 1.45 * high:
        return False
    over = -0.3 * high < area[1] - bottom(piece.box) < 3.0 * high
    under = 0 <= piece.box[1] - bottom(area) < 2.2 * high
    if not (over or under):
        return False
    return not any(other.kind == "value" and _is_near(piece.box, other.box) for other in rest)


def _is_near(label: Box, value: Box) -> bool:
    high = max(label[3], value[3])
    if same_row(label, value):
        return -high < value[0] - right(label) < 6 * high
    apart = max(label[1], value[1]) - min(bottom(label), bottom(value))
    return apart < (1.6 if value[1] > label[1] else 0.8) * high and beside(label, value) > 0


def _title(area: Box, one: Axes, rest: Sequence[Piece], inside: Sequence[Piece]) -> Piece | None:
    """Return the nearest text above the drawing that has no value of its own."""
    high = (one.upright or one.along)[0].box[3]
    above = [
        piece
        for piece in rest
        if piece.kind in ("text", "label", "noise")
        and not any(piece is other for other in inside)
        and 0 < area[1] - bottom(piece.box) + high < 9 * high
        and piece.box[0] < right(area)
        and right(piece.box) > area[0] - 2 * high
        and piece.box[3] > 1.05 * high
        and not any(other.kind == "value" and _is_near(piece.box, other.box) for other in rest)
    ]
    return max(above, key=lambda piece: (bottom(piece.box) // high, -piece.box[0]), default=None)
