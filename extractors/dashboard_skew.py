"""Photographed screens lean: find how rows slope across the picture and set them level before anything is compared.

Only the heights of lines are moved; `back` returns a box to its place in the picture.
"""

from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from extractors.dashboard_boxes import level, middle
from extractors.dashboard_model import Chart, Grid, Metric
from extractors.model import Box
from extractors.words import Line, Reading, Word

_STEEPEST = 0.05
_STEP = 0.004
_LEAST_LINES = 12
_BETTER = 1.12
"""Rows must line up this much better, or the picture is taken as level."""


@dataclass(frozen=True, slots=True)
class Skew:
    """The slope of rows: `slope` at the top, changing by `turn` with each pixel down."""

    slope: float = 0.0
    turn: float = 0.0

    def level(self, box: Box) -> Box:
        """Set a box where it would be if rows were level."""
        return box[0], box[1] - (self.slope + self.turn * level(box)) * middle(box), box[2], box[3]

    def back(self, box: Box) -> Box:
        """Return a levelled box to the picture."""
        half, x = box[3] / 2, middle(box)
        return box[0], (box[1] + half + self.slope * x) / (1 - self.turn * x) - half, box[2], box[3]


def straighten(reading: Reading) -> tuple[Reading, Skew]:
    """Return a reading with level rows, and how they sloped."""
    lines = [line for line in reading.lines if line.box[3] < 0.3 * reading.height or len(reading.lines) < 3]
    plain = Reading(reading.width, reading.height, tuple(lines))
    if len(lines) < _LEAST_LINES:
        return plain, Skew()
    fine = max(0.3 * median(line.box[3] for line in lines), 0.5)
    places = np.array([(middle(line.box), level(line.box)) for line in lines]) / fine
    scored = [(_order(places, skew, fine), -abs(skew.slope) - abs(skew.turn), skew) for skew in _slopes(reading.height)]
    order, _, best = max(scored, key=lambda one: one[:2])
    if order < _BETTER * _order(places, Skew(), fine):
        return plain, Skew()
    return Reading(reading.width, reading.height, tuple(_level(line, best) for line in lines)), best


def _slopes(height: int) -> list[Skew]:
    """Return the slopes to try: one for the top, one for the foot of the picture."""
    steps = [_STEP * at for at in range(-round(_STEEPEST / _STEP), round(_STEEPEST / _STEP) + 1)]
    return [Skew(top, (foot - top) / height) for top in steps for foot in steps if abs(foot - top) < _STEEPEST]


def _order(places: NDArray[np.float64], skew: Skew, fine: float) -> float:
    """Return how well lines stand in rows: the squares of the rows' sizes, of two rulings half a row apart."""
    levels = places[:, 1] - (skew.slope + skew.turn * fine * places[:, 1]) * places[:, 0]
    levels -= levels.min()
    counts = (np.bincount((levels + shift).astype(np.int64)) for shift in (0.0, 0.5))
    return float(sum(int(count @ count) for count in counts))


def _level(line: Line, skew: Skew) -> Line:
    box = skew.level(line.box)
    words = tuple(Word(word.text, skew.level(word.box), word.confidence) for word in line.words)
    return Line(line.text, box, line.confidence, words, line.vertical)


def metric_back(one: Metric, skew: Skew) -> Metric:
    """Return a metric with its boxes in the picture."""
    change = replace(one.change, box=skew.back(one.change.box)) if one.change else None
    label = skew.back(one.label_box) if one.label_box else None
    return replace(one, box=skew.back(one.box), label_box=label, change=change)


def grid_back(one: Grid, skew: Skew) -> Grid:
    """Return a table with its boxes in the picture."""
    boxes = tuple(tuple(skew.back(box) if box else None for box in row) for row in one.boxes)
    return replace(one, box=skew.back(one.box), boxes=boxes)


def chart_back(one: Chart, skew: Skew) -> Chart:
    """Return a chart with its box in the picture."""
    return replace(one, box=skew.back(one.box))
