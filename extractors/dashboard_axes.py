"""Axis ticks: numbers in a column that rise evenly with their height, and texts in a row at an even pitch."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import floor, log10

from extractors.dashboard_boxes import beside, bottom, level, middle, right, same_row, union
from extractors.dashboard_pieces import Piece
from extractors.model import Box

_DAYS = re.compile(
    r"[(（]?[月火水木金土日][)）]?|\d{1,2}月|\d{1,2}[日時]|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\.?",
    re.IGNORECASE,
)
_TICKS = ("value", "date", "share", "change", "earlier")


@dataclass(frozen=True)
class Axes:
    """The ticks of one chart: up the side, along the foot, or both."""

    upright: tuple[Piece, ...]
    along: tuple[Piece, ...]

    @cached_property
    def box(self) -> Box:
        """Return the box around all ticks."""
        return union(piece.box for piece in (*self.upright, *self.along))


def axes(found: Sequence[Piece]) -> list[Axes]:
    """Find the ticks of all charts."""
    uprights = _uprights(found)
    done, used = [], set()  # type: list[Axes], set[int]
    for upright in uprights:
        along = _foot(upright, [piece for piece in found if id(piece) not in used])
        used.update(id(piece) for piece in (*upright, *along))
        done.append(Axes(tuple(upright), tuple(along)))
    free = [piece for piece in found if id(piece) not in used]
    return _paired(done) + [Axes((), tuple(row)) for row in _times(free)]


def _paired(found: list[Axes]) -> list[Axes]:
    """Join the two scales of one chart: the second stands on its right at the same height."""
    done: list[Axes] = []
    for one in sorted(found, key=lambda axis: axis.box[0]):
        twin = next((other for other in done if _is_twin(other, one)), None)
        if twin:
            done.remove(twin)
            done.append(Axes(twin.upright + one.upright, twin.along + one.along))
        else:
            done.append(one)
    return done


def _is_twin(first: Axes, second: Axes) -> bool:
    if not first.upright or not second.upright or (first.along and second.along):
        return False
    one, other = union(p.box for p in first.upright), union(p.box for p in second.upright)
    return abs(one[1] - other[1]) < one[3] * 0.1 and abs(bottom(one) - bottom(other)) < one[3] * 0.1


def _uprights(found: Sequence[Piece]) -> list[list[Piece]]:
    ticks = [piece for piece in found if piece.kind == "value" and piece.number and piece.number.value is not None]
    values = [piece for piece in found if piece.kind == "value"]
    texts = [piece for piece in found if piece.kind in ("text", "label") and not _has_value_under(piece, values)]
    done: list[list[Piece]] = []
    used: set[int] = set()
    for edge in (right, _left, middle):
        for column in _columns([tick for tick in ticks if id(tick) not in used], edge):
            best = _evenly_rising(column)
            if best and not _is_table_column(best, texts):
                done.append(best)
                used.update(map(id, best))
    return done


def _left(box: Box) -> float:
    return box[0]


def _columns(ticks: Sequence[Piece], edge: object) -> list[list[Piece]]:
    """Group small numbers whose edges line up."""
    at = edge if callable(edge) else right
    groups: list[list[Piece]] = []
    for tick in sorted(ticks, key=lambda piece: at(piece.box)):
        last = groups[-1] if groups else None
        if last and at(tick.box) - at(last[-1].box) < 0.3 * tick.box[3]:
            last.append(tick)
        else:
            groups.append([tick])
    return [sorted(group, key=lambda piece: piece.box[1]) for group in groups if len(group) >= 3]


def _evenly_rising(column: Sequence[Piece]) -> list[Piece] | None:
    """Return the ticks on one straight line of value over height: the most that agree, at least three."""
    best: list[Piece] = []
    for at, upper in enumerate(column):
        for lower in column[at + 1 :]:
            line = _on_line(column, upper, lower)
            if len(line) > len(best):
                best = line
    return best if len(best) >= 3 and _is_round(best) else None


def _on_line(column: Sequence[Piece], upper: Piece, lower: Piece) -> list[Piece]:
    high, low = _value(upper), _value(lower)
    rise = level(lower.box) - level(upper.box)
    if high <= low or rise <= 0:
        return []
    slope = (high - low) / rise
    near = 0.3 * min(upper.box[3], lower.box[3])
    alike = [piece for piece in column if 0.75 < piece.box[3] / upper.box[3] < 1.34]
    return [
        piece for piece in alike if abs((high - _value(piece)) / slope - (level(piece.box) - level(upper.box))) < near
    ]


def _value(piece: Piece) -> float:
    return (piece.number.value if piece.number else None) or 0.0


def _is_round(line: Sequence[Piece]) -> bool:
    """Tell whether the values are such as a scale prints: multiples of a step with one or two digits."""
    values = sorted(_value(piece) for piece in line)
    step = min(after - before for before, after in pairwise(values))
    if step <= 0:
        return False
    scaled = step / 10 ** floor(log10(step))
    plain = min(abs(scaled - one) for one in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8, 10)) < 0.02
    multiples = all(abs(value / step - round(value / step)) < 0.02 for value in values)
    return plain and multiples


def _is_table_column(line: Sequence[Piece], texts: Sequence[Piece]) -> bool:
    """Tell whether most numbers have a text in their row, as in a table."""
    rows = sum(any(abs(level(text.box) - level(tick.box)) < 0.3 * tick.box[3] for text in texts) for tick in line)
    return rows > 0.6 * len(line)


def _has_value_under(text: Piece, values: Sequence[Piece]) -> bool:
    """Tell whether a text is the label of a value under it: then it names no row."""
    high = text.box[3]
    return any(
        -0.4 * high < value.box[1] - bottom(text.box) < 1.2 * high and beside(text.box, value.box) > 0.5
        for value in values
    )


def _foot(upright: Sequence[Piece], found: Sequence[Piece]) -> list[Piece]:
    """Return the row of texts under the lowest tick."""
    box = union(piece.box for piece in upright)
    high = upright[0].box[3]
    under = [
        piece
        for piece in found
        if -0.4 * high < piece.box[1] - upright[-1].box[1] < 4.5 * high
        and piece.box[0] > box[0] - 2 * high
        and piece.box[3] < 1.5 * high
        and not any(piece is tick for tick in upright)
        and piece.kind in (*_TICKS, "text", "label", "span")
    ]
    rows = sorted((run for row in _rows(under) for run in _even_runs(row)[:1]), key=lambda row: row[0].box[1])
    return rows[0] if rows else []


def _even_runs(row: Sequence[Piece]) -> list[list[Piece]]:
    """Cut a row where the pitch jumps; return the runs of two and more, from left to right."""
    runs: list[list[Piece]] = []
    for piece in row:
        run = runs[-1] if runs else None
        if run is None or _sort(run[-1]) != _sort(piece) or (len(run) > 1 and not _keeps_pitch(run, piece)):
            runs.append([piece])
        else:
            run.append(piece)
    return [run for run in runs if len(run) > 1 and _is_even(run)]


def _sort(piece: Piece) -> str:
    """Return what sort of tick a piece is: one axis has one sort."""
    if piece.number and piece.number.clock:
        return "clock"
    return "day" if _DAYS.fullmatch(piece.text.strip()) else piece.kind


def _keeps_pitch(run: Sequence[Piece], piece: Piece) -> bool:
    """Tell whether a tick comes one pitch further, or two or three when ticks between were not read."""
    least = min(middle(after.box) - middle(before.box) for before, after in pairwise(run))
    steps = (middle(piece.box) - middle(run[-1].box)) / max(least, 1.0)
    return steps < 3.3 and abs(steps - round(steps)) < 0.17 * max(round(steps), 1)


def _rows(found: Sequence[Piece]) -> list[list[Piece]]:
    rows: list[list[Piece]] = []
    for piece in sorted(found, key=lambda one: level(one.box)):
        if (
            rows
            and same_row(rows[-1][-1].box, piece.box)
            and abs(level(rows[-1][-1].box) - level(piece.box)) < 0.4 * piece.box[3]
        ):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda one: one.box[0]) for row in rows]


def _is_even(row: Sequence[Piece]) -> bool:
    steps = [middle(after.box) - middle(before.box) for before, after in pairwise(row)]
    least = min(steps, default=0.0)
    if least <= 0:
        return False
    return sum(abs(step / least - round(step / least)) < 0.17 * round(step / least) for step in steps) >= 0.7 * len(
        steps
    )


def _times(found: Sequence[Piece]) -> list[list[Piece]]:
    """Return rows of at least four times or dates at an even pitch, which no label stands over."""
    times = [
        piece
        for piece in found
        if piece.kind == "date" or (piece.number and piece.number.clock) or _DAYS.fullmatch(piece.text.strip())
    ]
    rows = [run for row in _rows(times) for run in _even_runs(row) if len(run) >= 4]
    return [row for row in rows if len({piece.text for piece in row}) == len(row)]
