"""Snapshots as the API shows them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ops.snapshots import Snapshot
from web.shapes.texts import Name


class SnapshotShape(BaseModel):
    """The whole state as it was at one moment."""

    id: str
    status: Literal["wanted", "running", "ready", "failed", "restoring"]
    automatic: bool
    bytes: int
    blobs: int
    counts: dict[str, int] | None = Field(description="Rows of each table.")
    error: str | None
    created_at: datetime
    verified_at: datetime | None
    restored_at: datetime | None


class SnapshotAnswer(BaseModel):
    """One snapshot."""

    snapshot: SnapshotShape


class SnapshotList(BaseModel):
    """Snapshots, newest first."""

    items: list[SnapshotShape]


class RestoreBody(BaseModel):
    """What is to be put back; the id again, because everything that came later is lost by it."""

    model_config = ConfigDict(extra="forbid")

    confirm: Name


def snapshot_shape(snapshot: Snapshot) -> SnapshotShape:
    """Show a snapshot."""
    return SnapshotShape.model_validate(vars(snapshot))
