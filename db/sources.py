"""Sources: who may send signed messages into a workspace, and how they sign."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from db.errors import NotFound
from db.pool import Connection

SCHEMES = ("standard", "timestamped", "github", "shopify", "tiktok_shop")


@dataclass(frozen=True)
class Source:
    """A sender; `app_id` is the app key that TikTok Shop signs along."""

    id: UUID
    workspace_id: str
    name: str
    scheme: str
    app_id: str | None
    created_at: datetime


_SELECT = "SELECT id, workspace_id, name, scheme, app_id, created_at FROM webhook_sources WHERE removed_at IS NULL "


def add(connection: Connection, source: Source) -> bool:
    """Store a source; False when its name is taken."""
    return bool(
        connection.execute(
            "INSERT INTO webhook_sources (id, workspace_id, name, scheme, app_id) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            (source.id, source.workspace_id, source.name, source.scheme, source.app_id),
        ).rowcount
    )


def get(connection: Connection, source_id: UUID) -> Source:
    """Read a source; raise NotFound."""
    cursor = connection.cursor(row_factory=class_row(Source))
    row = cursor.execute(_SELECT + "AND id = %s", (source_id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no source {source_id}.")
    return row


def listing(connection: Connection) -> list[Source]:
    """List the sources of a workspace by name, or those of all workspaces (engine connection)."""
    cursor = connection.cursor(row_factory=class_row(Source))
    return cursor.execute(_SELECT + "ORDER BY name, id").fetchall()


def of_scheme(connection: Connection, scheme: str, limit: int) -> list[Source]:
    """List sources that sign in this way, over all workspaces (engine connection)."""
    cursor = connection.cursor(row_factory=class_row(Source))
    return cursor.execute(_SELECT + "AND scheme = %s ORDER BY created_at LIMIT %s", (scheme, limit)).fetchall()


def remove(connection: Connection, source_id: UUID) -> None:
    """Accept nothing more from a source; what it sent stays. Raise NotFound."""
    get(connection, source_id)
    connection.execute("UPDATE webhook_sources SET removed_at = now() WHERE id = %s", (source_id,))
