"""What is wrong with the reading of one picture, line by line: an aid for those who work on it."""

from collections.abc import Iterator

from bench.dashboards import scores
from bench.dashboards.matching import folded, spots
from bench.dashboards.model import Sample
from extractors import dashboard
from extractors.words import Reading


def of(sample: Sample, reading: Reading) -> Iterator[str]:
    """List misread characters, then values that are wrong, blank or invented, then cells of tables."""
    for spot in spots(sample.strings, reading.lines, sample.marks):
        if spot.errors:
            place = ",".join(f"{value:.0f}" for value in spot.box)
            yield f"text {spot.printed!r} -> {spot.read!r} at {place}"
    board = dashboard.read(reading)
    for pair in scores.named(sample, board):
        if pair.verdict != "right":
            yield f"{pair.verdict} {_true(pair)} -> {_read(pair.metric)}"
    for metric in scores.invented(sample, board):
        yield f"invented {_read(metric)}"
    for grid in sample.grids:
        there = {folded(cell) for one in board.grids for row in one.rows for cell in row}
        missing = [cell for row in grid.rows for cell in row if folded(cell) not in there]
        yield f"table: {len(board.grids)} read, columns {grid.columns}, cells not found: {missing}"


def _true(pair: scores.Named) -> str:
    field = pair.field
    return f"{field.name} {field.label!r} {field.raw!r}={field.value}{field.unit} panel {field.panel}"


def _read(metric: dashboard.Metric | None) -> str:
    if metric is None:
        return "nothing"
    return (
        f"{metric.name} {metric.label!r} {metric.raw!r}={metric.value}{metric.unit} panel {metric.panel} "
        f"confidence {metric.confidence:.2f} {' '.join(metric.notes)}"
    )
