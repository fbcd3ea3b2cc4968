"""Jobs as people see them: made once for the same work, listed, read. Claims and leases are in db.leases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import kwargs_row
from psycopg.types.json import Jsonb

from db import events, outbox
from db.assets import Asset
from db.errors import NotFound
from db.pool import Connection

STATUSES = ("waiting", "running", "succeeded", "failed", "quarantined", "cancelled")


@dataclass(frozen=True)
class NewJob:
    """Work that is asked for. Equal fingerprints in one workspace are the same work."""

    id: UUID
    kind: str
    queue: str
    fingerprint: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 0


@dataclass(frozen=True)
class Job:
    """One row of work, with its asset's columns (None for work without a file)."""

    id: UUID
    workspace_id: str
    kind: str
    queue: str
    priority: int
    parameters: dict[str, Any]
    status: str
    stage: str | None
    stages_done: list[str]
    parts_done: int
    progress: float
    attempt: int
    failures: int
    deaths: int
    token: int
    run_after: datetime
    cancel_requested: bool
    error_code: str | None
    error_ja: str | None
    error_en: str | None
    result: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    asset: Asset | None


FIELDS = (
    "id, workspace_id, kind, queue, priority, parameters, status, stage, stages_done, parts_done, progress, attempt, "
    "failures, deaths, token, run_after, cancel_requested, error_code, error_ja, error_en, result, created_at, "
    "started_at, finished_at"
)
_ASSET = ("id", "sha256", "bytes", "filename", "media_type", "blob_key", "created_at")
COLUMNS = ", ".join(
    [f"j.{name.strip()}" for name in FIELDS.split(",")] + [f"a.{name} AS asset_{name}" for name in _ASSET]
)
WITH_ASSET = " j LEFT JOIN assets a ON a.id = j.asset_id "
SELECT = f"SELECT {COLUMNS} FROM jobs{WITH_ASSET}"


def make_job(**row: Any) -> Job:
    """Build a Job out of a row of SELECT."""
    parts = {name: row.pop(f"asset_{name}") for name in _ASSET}
    return Job(**row, asset=Asset(**parts) if parts["id"] else None)


def add(connection: Connection, workspace: str, new: NewJob, asset_id: UUID | None) -> bool:
    """Store a job, its outbox row and its first event; False (and nothing stored) when the same work exists."""
    cursor = connection.execute(
        "INSERT INTO jobs (id, workspace_id, kind, queue, priority, asset_id, parameters, fingerprint) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (workspace_id, fingerprint) DO NOTHING",
        (new.id, workspace, new.kind, new.queue, new.priority, asset_id, Jsonb(new.parameters), new.fingerprint),
    )
    if cursor.rowcount == 0:
        return False
    outbox.add(connection, new.id)
    events.add(connection, new.id, "accepted", {})
    return True


def get(connection: Connection, job_id: UUID) -> Job:
    """Read a job; raise NotFound."""
    row = connection.cursor(row_factory=kwargs_row(make_job)).execute(SELECT + "WHERE j.id = %s", (job_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no job {job_id}.")
    return row


def by_fingerprint(connection: Connection, fingerprint: str) -> Job | None:
    """Find the job that did or does the same work in this workspace."""
    cursor = connection.cursor(row_factory=kwargs_row(make_job))
    return cursor.execute(SELECT + "WHERE j.fingerprint = %s", (fingerprint,)).fetchone()


def listing(
    connection: Connection,
    limit: int,
    *,
    status: str | None = None,
    kind: str | None = None,
    before: tuple[datetime, UUID] | None = None,
) -> list[Job]:
    """List jobs, newest first; `before` is the (created_at, id) of the last one already shown."""
    at, job_id = before or (None, None)
    return (
        connection.cursor(row_factory=kwargs_row(make_job))
        .execute(
            SELECT + "WHERE (%(status)s::text IS NULL OR j.status = %(status)s) "
            "AND (%(kind)s::text IS NULL OR j.kind = %(kind)s) "
            "AND (%(at)s::timestamptz IS NULL OR (j.created_at, j.id) < (%(at)s, %(id)s::uuid)) "
            "ORDER BY j.created_at DESC, j.id DESC LIMIT %(limit)s",
            {"status": status, "kind": kind, "at": at, "id": job_id, "limit": limit},
        )
        .fetchall()
    )


def last_failed(connection: Connection, limit: int) -> list[Job]:
    """List the jobs of all workspaces that failed last (engine connection)."""
    cursor = connection.cursor(row_factory=kwargs_row(make_job))
    return cursor.execute(
        SELECT + "WHERE j.status IN ('failed', 'quarantined') ORDER BY j.finished_at DESC LIMIT %s", (limit,)
    ).fetchall()


def counts(connection: Connection) -> dict[str, int]:
    """Count this workspace's jobs by status."""
    return dict(connection.execute("SELECT status, count(*) FROM jobs GROUP BY status").fetchall())


def request_cancel(connection: Connection, job_id: UUID) -> None:
    """Cancel a waiting job at once; ask a running one to stop at its next part."""
    connection.execute("SELECT FROM jobs WHERE id = %s FOR NO KEY UPDATE", (job_id,))
    cursor = connection.execute(
        "UPDATE jobs SET status = 'cancelled', finished_at = now() WHERE id = %s AND status = 'waiting'", (job_id,)
    )
    if cursor.rowcount:
        outbox.remove(connection, job_id)
        events.add(connection, job_id, "cancelled", {})
    else:
        connection.execute("UPDATE jobs SET cancel_requested = true WHERE id = %s AND status = 'running'", (job_id,))


def restart(connection: Connection, job_id: UUID, keep_stages: list[str]) -> bool:
    """Put an ended job back in the queue, keeping the named stages' work; False when it has not ended."""
    cursor = connection.execute(
        "UPDATE jobs SET status = 'waiting', stages_done = %s, stage = NULL, failures = 0, deaths = 0, "
        "parts_done = 0, progress = 0, run_after = now(), started_at = NULL, "
        "result = CASE WHEN cardinality(%s::text[]) = 0 THEN '{}' ELSE result END, "
        "cancel_requested = false, error_code = NULL, error_ja = NULL, error_en = NULL, finished_at = NULL "
        "WHERE id = %s AND status IN ('succeeded', 'failed', 'quarantined', 'cancelled')",
        (keep_stages, keep_stages, job_id),
    )
    if cursor.rowcount == 0:
        return False
    outbox.add(connection, job_id)
    events.add(connection, job_id, "retried", {"kept": keep_stages})
    return True
