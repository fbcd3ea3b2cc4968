"""Endpoints: addresses that a workspace wants its events sent to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from db.errors import NotFound
from db.pool import Connection

BY_HAND, FAILING, GONE = "by_hand", "failing", "gone"


@dataclass(frozen=True)
class NewEndpoint:
    """An address, the events it wants (`*` is all), and what people call it."""

    id: UUID
    url: str
    events: Sequence[str]
    description: str = ""


@dataclass(frozen=True)
class Endpoint:
    """A stored endpoint; `failing_since` is when its failures began, None while all goes well."""

    id: UUID
    workspace_id: str
    url: str
    description: str
    events: list[str]
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: str | None


_SELECT = (
    "SELECT id, workspace_id, url, description, events, created_at, failing_since, disabled_at, disabled_reason "
    "FROM webhook_endpoints "
)


def add(connection: Connection, workspace: str, new: NewEndpoint) -> None:
    """Store an endpoint."""
    connection.execute(
        "INSERT INTO webhook_endpoints (id, workspace_id, url, description, events) VALUES (%s, %s, %s, %s, %s)",
        (new.id, workspace, new.url, new.description, list(new.events)),
    )


def change(connection: Connection, changed: NewEndpoint) -> None:
    """Give an endpoint another address, description or choice of events."""
    connection.execute(
        "UPDATE webhook_endpoints SET url = %s, description = %s, events = %s WHERE id = %s",
        (changed.url, changed.description, list(changed.events), changed.id),
    )


def get(connection: Connection, endpoint_id: UUID) -> Endpoint:
    """Read an endpoint; raise NotFound."""
    cursor = connection.cursor(row_factory=class_row(Endpoint))
    row = cursor.execute(_SELECT + "WHERE id = %s", (endpoint_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no endpoint {endpoint_id}.")
    return row


def listing(connection: Connection) -> list[Endpoint]:
    """List a workspace's endpoints, newest first."""
    cursor = connection.cursor(row_factory=class_row(Endpoint))
    return cursor.execute(_SELECT + "ORDER BY created_at DESC, id DESC").fetchall()


def disable(connection: Connection, endpoint_id: UUID, reason: str) -> bool:
    """Send nothing more for now; False when nothing was sent already."""
    return bool(
        connection.execute(
            "UPDATE webhook_endpoints SET disabled_at = now(), disabled_reason = %s WHERE id = %s AND disabled_at IS NULL",
            (reason, endpoint_id),
        ).rowcount
    )


def enable(connection: Connection, endpoint_id: UUID) -> None:
    """Send again, also what has waited meanwhile."""
    connection.execute(
        "UPDATE webhook_endpoints SET disabled_at = NULL, disabled_reason = NULL, failing_since = NULL WHERE id = %s",
        (endpoint_id,),
    )


def remove(connection: Connection, endpoint_id: UUID) -> None:
    """Delete an endpoint with its log."""
    connection.execute("DELETE FROM webhook_secrets WHERE owner_id = %s", (endpoint_id,))
    connection.execute("DELETE FROM webhook_endpoints WHERE id = %s", (endpoint_id,))


def went(connection: Connection, endpoint_id: UUID, *, well: bool) -> None:
    """Note how the last try went (engine connection)."""
    connection.execute(
        "UPDATE webhook_endpoints SET failing_since = CASE WHEN %s THEN NULL ELSE coalesce(failing_since, now()) END "
        "WHERE id = %s",
        (well, endpoint_id),
    )


def has_failed_for(connection: Connection, endpoint_id: UUID, days: float) -> bool:
    """Tell whether nothing has got through for so many days (engine connection)."""
    row = connection.execute(
        "SELECT failing_since < now() - make_interval(secs => %s) FROM webhook_endpoints WHERE id = %s",
        (days * 86400, endpoint_id),
    ).fetchone()
    return bool(row and row[0])
