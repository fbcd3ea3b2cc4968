"""How well one picture was read: characters, key fields, the meaning of its values, its tables and charts."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bench.dashboards.matching import Spot, folded, overlap, spots
from bench.dashboards.model import Sample, TrueField, TrueGrid
from bench.dashboards.wordings import NAMES
from extractors.dashboard import Dashboard, Grid, Metric
from extractors.words import Reading

_AROUND = r"(?<![0-9.,]){}(?![0-9.,万億千KMB])"


@dataclass(frozen=True, slots=True)
class Characters:
    """Counts of a picture's characters and key fields (printed values and the cells of tables with a digit)."""

    printed: int
    errors: int
    inserted: int
    """Those of the errors that stand where nothing is printed: icons, pictures, lines taken for text."""
    fields: int
    exact: int


@dataclass(frozen=True, slots=True)
class Named:
    """A printed value and what the reading made of it: "right", "wrong" or "blank"."""

    field: TrueField
    metric: Metric | None
    verdict: str


def characters(sample: Sample, reading: Reading) -> Characters:
    """Count character errors by place and the key fields whose text is exactly there."""
    found = spots(sample.strings, reading.lines, sample.marks)
    keys = [(one.raw, one.box) for one in sample.fields if one.value is not None]
    for grid in sample.grids:
        cells = zip(sum(grid.rows, ()), sum(grid.boxes, ()), strict=True)
        keys += [(text, box) for text, box in cells if any(character.isdigit() for character in text)]
    exact = sum(_is_there(folded(raw), _spot_at(sample, found, box)) for raw, box in keys)
    return Characters(
        sum(len(one.printed) for one in found),
        sum(one.errors for one in found),
        sum(one.errors for one in found if not one.strings),
        len(keys),
        exact,
    )


def named(sample: Sample, board: Dashboard) -> list[Named]:
    """Say of each printed value whether it has the right name, number, unit and panel."""
    return [Named(field, metric, _verdict(field, metric)) for field, metric in _pairs(sample, board)]


def invented(sample: Sample, board: Dashboard) -> list[Metric]:
    """List named values that stand where no labelled value is printed (a table's cells are left out)."""
    places = [one.box for one in sample.fields]
    places += [box for grid in sample.grids for row in grid.boxes for box in row]
    return [
        metric
        for metric in board.metrics
        if metric.name in NAMES
        and metric.value is not None
        and not any(overlap(metric.box, place) > 0.3 for place in places)
    ]


def is_right(metric: Metric, field: TrueField) -> bool:
    """Compare number and unit: the number that is printed, not the unrounded one behind it."""
    return (
        metric.value is not None
        and field.value is not None
        and math.isclose(metric.value, field.value, rel_tol=1e-6, abs_tol=1e-6)
        and metric.unit == field.unit
    )


def changes(pairs: Sequence[Named]) -> tuple[int, int]:
    """Count the printed changes, and those that were read with the right sign and size."""
    printed = [pair for pair in pairs if pair.field.change is not None]
    right = sum(
        pair.metric is not None
        and pair.metric.change is not None
        and math.isclose(pair.metric.change.value, pair.field.change or 0.0, abs_tol=1e-6)
        for pair in printed
    )
    return len(printed), right


def cells(sample: Sample, board: Dashboard) -> tuple[int, int]:
    """Count the cells of tables, and those read exactly in the row and the column they stand in."""
    total = right = 0
    for grid in sample.grids:
        total += sum(len(row) for row in grid.rows)
        right += max((_cells_right(grid, read) for read in board.grids), default=0)
    return total, right


def columns(sample: Sample, board: Dashboard) -> tuple[int, int]:
    """Count the named columns of tables, and those that have their name in the reading."""
    total = right = 0
    for grid in sample.grids:
        wanted = [name for name in grid.columns if name]
        total += len(wanted)
        right += max((sum(name in read.columns for name in wanted) for read in board.grids), default=0)
    return total, right


def charted(sample: Sample, board: Dashboard) -> tuple[int, int]:
    """Count what is printed on charts, and what the reading's charts have of it."""
    total = right = 0
    there = [folded(text) for chart in board.charts for text in (*chart.axis, *chart.legend, *chart.values)]
    for chart in sample.charts:
        for text in map(folded, (*chart.axis, *chart.legend, *chart.values)):
            total += 1
            if text in there:
                there.remove(text)
                right += 1
    return total, right


def period(sample: Sample, board: Dashboard) -> tuple[int, int]:
    """Count a printed period, and whether the reading has it as printed."""
    if sample.period is None:
        return 0, 0
    return 1, int(board.period is not None and folded(sample.period) == folded(board.period))


def _pairs(sample: Sample, board: Dashboard) -> list[tuple[TrueField, Metric | None]]:
    pairs = []
    for field in sample.fields:
        near = [(overlap(metric.box, field.box), metric) for metric in board.metrics]
        best = max(near, key=lambda pair: (pair[0], pair[1].name in NAMES), default=(0.0, None))
        pairs.append((field, best[1] if best[0] > 0.5 else None))
    return pairs


def _verdict(field: TrueField, metric: Metric | None) -> str:
    if metric is None or metric.value is None:
        return "right" if field.value is None else "blank"
    name = metric.name if metric.name in NAMES else "other"
    if name == field.name and is_right(metric, field) and metric.panel == field.panel:
        return "right"
    return "blank" if name == "other" and is_right(metric, field) else "wrong"


def _spot_at(sample: Sample, found: Sequence[Spot], box: tuple[float, float, float, float]) -> Spot | None:
    best = max(range(len(sample.strings)), key=lambda number: overlap(sample.strings[number].box, box), default=None)
    return next((spot for spot in found if best in spot.strings), None)


def _is_there(raw: str, spot: Spot | None) -> bool:
    """Look for the value as often as it is printed at its spot, with no digit sticking to it."""
    if spot is None:
        return False
    pattern = re.compile(_AROUND.format(re.escape(raw)))
    printed = len(pattern.findall(spot.printed))
    if not printed:
        return raw in spot.read
    return len(pattern.findall(spot.read)) >= printed


def _cells_right(grid: TrueGrid, read: Grid) -> int:
    """Count equal cells; a cell must be in the row and the column where most of its neighbours are."""
    places: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(grid.boxes):
        for c, box in enumerate(row):
            place = _place(read, box)
            if place is not None:
                places[(r, c)] = place
    rows = {r: _most([p[0] for (a, _), p in places.items() if a == r]) for r in range(len(grid.rows))}
    cols = {c: _most([p[1] for (_, a), p in places.items() if a == c]) for c in range(len(grid.columns))}
    return sum(
        place == (rows[r], cols[c]) and folded(read.rows[place[0]][place[1]]) == folded(grid.rows[r][c])
        for (r, c), place in places.items()
    )


def _place(read: Grid, box: tuple[float, float, float, float]) -> tuple[int, int] | None:
    best, where = 0.5, None
    for r, row in enumerate(read.boxes):
        for c, other in enumerate(row):
            if other is not None and overlap(box, other) > best:
                best, where = overlap(box, other), (r, c)
    return where


def _most(values: list[int]) -> int | None:
    return max(set(values), key=values.count) if values else None
