"""Values of screenshots as the API shows them, what people say of them, and values merged over a stream."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from db.corrections import Correction
from db.metrics import Metric
from db.screenshots import Screenshot
from db.streams import Merged, Sighting
from web.shapes.lists import Paging
from web.shapes.texts import Name, Short

Status = Literal["accepted", "needs_review", "corrected"]
Number = int | float
LARGEST = 1e15
Given = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]


class ChangeShape(BaseModel):
    """A change that is printed beside a value, such as +18.2 %."""

    raw: str
    value: Number
    unit: str
    bbox: list[float]


class DecisionShape(BaseModel):
    """The decision in effect."""

    id: int
    action: Literal["correct", "accept"]
    by: str
    at: datetime
    note: str | None


class MetricShape(BaseModel):
    """A value: `raw`, `value` and `text` as read; `effective_value` and `effective_text` are what counts."""

    key: str = Field(description="Its name, with #2, #3 … for the same name again on this screenshot")
    name: str
    label: str
    raw: str
    value: Number | None = Field(description="12.5 for 12.5 %; seconds for a duration; null if it is no number")
    text: str | None
    unit: str = Field(description="count, %, s, ratio, date, text, or an ISO 4217 currency")
    currency: str | None
    confidence: float = Field(ge=0, le=1)
    status: Status
    read_status: Literal["accepted", "needs_review"] = Field(description="The status before anybody looked")
    corrected_value: Number | None
    corrected_text: str | None
    effective_value: Number | None
    effective_text: str | None
    bbox: list[float]
    label_bbox: list[float] | None
    change: ChangeShape | None
    period: str | None
    panel: int
    notes: list[str]
    decided: DecisionShape | None


class CorrectionShape(BaseModel):
    """One decision of the history."""

    id: int
    action: Literal["correct", "accept", "undo"]
    undoes: int | None
    value: Number | None
    text: str | None
    old_value: Number | None
    old_text: str | None
    note: str | None
    by: str
    at: datetime


class MetricHistory(BaseModel):
    """A value and all decisions about it, newest first."""

    metric: MetricShape
    history: list[CorrectionShape]


class CorrectionBody(BaseModel):
    """What is true: a number, or a text (read as a number where one belongs); null says that there is no value."""

    model_config = ConfigDict(extra="forbid")

    value: Given | None = None
    text: Name | None = None
    note: Short | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "CorrectionBody":
        if len({"value", "text"} & self.model_fields_set) != 1:
            raise PydanticCustomError("one_of_two", "give either a value or a text")
        return self


class NoteBody(BaseModel):
    """A remark, if one is wished."""

    model_config = ConfigDict(extra="forbid")

    note: Short | None = None


class ReviewQuery(Paging):
    """Which values."""

    stream_id: Name | None = None


class ReviewItem(BaseModel):
    """A value that needs a look, and the picture it is on."""

    screenshot_id: UUID
    filename: str
    width: int
    height: int
    stream_id: str | None
    metric: MetricShape


class ReviewList(BaseModel):
    """Values that need a look, least sure first."""

    items: list[ReviewItem]
    next_cursor: str | None
    total: int


class SightingShape(BaseModel):
    """A value as one screenshot of the stream shows it; `difference` is how far the value that counts is from it."""

    screenshot_id: UUID
    filename: str
    key: str
    value: Number | None
    text: str | None
    raw: str
    confidence: float
    status: Status
    bbox: list[float]
    panel: int
    period: str | None
    at: datetime
    difference: Number | None


class MergedShape(BaseModel):
    """A value of a stream: what counts, where it comes from, and what other screenshots say."""

    name: str
    label: str
    value: Number | None
    text: str | None
    unit: str
    currency: str | None
    status: Status
    confidence: float
    cumulative: bool = Field(description="A counter that only grows: the newest sure reading counts")
    agrees: bool
    conflict: Literal["decreased", "disagrees"] | None
    source: SightingShape
    others: list[SightingShape]


class StreamScreenshot(BaseModel):
    """A screenshot of the stream; `at` is when it was taken, or else when it came in."""

    id: UUID
    filename: str
    at: datetime
    outcome: str


class StreamMetrics(BaseModel):
    """The values of a stream, merged from its screenshots, oldest of which comes first."""

    stream_id: str
    screenshots: list[StreamScreenshot]
    metrics: list[MergedShape]


def metric_shape(metric: Metric) -> MetricShape:
    """Show a value."""
    made = {"read_status", "corrected_value", "corrected_text", "change", "decided"}
    fields: dict[str, Any] = {name: getattr(metric, name) for name in MetricShape.model_fields.keys() - made}
    is_corrected = metric.status == "corrected"
    return MetricShape(
        **fields
        | {name: number(fields[name]) for name in ("value", "effective_value")}
        | {"bbox": tidy(metric.bbox), "label_bbox": tidy(metric.label_bbox) if metric.label_bbox else None},
        read_status="needs_review" if metric.needs_review else "accepted",
        corrected_value=number(metric.effective_value) if is_corrected else None,
        corrected_text=metric.effective_text if is_corrected else None,
        change=_change(metric),
        decided=_decision(metric),
    )


def correction_shape(row: Correction) -> CorrectionShape:
    """Show a decision of the history."""
    fields = {name: getattr(row, name) for name in CorrectionShape.model_fields.keys() - {"by"}}
    return CorrectionShape(**fields | {name: number(fields[name]) for name in ("value", "old_value")}, by=row.by_name)


def review_item(metric: Metric, screenshot: Screenshot) -> ReviewItem:
    """Show a value that needs a look."""
    return ReviewItem(
        screenshot_id=screenshot.id,
        filename=screenshot.filename,
        width=screenshot.width,
        height=screenshot.height,
        stream_id=screenshot.stream_id,
        metric=metric_shape(metric),
    )


def merged_shape(merged: Merged) -> MergedShape:
    """Show a merged value."""
    chosen = merged.chosen
    return MergedShape(
        name=chosen.name,
        label=chosen.label,
        value=number(chosen.value),
        text=chosen.text,
        unit=chosen.unit,
        currency=chosen.currency,
        status=chosen.status,
        confidence=chosen.confidence,
        cumulative=merged.cumulative,
        agrees=all((other.value, other.text) == (chosen.value, chosen.text) for other in merged.others),
        conflict=merged.conflict,
        source=_sighting(chosen, chosen),
        others=[_sighting(other, chosen) for other in merged.others],
    )


def number(value: float | None) -> Number | None:
    """Give a whole number as such: 12345, not 12345.0."""
    return int(value) if value is not None and value.is_integer() else value


def tidy(box: list[float]) -> list[float]:
    """Round a box to tenths of a pixel."""
    return [round(edge, 1) for edge in box]


def _sighting(sighting: Sighting, chosen: Sighting) -> SightingShape:
    fields = {name: getattr(sighting, name) for name in SightingShape.model_fields.keys() - {"difference"}}
    both = sighting.value is not None and chosen.value is not None and sighting is not chosen
    apart = round((chosen.value or 0) - (sighting.value or 0), 6) if both else None
    return SightingShape(**fields | {"value": number(sighting.value)}, difference=number(apart))


def _change(metric: Metric) -> ChangeShape | None:
    found = metric.change
    if found is None:
        return None
    return ChangeShape(raw=found["raw"], value=number(found["value"]) or 0, unit=found["unit"], bbox=tidy(found["box"]))


def _decision(metric: Metric) -> DecisionShape | None:
    if metric.decision_id is None:
        return None
    assert metric.by_name is not None
    assert metric.decided_at is not None
    action: Any = metric.action
    return DecisionShape(
        id=metric.decision_id, action=action, by=metric.by_name, at=metric.decided_at, note=metric.note
    )
