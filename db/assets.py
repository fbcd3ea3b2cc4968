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
