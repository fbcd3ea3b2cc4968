"""Workspaces: the sealed rooms everything belongs to."""

from db.pool import Connection

DEFAULT = "default"


def ensure(connection: Connection, name: str) -> None:
    """Make the workspace if it does not exist (engine connection)."""
    connection.execute("INSERT INTO workspaces (id) VALUES (%s) ON CONFLICT DO NOTHING", (name,))


def names(connection: Connection) -> list[str]:
    """List all workspaces (engine connection)."""
    return [row[0] for row in connection.execute("SELECT id FROM workspaces ORDER BY id")]
