"""Screenshots as the API shows them. Boxes are x, y, width, height in pixels of the original, seen upright."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field

from db.grids import GridRow
from db.lines import LineRow
from db.metrics import Metric
from db.screenshots import Screenshot
from web.shapes.documents import WarningShape, warning_shape
from web.shapes.lists import Paging
from web.shapes.metrics import MetricShape, metric_shape
from web.shapes.texts import Name

Outcome = Literal["read", "no_numbers", "unknown_layout", "low_resolution"]
OUTCOMES: dict[str, LazyString] = {
    "read": _l("The values were read."),
    "no_numbers": _l("Text was found, but no values; check that the picture shows the dashboard."),
    "unknown_layout": _l("The layout is not known, so values may lack their names; check them before you use them."),
    "low_resolution": _l("The resolution is low, so values may be wrong; send the picture in its original size."),
}


class ScreenshotQuery(Paging):
    """Which screenshots."""

    outcome: Outcome | None = None
    needs_review: Literal["true", "false"] | None = Field(None, description="Whether some of its values need a look")
    stream_id: Name | None = None


class ScreenshotSummary(BaseModel):
    """A screenshot without its content."""

    id: UUID
    job_id: UUID
    filename: str
    media_type: str
    bytes: int
    width: int
    height: int
    outcome: Outcome
    outcome_message: str
    account: str | None
    period: str | None
    layout: str | None
    panels: int
    stream_id: str | None
    product: str | None
    liver: str | None
    taken_at: datetime | None
    occurred_at: datetime | None
    metadata: dict[str, Any]
    warnings: list[WarningShape]
    metrics_count: int
    needs_review_count: int
    created_at: datetime
    ready_at: datetime | None = Field(description="When all of it could be found by meaning, too")


class GridShape(BaseModel):
    """A table; `columns` names what each column holds, empty where that is not known."""

    panel: int
    title: str | None
    header: bool
    columns: list[str]
    rows: list[list[str]]
    bbox: list[float]
    boxes: list[list[list[float] | None]]
    confidences: list[list[float]]


class ChartShape(BaseModel):
    """What is printed on a chart."""

    panel: int
    title: str | None
    axis: list[str]
    legend: list[str]
    values: list[str]
    bbox: list[float]


class WordShape(BaseModel):
    """A word; `line` counts the lines from 0."""

    text: str
    bbox: list[float]
    confidence: float
    line: int


class LineShape(BaseModel):
    """A line of text."""

    text: str
    bbox: list[float]
    confidence: float
    vertical: bool


class ScreenshotShape(ScreenshotSummary):
    """A screenshot with all that was read of it."""

    text: str
    metrics: list[MetricShape]
    tables: list[GridShape]
    charts: list[ChartShape]
    lines: list[LineShape]
    words: list[WordShape]


class ScreenshotList(BaseModel):
    """Screenshots, newest first."""

    items: list[ScreenshotSummary]
    next_cursor: str | None


def summary(screenshot: Screenshot) -> ScreenshotSummary:
    """Show a screenshot without its content."""
    return ScreenshotSummary(**_fields(screenshot))


def shape(
    screenshot: Screenshot, metrics: Sequence[Metric], grids: Sequence[GridRow], lines: Sequence[LineRow]
) -> ScreenshotShape:
    """Show a screenshot with its content."""
    return ScreenshotShape(
        **_fields(screenshot),
        text=screenshot.text,
        metrics=[metric_shape(metric) for metric in metrics],
        tables=[GridShape.model_validate(grid, from_attributes=True) for grid in grids],
        charts=[ChartShape.model_validate(chart) for chart in screenshot.charts],
        lines=[LineShape.model_validate(line, from_attributes=True) for line in lines],
        words=[
            WordShape(text=text, bbox=bbox, confidence=confidence, line=line.ordinal)
            for line in lines
            for text, bbox, confidence in line.words
        ],
    )


def _fields(screenshot: Screenshot) -> dict[str, Any]:
    made = {"warnings", "outcome_message"}
    return {name: getattr(screenshot, name) for name in ScreenshotSummary.model_fields.keys() - made} | {
        "warnings": [warning_shape(found) for found in screenshot.warnings],
        "outcome_message": str(OUTCOMES[screenshot.outcome]),
    }
