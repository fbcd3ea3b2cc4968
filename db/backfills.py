"""Backfills: how far the loading of past analyses from one source has come."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from db.pool import Connection


@dataclass(frozen=True)
class Backfill:
    """A cursor: everything up to `position` has been handed over; finished ones begin anew."""

    position: str
    taken: int
    added: int
    finished_at: datetime | None


def begin(connection: Connection, workspace: str, source: str) -> Backfill:
    """Go on where the last run was cut off, or begin; give where that is."""
    connection.execute(
        "INSERT INTO backfills (workspace_id, source) VALUES (%s, %s) ON CONFLICT (workspace_id, source) DO UPDATE SET "
        "position = '', taken = 0, added = 0, started_at = now(), finished_at = NULL WHERE backfills.finished_at IS NOT NULL",
        (workspace, source),
    )
    cursor = connection.cursor(row_factory=class_row(Backfill))
    row = cursor.execute(
        "SELECT position, taken, added, finished_at FROM backfills WHERE source = %s", (source,)
    ).fetchone()
    assert row is not None
    return row


def advance(connection: Connection, source: str, position: str, taken: int, added: int) -> None:
    """Move the cursor; call it in the transaction that hands the records over."""
    connection.execute(
        "UPDATE backfills SET position = %s, taken = taken + %s, added = added + %s, changed_at = now() WHERE source = %s",
        (position, taken, added, source),
    )


def finish(connection: Connection, source: str) -> None:
    """Note that the source was read to its end."""
    connection.execute("UPDATE backfills SET finished_at = now(), changed_at = now() WHERE source = %s", (source,))


def waiting(connection: Connection, source: str) -> int:
    """Count the analyses of a source that were handed over, are not stored yet, and whose job has not ended."""
    row = connection.execute(
        "SELECT count(*) FROM analyses a JOIN jobs j ON j.id = a.job_id "
        "WHERE a.source = %s AND a.stored_at IS NULL AND j.status IN ('waiting', 'running')",
        (source,),
    ).fetchone()
    return int(row[0]) if row else 0
