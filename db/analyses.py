"""Analyses: what a partner or a backfill says about one live stream. Its figures are in db.sales, its files beside it.

Several analyses may speak of one session (the same stream_id); of each figure the newest that gives it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from db.errors import NotFound
from db.pool import Connection

KIND = "analysis"


@dataclass(frozen=True)
class NewAnalysis:
    """An analysis that was accepted; stored again under its id it replaces what was there."""

    id: UUID
    job_id: UUID
    asset_id: UUID
    source: str
    external_id: str | None
    content_hash: str
    title: str | None = None
    liver: str | None = None
    stream_id: str | None = None
    product: str | None = None
    language: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Analysis:
    """A stored analysis. `stored_at` is None until its figures and texts are there."""

    id: UUID
    job_id: UUID
    source: str
    external_id: str | None
    content_hash: str
    title: str | None
    liver: str | None
    stream_id: str | None
    product: str | None
    language: str | None
    started_at: datetime | None
    ended_at: datetime | None
    created_at: datetime
    stored_at: datetime | None


@dataclass(frozen=True)
class Counts:
    """How much a workspace knows."""

    analyses: int
    livers: int
    phases: int
    chunks: int
    sessions: int


_FIELDS = (
    "id, job_id, source, external_id, content_hash, title, liver, stream_id, product, language, started_at, ended_at, "
    "created_at, stored_at"
)
_NEW = tuple(NewAnalysis.__dataclass_fields__)


def put(connection: Connection, workspace: str, new: Sequence[NewAnalysis]) -> None:
    """Store analyses; of one that is there its description is renewed."""
    renewed = ", ".join(f"{name} = excluded.{name}" for name in _NEW if name != "id")
    connection.cursor().executemany(
        f"INSERT INTO analyses (workspace_id, {', '.join(_NEW)}) VALUES (%s, {', '.join(['%s'] * len(_NEW))}) "
        f"ON CONFLICT (id) DO UPDATE SET {renewed}",
        [(workspace, *(getattr(analysis, name) for name in _NEW)) for analysis in new],
    )


def mark_stored(connection: Connection, analysis_ids: Sequence[UUID]) -> None:
    """Note that figures and texts are there."""
    connection.execute("UPDATE analyses SET stored_at = now() WHERE id = ANY (%s)", (list(analysis_ids),))


def get(connection: Connection, analysis_id: UUID) -> Analysis:
    """Read an analysis; raise NotFound."""
    cursor = connection.cursor(row_factory=class_row(Analysis))
    row = cursor.execute(f"SELECT {_FIELDS} FROM analyses WHERE id = %s", (analysis_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no analysis {analysis_id}.")
    return row


def of_job(connection: Connection, job_id: UUID) -> Analysis | None:
    """Find the analysis that a job of the kind analysis stores."""
    cursor = connection.cursor(row_factory=class_row(Analysis))
    return cursor.execute(f"SELECT {_FIELDS} FROM analyses WHERE id = %s AND job_id = id", (job_id,)).fetchone()


def listing(connection: Connection, limit: int, *, before: tuple[datetime, UUID] | None = None) -> list[Analysis]:
    """List analyses, newest first; `before` is the (created_at, id) of the last one already shown."""
    at, analysis_id = before or (None, None)
    cursor = connection.cursor(row_factory=class_row(Analysis))
    return cursor.execute(
        f"SELECT {_FIELDS} FROM analyses WHERE %(at)s::timestamptz IS NULL OR (created_at, id) < (%(at)s, %(id)s::uuid) "
        "ORDER BY created_at DESC, id DESC LIMIT %(limit)s",
        {"at": at, "id": analysis_id, "limit": limit},
    ).fetchall()


def hashes(connection: Connection, analysis_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Tell which of these are there, with the hash of what they hold."""
    rows = connection.execute(
        "SELECT id, content_hash FROM analyses WHERE id = ANY (%s)", (list(analysis_ids),)
    ).fetchall()
    return dict(rows)


def counts(connection: Connection) -> Counts:
    """Count what this workspace knows."""
    cursor = connection.cursor(row_factory=class_row(Counts))
    row = cursor.execute(
        "SELECT (SELECT count(*) FROM analyses) AS analyses, "
        "(SELECT count(DISTINCT session) FROM analyses) AS sessions, "
        "(SELECT count(*) FROM (SELECT liver FROM analyses WHERE liver IS NOT NULL "
        "  UNION SELECT liver FROM documents WHERE liver IS NOT NULL) l) AS livers, "
        "(SELECT count(*) FROM analysis_phases) AS phases, (SELECT count(*) FROM chunks) AS chunks"
    ).fetchone()
    assert row is not None
    return row
