"""Sends: each event on its way to each endpoint that wants it, with every try and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from db.errors import NotFound
from db.pool import Connection

KEEP_DAYS = 30
SENDER = 7_465_760
"""The advisory lock of who sends."""
AT_ONCE = 10
"""Messages that one look takes for an endpoint that answers; one that fails is asked one at a time."""


@dataclass(frozen=True)
class Due:
    """A message that is to be sent now."""

    id: UUID
    workspace_id: str
    endpoint_id: UUID
    message_id: UUID
    tries: int
    url: str
    event: str
    data: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True)
class Try:
    """How one try went: the endpoint's status, or what kept it from answering."""

    status: int | None
    fault: str | None
    answer: str
    ms: int
    at: datetime | None = None


@dataclass(frozen=True)
class Send:
    """A message to an endpoint as people see it."""

    id: UUID
    endpoint_id: UUID
    message_id: UUID
    state: str
    tries: int
    due_at: datetime
    created_at: datetime
    event: str
    data: dict[str, Any]
    last_status: int | None
    last_fault: str | None


_TAKE = """
WITH waiting AS (
  SELECT s.id, e.failing_since, row_number() OVER (PARTITION BY s.endpoint_id ORDER BY s.due_at, s.id) AS turn
  FROM webhook_sends s JOIN webhook_endpoints e ON e.id = s.endpoint_id
  WHERE s.state = 'waiting' AND s.due_at <= now() AND e.disabled_at IS NULL
), chosen AS (
  SELECT s.id FROM webhook_sends s JOIN waiting w ON w.id = s.id
  WHERE w.turn <= CASE WHEN w.failing_since IS NULL THEN %(at_once)s ELSE 1 END AND s.due_at <= now()
  ORDER BY s.due_at LIMIT %(limit)s FOR UPDATE OF s SKIP LOCKED
)
UPDATE webhook_sends s SET due_at = now() + make_interval(secs => %(seconds)s)
FROM chosen c, webhook_endpoints e, webhook_messages m
WHERE s.id = c.id AND e.id = s.endpoint_id AND m.id = s.message_id
RETURNING s.id, s.workspace_id, s.endpoint_id, s.message_id, s.tries, e.url, m.event, m.data, m.created_at
"""


def alone(connection: Connection) -> bool:
    """Become the only sender while this connection lives, so that dead endpoints hold one worker at most."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (SENDER,)).fetchone()
    return bool(row and row[0])


def any_due(connection: Connection) -> bool:
    """Tell whether there is anything to send (engine connection)."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM webhook_sends s JOIN webhook_endpoints e ON e.id = s.endpoint_id "
        "WHERE s.state = 'waiting' AND s.due_at <= now() AND e.disabled_at IS NULL)"
    ).fetchone()
    return bool(row and row[0])


def take(connection: Connection, limit: int, seconds: float) -> list[Due]:
    """Take messages that are due; they are due again in `seconds` if whoever took them dies (engine connection)."""
    cursor = connection.cursor(row_factory=class_row(Due))
    return cursor.execute(_TAKE, {"limit": limit, "seconds": seconds, "at_once": AT_ONCE}).fetchall()


def note(connection: Connection, due: Due, tried: Try, state: str, seconds: float) -> None:
    """Write down a try, and when the next one is due (engine connection)."""
    connection.execute(
        "INSERT INTO webhook_tries (workspace_id, send_id, status, fault, answer, ms) VALUES (%s, %s, %s, %s, %s, %s)",
        (due.workspace_id, due.id, tried.status, tried.fault, tried.answer, tried.ms),
    )
    connection.execute(
        "UPDATE webhook_sends SET tries = tries + 1, state = %s, due_at = now() + make_interval(secs => %s) WHERE id = %s",
        (state, seconds, due.id),
    )


def announce(connection: Connection, workspace: str, event: str, data: Mapping[str, Any]) -> UUID | None:
    """Send an event to all endpoints that want it (engine connection); None when none does."""
    row = connection.execute("SELECT announce(%s, %s, %s)", (workspace, event, Jsonb(dict(data)))).fetchone()
    return row[0] if row else None


def add(connection: Connection, workspace: str, endpoint_id: UUID, event: str, data: Mapping[str, Any]) -> UUID:
    """Send an event to one endpoint, whatever it wants."""
    row = connection.execute(
        "WITH made AS (INSERT INTO webhook_messages (workspace_id, event, data) VALUES (%s, %s, %s) RETURNING id) "
        "INSERT INTO webhook_sends (workspace_id, endpoint_id, message_id) SELECT %s, %s, id FROM made RETURNING id",
        (workspace, event, Jsonb(dict(data)), workspace, endpoint_id),
    ).fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


def again(connection: Connection, send_id: UUID) -> None:
    """Send a message once more, under the same id; its log goes on. Raise NotFound."""
    get(connection, send_id)
    connection.execute(
        "UPDATE webhook_sends SET state = 'waiting', tries = 0, due_at = now() WHERE id = %s", (send_id,)
    )


_SELECT = (
    "SELECT s.id, s.endpoint_id, s.message_id, s.state, s.tries, s.due_at, s.created_at, m.event, m.data, "
    "t.status AS last_status, t.fault AS last_fault FROM webhook_sends s JOIN webhook_messages m ON m.id = s.message_id "
    "LEFT JOIN LATERAL (SELECT status, fault FROM webhook_tries WHERE send_id = s.id ORDER BY id DESC LIMIT 1) t ON true "
)


def get(connection: Connection, send_id: UUID) -> Send:
    """Read a message to an endpoint; raise NotFound."""
    cursor = connection.cursor(row_factory=class_row(Send))
    row = cursor.execute(_SELECT + "WHERE s.id = %s", (send_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no message {send_id}.")
    return row


def listing(
    connection: Connection, endpoint_id: UUID, limit: int, *, before: tuple[datetime, UUID] | None = None
) -> list[Send]:
    """List what went to an endpoint, newest first; `before` is the (created_at, id) of the last one already shown."""
    at, send_id = before or (None, None)
    cursor = connection.cursor(row_factory=class_row(Send))
    return cursor.execute(
        _SELECT + "WHERE s.endpoint_id = %(endpoint)s "
        "AND (%(at)s::timestamptz IS NULL OR (s.created_at, s.id) < (%(at)s, %(id)s::uuid)) "
        "ORDER BY s.created_at DESC, s.id DESC LIMIT %(limit)s",
        {"endpoint": endpoint_id, "at": at, "id": send_id, "limit": limit},
    ).fetchall()


def tries(connection: Connection, send_id: UUID) -> list[Try]:
    """Read all tries of a message, newest first."""
    cursor = connection.cursor(row_factory=class_row(Try))
    return cursor.execute(
        "SELECT status, fault, answer, ms, at FROM webhook_tries WHERE send_id = %s ORDER BY id DESC LIMIT 200",
        (send_id,),
    ).fetchall()


def prune(connection: Connection) -> int:
    """Forget old messages that are no longer on their way (engine connection); give their number."""
    return connection.execute(
        "DELETE FROM webhook_messages m WHERE created_at < now() - make_interval(days => %s) "
        "AND NOT EXISTS (SELECT FROM webhook_sends s WHERE s.message_id = m.id AND s.state = 'waiting')",
        (KEEP_DAYS,),
    ).rowcount
