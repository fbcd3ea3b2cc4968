"""API keys: 256 random bits each, kept as a SHA-256 hash only, so that a stolen database opens nothing."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

from db.pool import Connection

ROLES = ("admin", "editor", "viewer", "partner")


@dataclass(frozen=True)
class ApiKey:
    """Who a key speaks for."""

    id: UUID
    workspace_id: str
    name: str
    role: str


def new_secret() -> str:
    """Make a key; it is shown once and can't be read back."""
    return "sk_" + secrets.token_urlsafe(32)


def add(connection: Connection, workspace: str, name: str, role: str, secret: str) -> bool:
    """Store the hash of a key (engine connection); False when this very key exists."""
    cursor = connection.execute(
        "INSERT INTO api_keys (workspace_id, name, role, key_hash) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (workspace, name, role, _hash(secret)),
    )
    return cursor.rowcount == 1


def ensure(connection: Connection, workspace: str, name: str, role: str, secret: str) -> None:
    """Make this key the only living one of its name (engine connection)."""
    connection.execute(
        "UPDATE api_keys SET revoked_at = now() WHERE name = %s AND key_hash <> %s AND revoked_at IS NULL",
        (name, _hash(secret)),
    )
    connection.execute(
        "INSERT INTO api_keys (workspace_id, name, role, key_hash) VALUES (%s, %s, %s, %s) ON CONFLICT (key_hash) "
        "DO UPDATE SET workspace_id = excluded.workspace_id, name = excluded.name, role = excluded.role, revoked_at = NULL",
        (workspace, name, role, _hash(secret)),
    )


def find(connection: Connection, secret: str) -> ApiKey | None:
    """Find the living key that matches (engine connection)."""
    cursor = connection.cursor(row_factory=class_row(ApiKey))
    return cursor.execute(
        "SELECT id, workspace_id, name, role FROM api_keys WHERE key_hash = %s AND revoked_at IS NULL",
        (_hash(secret),),
    ).fetchone()


def revoke(connection: Connection, key_id: UUID) -> bool:
    """End a key (engine connection); False when there was none alive."""
    cursor = connection.execute(
        "UPDATE api_keys SET revoked_at = now() WHERE id = %s AND revoked_at IS NULL", (key_id,)
    )
    return cursor.rowcount == 1


def listing(connection: Connection) -> list[tuple[UUID, str, str, str]]:
    """List living keys as (id, workspace, name, role), oldest first (engine connection)."""
    return connection.execute(
        "SELECT id, workspace_id, name, role FROM api_keys WHERE revoked_at IS NULL ORDER BY created_at"
    ).fetchall()


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
