"""People who log in with a password (argon2id hash)."""

from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

from db.pool import Connection


@dataclass(frozen=True)
class User:
    """A person with a role in one workspace."""

    id: UUID
    workspace_id: str
    username: str
    password_hash: str
    role: str
    session_version: int


COLUMNS = "id, workspace_id, username, password_hash, role, session_version"


def add(connection: Connection, workspace: str, username: str, password_hash: str, role: str) -> bool:
    """Store a user (engine connection); False when the name is taken."""
    cursor = connection.execute(
        "INSERT INTO users (workspace_id, username, password_hash, role) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (username) DO NOTHING",
        (workspace, username, password_hash, role),
    )
    return cursor.rowcount == 1


def set_password(connection: Connection, username: str, password_hash: str) -> bool:
    """Change a password and end all sessions of that user (engine connection); False when there is no such user."""
    cursor = connection.execute(
        "UPDATE users SET password_hash = %s, session_version = session_version + 1 WHERE username = %s",
        (password_hash, username),
    )
    return cursor.rowcount == 1


def end_sessions(connection: Connection, user_id: UUID) -> None:
    """End all sessions of a user (engine connection)."""
    connection.execute("UPDATE users SET session_version = session_version + 1 WHERE id = %s", (user_id,))


def by_name(connection: Connection, username: str) -> User | None:
    """Find a user at login, before the workspace is known (engine connection)."""
    cursor = connection.cursor(row_factory=class_row(User))
    return cursor.execute(f"SELECT {COLUMNS} FROM users WHERE username = %s", (username,)).fetchone()


def by_id(connection: Connection, user_id: UUID) -> User | None:
    """Find the user of a session (engine connection)."""
    cursor = connection.cursor(row_factory=class_row(User))
    return cursor.execute(f"SELECT {COLUMNS} FROM users WHERE id = %s", (user_id,)).fetchone()


def any_exists(connection: Connection) -> bool:
    """Tell whether anybody can log in yet (engine connection)."""
    row = connection.execute("SELECT EXISTS (SELECT FROM users)").fetchone()
    return bool(row and row[0])
