"""Livers: the people who stream, as far as what is stored speaks of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from db.pool import Connection


@dataclass(frozen=True)
class Liver:
    """A person with how many sessions are known and when the last one was."""

    name: str
    sessions: int
    last_at: datetime


@dataclass(frozen=True)
class Session:
    """One live stream of a person; `analysis_id` is the newest analysis that speaks of it."""

    session: str
    analysis_id: UUID
    stream_id: str | None
    title: str | None
    at: datetime


_SESSIONS = (
    "SELECT DISTINCT ON (session) session, id AS analysis_id, stream_id, title, coalesce(started_at, created_at) AS at, liver "
    "FROM analyses WHERE liver IS NOT NULL {only} ORDER BY session, created_at DESC, id DESC"
)


def listing(connection: Connection, limit: int, after: str | None = None) -> list[Liver]:
    """List people by name, those after the name `after`."""
    cursor = connection.cursor(row_factory=class_row(Liver))
    return cursor.execute(
        "SELECT liver AS name, count(*)::int AS sessions, max(at) AS last_at FROM "
        f"({_SESSIONS.format(only='AND (%(after)s::text IS NULL OR liver > %(after)s)')}) s "
        "GROUP BY liver ORDER BY liver LIMIT %(limit)s",
        {"after": after, "limit": limit},
    ).fetchall()


def sessions(connection: Connection, liver: str, limit: int) -> list[Session]:
    """Read a person's sessions, newest first."""
    cursor = connection.cursor(row_factory=class_row(Session))
    return cursor.execute(
        "SELECT session, analysis_id, stream_id, title, at FROM "
        f"({_SESSIONS.format(only='AND liver = %(liver)s')}) s ORDER BY at DESC, session LIMIT %(limit)s",
        {"liver": liver, "limit": limit},
    ).fetchall()
