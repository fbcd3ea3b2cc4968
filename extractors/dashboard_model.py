"""What the reading of a dashboard gives: values with their names, tables, charts, and what is known of the page."""

from dataclasses import dataclass
from typing import Literal

from extractors.model import Box

Outcome = Literal["read", "no_numbers", "unknown_layout", "low_resolution"]

REVIEW_LINE = 0.85
"""A value with less confidence waits for a person."""


@dataclass(frozen=True, slots=True)
class Change:
    """A difference to an earlier time, as printed beside a value; `unit` like a metric's, or "pt"."""

    raw: str
    value: float
    unit: str
    box: Box


@dataclass(frozen=True, slots=True)
class Metric:
    """A value and what it is called. `value` is in base units (¥1.2万 is 12000, 3分12秒 is 192)."""

    name: str
    label: str
    raw: str
    value: float | None
    text: str | None
    unit: str
    currency: str | None
    confidence: float
    box: Box
    label_box: Box | None
    change: Change | None = None
    period: str | None = None
    panel: int = 1
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `columns` holds a metric name per column, or an empty string."""

    rows: tuple[tuple[str, ...], ...]
    header: bool
    columns: tuple[str, ...]
    box: Box
    boxes: tuple[tuple[Box | None, ...], ...]
    confidences: tuple[tuple[float, ...], ...]
    panel: int = 1
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """What is printed on a chart: nothing is measured from its curves."""

    title: str | None
    axis: tuple[str, ...]
    legend: tuple[str, ...]
    values: tuple[str, ...]
    box: Box
    panel: int = 1


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All that was found in one picture; `panels` counts the dashboards it shows."""

    metrics: tuple[Metric, ...]
    grids: tuple[Grid, ...]
    charts: tuple[Chart, ...]
    account: str | None
    period: str | None
    layout: str | None
    panels: int
    outcome: Outcome
