"""Metrics: the values printed on a screenshot as they were read. What counts, after people looked, is metric_values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from db.boxes import box, box_or_none
from db.errors import NotFound
from db.pool import Connection

SOURCE = "screenshot"
NOT_READ_AGAIN = "not_read_again"
"""Noted on a value that people had decided about and that a new reading of the picture no longer found."""


@dataclass(frozen=True)
class NewMetric:
    """A value as it was read; `key` is its name, with #2, #3 … for the same name again on one picture."""

    key: str
    ordinal: int
    name: str
    label: str
    raw: str
    value: float | None
    text: str | None
    unit: str
    currency: str | None
    confidence: float
    bbox: Sequence[float]
    label_bbox: Sequence[float] | None
    change: Mapping[str, Any] | None
    period: str | None
    panel: int
    notes: Sequence[str]
    needs_review: bool


@dataclass(frozen=True)
class Metric:
    """A value with what counts now: as read, or as the decision in effect says."""

    id: int
    screenshot_id: UUID
    key: str
    ordinal: int
    name: str
    label: str
    raw: str
    value: float | None
    text: str | None
    unit: str
    currency: str | None
    confidence: float
    bbox: list[float]
    label_bbox: list[float] | None
    change: dict[str, Any] | None
    period: str | None
    panel: int
    notes: list[str]
    needs_review: bool
    source: str
    status: str
    effective_value: float | None
    effective_text: str | None
    decision_id: int | None
    action: str | None
    by_name: str | None
    decided_at: datetime | None
    note: str | None


COLUMNS = (
    "v.id, v.screenshot_id, v.key, v.ordinal, v.name, v.label, v.raw, v.value::float8 AS value, v.text, v.unit, v.currency, "
    "v.confidence::float8 AS confidence, v.bbox, v.label_bbox, v.change, v.period, v.panel, v.notes, v.needs_review, "
    "v.source, v.status, v.effective_value::float8 AS effective_value, v.effective_text, v.decision_id, v.action, "
    "v.by_name, v.decided_at, v.note"
)


def put(connection: Connection, workspace: str, screenshot_id: UUID, new: Sequence[NewMetric]) -> None:
    """Store values in place of those of an earlier reading; one that people decided about is never dropped."""
    keys = [metric.key for metric in new]
    connection.execute(
        "DELETE FROM metrics m WHERE screenshot_id = %s AND key <> ALL (%s) AND NOT EXISTS "
        "(SELECT FROM corrections c WHERE c.screenshot_id = m.screenshot_id AND c.metric = m.key)",
        (screenshot_id, keys),
    )
    connection.execute(
        "UPDATE metrics m SET ordinal = %s + r.n, notes = array_append(array_remove(m.notes, %s), %s) FROM "
        "(SELECT id, row_number() OVER (ORDER BY ordinal, id) - 1 AS n FROM metrics "
        "WHERE screenshot_id = %s AND key <> ALL (%s)) r WHERE r.id = m.id",
        (len(new), NOT_READ_AGAIN, NOT_READ_AGAIN, screenshot_id, keys),
    )
    connection.cursor().executemany(
        "INSERT INTO metrics (workspace_id, screenshot_id, key, ordinal, name, label, raw, value, text, unit, currency, "
        "confidence, bbox, label_bbox, change, period, panel, notes, needs_review) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (screenshot_id, key) DO UPDATE SET ordinal = excluded.ordinal, name = excluded.name, "
        "label = excluded.label, raw = excluded.raw, value = excluded.value, text = excluded.text, unit = excluded.unit, "
        "currency = excluded.currency, confidence = excluded.confidence, bbox = excluded.bbox, "
        "label_bbox = excluded.label_bbox, change = excluded.change, period = excluded.period, panel = excluded.panel, "
        "notes = excluded.notes, needs_review = excluded.needs_review",
        [(workspace, screenshot_id, *_columns(metric)) for metric in new],
    )


def of_screenshot(connection: Connection, screenshot_id: UUID) -> list[Metric]:
    """Read the values of a screenshot in their order."""
    cursor = connection.cursor(row_factory=class_row(Metric))
    return cursor.execute(
        f"SELECT {COLUMNS} FROM metric_values v WHERE v.screenshot_id = %s ORDER BY v.ordinal, v.id", (screenshot_id,)
    ).fetchall()


def get(connection: Connection, screenshot_id: UUID, key: str) -> Metric:
    """Read one value; raise NotFound."""
    cursor = connection.cursor(row_factory=class_row(Metric))
    row = cursor.execute(
        f"SELECT {COLUMNS} FROM metric_values v WHERE v.screenshot_id = %s AND v.key = %s", (screenshot_id, key)
    ).fetchone()
    if row is None:
        raise NotFound(f"Screenshot {screenshot_id} has no value {key!r}.")
    return row


def hold(connection: Connection, screenshot_id: UUID, key: str) -> Metric:
    """Read one value and let nobody else decide about it until this transaction ends; raise NotFound."""
    connection.execute(
        "SELECT FROM metrics WHERE screenshot_id = %s AND key = %s FOR NO KEY UPDATE", (screenshot_id, key)
    )
    return get(connection, screenshot_id, key)


def review(
    connection: Connection, limit: int, *, after: tuple[float, int] | None = None, stream_id: str | None = None
) -> list[Metric]:
    """List the values that need a look, least sure first; `after` is (confidence, id) of the last one shown."""
    confidence, metric_id = after or (None, None)
    cursor = connection.cursor(row_factory=class_row(Metric))
    return cursor.execute(
        f"SELECT {COLUMNS} FROM metric_values v JOIN screenshots s ON s.id = v.screenshot_id "
        "WHERE v.needs_review AND v.status = 'needs_review' AND (%(stream)s::text IS NULL OR s.stream_id = %(stream)s) "
        "AND (%(confidence)s::float8 IS NULL OR (v.confidence, v.id) > (%(confidence)s::real, %(id)s::bigint)) "
        "ORDER BY v.confidence, v.id LIMIT %(limit)s",
        {"stream": stream_id, "confidence": confidence, "id": metric_id, "limit": limit},
    ).fetchall()


def count_review(connection: Connection, stream_id: str | None = None) -> int:
    """Count the values that need a look."""
    row = connection.execute(
        "SELECT count(*) FROM metric_values v JOIN screenshots s ON s.id = v.screenshot_id WHERE v.needs_review "
        "AND v.status = 'needs_review' AND (%(stream)s::text IS NULL OR s.stream_id = %(stream)s)",
        {"stream": stream_id},
    ).fetchone()
    return int(row[0]) if row else 0


def _columns(metric: NewMetric) -> tuple[object, ...]:
    return (
        metric.key, metric.ordinal, metric.name, metric.label, metric.raw, metric.value, metric.text, metric.unit,
        metric.currency, metric.confidence, box(metric.bbox), box_or_none(metric.label_bbox),
        Jsonb(dict(metric.change)) if metric.change else None, metric.period, metric.panel, list(metric.notes),
        metric.needs_review,
    )  # fmt: skip
