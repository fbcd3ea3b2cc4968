"""The files of an analysis: each becomes an asset with a job of its own, or is kept until there is a kind for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import db
from db import assets, jobs
from db.analysis_files import SCREENSHOT, VIDEO
from db.assets import Asset
from db.blobs import Blob, blobs
from db.jobs import NewJob
from extractors.media_type import detect

KIND_OF = {SCREENSHOT: ("screenshot",), VIDEO: ("video", "recording")}
"""The kinds that work on a file of an analysis, the first that the platform has."""


def asset_of(blob: Blob, filename: str) -> Asset:
    """Describe stored bytes under the name they came with."""
    from ingesters.intake import readable_name  # intake knows all kinds, this is part of one

    name = readable_name(filename)
    with blobs().sample(blob.key) as path:
        media_type = detect(path, name)
    return Asset(uuid4(), blob.sha256, blob.bytes, name, media_type, blob.key)


@dataclass(frozen=True)
class Child:
    """A file with its role, what is said of its stream, and the queue of its job (None: the kind's own)."""

    asset: Asset
    role: str
    metadata: Mapping[str, Any]
    queue: str | None = None


def keep(connection: db.Connection, workspace: str, child: Child) -> tuple[UUID, UUID | None]:
    """Store an asset and start its job, or find the one that does the same work; give the ids of both."""
    new, asset = _job(child), child.asset
    same = jobs.by_fingerprint(connection, new.fingerprint) if new else None
    if same is not None and same.asset is not None:
        return same.asset.id, same.id
    assets.add(connection, workspace, asset)
    if new is None:
        return asset.id, None
    if not jobs.add(connection, workspace, new, asset.id):
        assets.remove(connection, asset.id)
        same = jobs.by_fingerprint(connection, new.fingerprint)
        assert same is not None
        assert same.asset is not None
        return same.asset.id, same.id
    return asset.id, new.id


def _job(child: Child) -> NewJob | None:
    from ingesters.intake import fingerprint  # intake knows all kinds, this is part of one
    from ingesters.kinds import KINDS

    name = next((name for name in KIND_OF[child.role] if name in KINDS), None)
    if name is None:
        return None
    mark = fingerprint(name, child.asset.sha256, child.metadata)
    return NewJob(uuid4(), name, child.queue or KINDS[name].queue, mark, child.metadata)
