"""Screenshots: what a dashboard picture turned out to be. File, chunks and vectors are those of its db.documents row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from db.errors import NotFound
from db.pool import Connection

KIND = "screenshot"
OUTCOMES = ("read", "no_numbers", "unknown_layout", "low_resolution")


@dataclass(frozen=True)
class NewScreenshot:
    """What was read of a picture as a whole; sizes are the original's, seen upright."""

    width: int
    height: int
    text: str
    outcome: str
    account: str | None
    period: str | None
    layout: str | None
    panels: int
    charts: Sequence[dict[str, Any]] = ()
    stream_id: str | None = None
    taken_at: datetime | None = None
    preview_key: str | None = None


@dataclass(frozen=True)
class Screenshot:
    """A stored screenshot with its file, and how many of its values need a look."""

    id: UUID
    job_id: UUID
    filename: str
    media_type: str
    bytes: int
    blob_key: str
    product: str | None
    liver: str | None
    occurred_at: datetime | None
    metadata: dict[str, Any]
    warnings: list[dict[str, str]]
    ready_at: datetime | None
    width: int
    height: int
    text: str
    outcome: str
    account: str | None
    period: str | None
    layout: str | None
    panels: int
    charts: list[dict[str, Any]]
    stream_id: str | None
    taken_at: datetime | None
    preview_key: str | None
    created_at: datetime
    metrics_count: int
    needs_review_count: int


@dataclass(frozen=True)
class Wanted:
    """Which screenshots: each None means any."""

    outcome: str | None = None
    needs_review: bool | None = None
    stream_id: str | None = None


_SELECT = (
    "SELECT s.id, d.job_id, d.filename, d.media_type, a.bytes, a.blob_key, d.product, d.liver, d.occurred_at, d.metadata, "
    "d.warnings, d.ready_at, s.width, s.height, s.text, s.outcome, s.account, s.period, s.layout, s.panels, s.charts, "
    "s.stream_id, s.taken_at, s.preview_key, s.created_at, n.metrics_count, n.needs_review_count "
    "FROM screenshots s JOIN documents d ON d.id = s.id JOIN assets a ON a.id = d.asset_id CROSS JOIN LATERAL ("
    "  SELECT count(*) AS metrics_count, count(*) FILTER (WHERE status = 'needs_review') AS needs_review_count "
    "  FROM metric_values WHERE screenshot_id = s.id) n "
)


def put(connection: Connection, workspace: str, screenshot_id: UUID, new: NewScreenshot) -> None:
    """Store what was read, in place of what an earlier try had read."""
    connection.execute(
        "INSERT INTO screenshots (id, workspace_id, width, height, text, outcome, account, period, layout, panels, charts, "
        "stream_id, taken_at, preview_key) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (id) DO UPDATE SET width = excluded.width, height = excluded.height, text = excluded.text, "
        "outcome = excluded.outcome, account = excluded.account, period = excluded.period, layout = excluded.layout, "
        "panels = excluded.panels, charts = excluded.charts, preview_key = excluded.preview_key",
        (screenshot_id, workspace, new.width, new.height, new.text, new.outcome, new.account, new.period, new.layout,
         new.panels, Jsonb(list(new.charts)), new.stream_id, new.taken_at, new.preview_key),
    )  # fmt: skip


def get(connection: Connection, screenshot_id: UUID) -> Screenshot:
    """Read a screenshot; raise NotFound."""
    cursor = connection.cursor(row_factory=class_row(Screenshot))
    row = cursor.execute(_SELECT + "WHERE s.id = %s", (screenshot_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no screenshot {screenshot_id}.")
    return row


def listing(
    connection: Connection, limit: int, wanted: Wanted | None = None, *, before: tuple[datetime, UUID] | None = None
) -> list[Screenshot]:
    """List screenshots, newest first; `before` is the (created_at, id) of the last one already shown."""
    at, screenshot_id = before or (None, None)
    cursor = connection.cursor(row_factory=class_row(Screenshot))
    return cursor.execute(
        _SELECT + "WHERE (%(outcome)s::text IS NULL OR s.outcome = %(outcome)s) "
        "AND (%(stream_id)s::text IS NULL OR s.stream_id = %(stream_id)s) "
        "AND (%(needs_review)s::boolean IS NULL OR (n.needs_review_count > 0) = %(needs_review)s) "
        "AND (%(at)s::timestamptz IS NULL OR (s.created_at, s.id) < (%(at)s, %(id)s::uuid)) "
        "ORDER BY s.created_at DESC, s.id DESC LIMIT %(limit)s",
        {**vars(wanted or Wanted()), "at": at, "id": screenshot_id, "limit": limit},
    ).fetchall()


def of_stream(connection: Connection, stream_id: str, limit: int) -> list[Screenshot]:
    """Read the screenshots of one stream, oldest picture first."""
    cursor = connection.cursor(row_factory=class_row(Screenshot))
    return cursor.execute(
        _SELECT + "WHERE s.stream_id = %s ORDER BY coalesce(s.taken_at, s.created_at), s.id LIMIT %s",
        (stream_id, limit),
    ).fetchall()
