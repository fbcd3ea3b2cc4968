"""Assets: a file as somebody sent it, under the name they gave it. The bytes are a blob, shared by equal assets."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.pool import Connection


@dataclass(frozen=True)
class Asset:
    """An original: what it was called, what it holds, where its bytes are."""

    id: UUID
    sha256: str
    bytes: int
    filename: str
    media_type: str
    blob_key: str
    created_at: datetime | None = None


def remove(connection: Connection, asset_id: UUID) -> None:
    """Delete an asset that nothing names."""
    connection.execute("DELETE FROM assets WHERE id = %s", (asset_id,))


def add(connection: Connection, workspace: str, asset: Asset) -> None:
    """Store an asset."""
    connection.execute(
        "INSERT INTO assets (id, workspace_id, sha256, bytes, filename, media_type, blob_key) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (asset.id, workspace, asset.sha256, asset.bytes, asset.filename, asset.media_type, asset.blob_key),
    )


def blob_of(connection: Connection, sha256: str, size: int) -> str | None:
    """Give the key of bytes that this workspace has sent before; what others have sent it can't know."""
    row = connection.execute(
        "SELECT blob_key FROM assets WHERE sha256 = %s AND bytes = %s LIMIT 1", (sha256, size)
    ).fetchone()
    return row[0] if row else None


def has_size(connection: Connection, size: int) -> bool:
    """Tell whether this workspace has an original of exactly this size."""
    row = connection.execute("SELECT EXISTS (SELECT FROM assets WHERE bytes = %s)", (size,)).fetchone()
    return bool(row and row[0])


def kept_bytes(connection: Connection) -> int:
    """Count the bytes of this workspace's originals, equal ones once."""
    row = connection.execute(
        "SELECT coalesce(sum(bytes), 0)::bigint FROM (SELECT DISTINCT ON (sha256) bytes FROM assets) a"
    ).fetchone()
    return int(row[0]) if row else 0
