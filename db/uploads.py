"""Uploads: big files on their way. Their bytes so far are in the blob store, which alone knows how many they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from db.errors import NotFound
from db.pool import Connection


@dataclass(frozen=True)
class NewUpload:
    """A file that somebody wants to send. `sha256` is what the sender says; it is checked at the end."""

    id: UUID
    filename: str
    bytes: int
    sha256: str | None
    kind: str
    metadata: Mapping[str, Any]
    by_kind: str
    by_id: UUID


@dataclass(frozen=True)
class Upload:
    """A file on its way; `taken_sha256` is what was found when all bytes were here."""

    id: UUID
    workspace_id: str
    filename: str
    bytes: int
    sha256: str | None
    kind: str
    metadata: dict[str, Any]
    status: str
    taken_sha256: str | None
    job_id: UUID | None
    error_code: str | None
    error_ja: str | None
    error_en: str | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Load:
    """What a workspace expects: bytes and number of its open uploads."""

    expected: int
    open: int


_FIELDS = (
    "id, workspace_id, filename, bytes, sha256, kind, metadata, status, taken_sha256, job_id, "
    "error_code, error_ja, error_en, created_at, expires_at"
)


def lock(connection: Connection, workspace: str) -> None:
    """Let the transactions that add an upload to this workspace follow one another, so that each sees the load."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('uploads ' || %s, 0))", (workspace,))


def load(connection: Connection) -> Load:
    """Count what this workspace expects."""
    cursor = connection.cursor(row_factory=class_row(Load))
    found = cursor.execute(
        "SELECT coalesce(sum(bytes), 0)::bigint AS expected, count(*) AS open "
        "FROM uploads WHERE status = 'open' AND expires_at > now()"
    ).fetchone()
    assert found is not None
    return found


def add(connection: Connection, workspace: str, new: NewUpload, hours: int) -> None:
    """Store an upload that may be gone on with for `hours`."""
    connection.execute(
        "INSERT INTO uploads (id, workspace_id, filename, bytes, sha256, kind, metadata, by_kind, by_id, expires_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, now() + make_interval(hours => %s))",
        (new.id, workspace, new.filename, new.bytes, new.sha256, new.kind, Jsonb(dict(new.metadata)),
         new.by_kind, new.by_id, hours),
    )  # fmt: skip


def get(connection: Connection, upload_id: UUID) -> Upload:
    """Read an upload that has not expired; raise NotFound."""
    cursor = connection.cursor(row_factory=class_row(Upload))
    found = cursor.execute(
        f"SELECT {_FIELDS} FROM uploads WHERE id = %s AND (status <> 'open' OR expires_at > now())", (upload_id,)
    ).fetchone()
    if found is None:
        raise NotFound(f"There is no upload {upload_id}.")
    return found


def unfinished(connection: Connection, limit: int) -> list[Upload]:
    """List the open uploads of this workspace, newest first."""
    cursor = connection.cursor(row_factory=class_row(Upload))
    return cursor.execute(
        f"SELECT {_FIELDS} FROM uploads WHERE status = 'open' AND expires_at > now() "
        "ORDER BY created_at DESC, id DESC LIMIT %s",
        (limit,),
    ).fetchall()


def prolong(connection: Connection, upload_id: UUID, hours: int) -> datetime:
    """Keep an open upload for `hours` from now; give the new end. Raise NotFound."""
    row = connection.execute(
        "UPDATE uploads SET expires_at = now() + make_interval(hours => %s) WHERE id = %s AND status = 'open' "
        "RETURNING expires_at",
        (hours, upload_id),
    ).fetchone()
    if row is None:
        raise NotFound(f"There is no open upload {upload_id}.")
    expires: datetime = row[0]
    return expires


def announce(connection: Connection, upload_id: UUID, sha256: str) -> None:
    """Note what the sender says the hash is."""
    connection.execute("UPDATE uploads SET sha256 = %s WHERE id = %s AND status = 'open'", (sha256, upload_id))


def taken(connection: Connection, upload_id: UUID, sha256: str) -> None:
    """Note the hash of the bytes, before they become a blob: from then on the blob's name is known."""
    connection.execute("UPDATE uploads SET taken_sha256 = %s WHERE id = %s", (sha256, upload_id))


def succeed(connection: Connection, upload_id: UUID, job_id: UUID) -> None:
    """Note the job that an upload has ended in."""
    connection.execute(
        "UPDATE uploads SET status = 'succeeded', job_id = %s, error_code = NULL, error_ja = NULL, error_en = NULL "
        "WHERE id = %s",
        (job_id, upload_id),
    )


def fail(connection: Connection, upload_id: UUID, code: str, ja: str, en: str) -> None:
    """Note why an upload came to nothing."""
    connection.execute(
        "UPDATE uploads SET status = 'failed', error_code = %s, error_ja = %s, error_en = %s "
        "WHERE id = %s AND status = 'open'",
        (code, ja, en, upload_id),
    )


def remove(connection: Connection, upload_id: UUID) -> None:
    """Forget an upload; the job it ended in stays."""
    connection.execute("DELETE FROM uploads WHERE id = %s", (upload_id,))


def expired(connection: Connection, limit: int) -> list[UUID]:
    """Name uploads of all workspaces whose time is over, ended ones as well (engine connection)."""
    rows = connection.execute("SELECT id FROM uploads WHERE expires_at < now() LIMIT %s", (limit,))
    return [row[0] for row in rows]
