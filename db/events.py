"""What happened to a job, in order: feeds progress pages and server-sent events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from db.pool import Connection

CHANNEL = "shiomi_jobs"


@dataclass(frozen=True)
class Event:
    """One thing that happened: `accepted`, `started`, `progress`, `stage_done`, `succeeded`, `failed` and so on."""

    id: int
    kind: str
    data: dict[str, Any]
    at: datetime


def add(connection: Connection, job_id: UUID, kind: str, data: Mapping[str, Any]) -> None:
    """Store an event and wake whoever watches this job."""
    connection.execute(
        "WITH added AS (INSERT INTO job_events (job_id, workspace_id, kind, data) "
        "SELECT id, workspace_id, %s, %s FROM jobs WHERE id = %s) SELECT pg_notify(%s, %s)",
        (kind, Jsonb(data), job_id, CHANNEL, str(job_id)),
    )


def telling(update: str, wake: str | None = None) -> str:
    """Wrap an UPDATE of one job so that one statement also stores its %(event)s with %(data)s and wakes who watches.

    The statement gives a row if the update found its job; `wake` is one more channel to notify.
    """
    also = f", pg_notify('{wake}', '')" if wake else ""
    return (
        f"WITH job AS ({update} RETURNING id, workspace_id), "
        "event AS (INSERT INTO job_events (job_id, workspace_id, kind, data) "
        "SELECT id, workspace_id, %(event)s, %(data)s FROM job) "
        f"SELECT pg_notify('{CHANNEL}', id::text){also} FROM job"
    )


def after(connection: Connection, job_id: UUID, last: int, limit: int = 200) -> list[Event]:
    """Read the events of a job that came after event `last`, oldest first."""
    cursor = connection.cursor(row_factory=class_row(Event))
    return cursor.execute(
        "SELECT id, kind, data, at FROM job_events WHERE job_id = %s AND id > %s ORDER BY id LIMIT %s",
        (job_id, last, limit),
    ).fetchall()


def prune(connection: Connection, days: int) -> int:
    """Delete the events of jobs that ended more than `days` days ago (engine connection); give their number."""
    return connection.execute(
        "DELETE FROM job_events e USING jobs j WHERE j.id = e.job_id AND j.finished_at < now() - make_interval(days => %s)",
        (days,),
    ).rowcount
