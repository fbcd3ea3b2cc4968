"""Webhook secrets: of sources that sign to us and of endpoints that we sign for. Only the engine can read them."""

from datetime import datetime
from uuid import UUID

from db.pool import Connection


def add(connection: Connection, workspace: str, owner: UUID, secret: str) -> None:
    """Give an owner one more secret; the newest one signs."""
    connection.execute(
        "INSERT INTO webhook_secrets (workspace_id, owner_id, secret) VALUES (%s, %s, %s)", (workspace, owner, secret)
    )


def expire_others(connection: Connection, owner: UUID, hours: float) -> None:
    """Let all secrets that the owner has now end in so many hours."""
    connection.execute(
        "UPDATE webhook_secrets SET expires_at = least(expires_at, now() + make_interval(secs => %s)) WHERE owner_id = %s",
        (hours * 3600, owner),
    )


def living(connection: Connection, owner: UUID) -> list[str]:
    """Read the secrets that count, newest first (engine connection)."""
    rows = connection.execute(
        "SELECT secret FROM webhook_secrets WHERE owner_id = %s AND (expires_at IS NULL OR expires_at > now()) "
        "ORDER BY created_at DESC, id",
        (owner,),
    ).fetchall()
    return [row[0] for row in rows]


def ends(connection: Connection, owner: UUID) -> datetime | None:
    """Tell until when an older secret still counts."""
    row = connection.execute(
        "SELECT max(expires_at) FROM webhook_secrets WHERE owner_id = %s AND expires_at > now()", (owner,)
    ).fetchone()
    return row[0] if row else None
