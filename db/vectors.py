"""Vectors of chunks, one for each embedding version."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector

from db.pool import Connection


def forget(connection: Connection, document_id: UUID) -> None:
    """Delete the vectors of a document."""
    connection.execute("DELETE FROM vectors WHERE document_id = %s", (document_id,))


def add(connection: Connection, version_id: int, chunk_ids: Sequence[int], rows: NDArray[np.float32]) -> None:
    """Store the vectors (n, dimension) of n chunks; a chunk deleted meanwhile, or already there, is passed over."""
    connection.cursor().executemany(
        "INSERT INTO vectors (version_id, chunk_id, workspace_id, document_id, kind, product, liver, video_id, occurred_at, "
        "embedding) SELECT %s, id, workspace_id, document_id, kind, product, liver, video_id, occurred_at, %s "
        "FROM chunks WHERE id = %s ON CONFLICT DO NOTHING",
        [(version_id, HalfVector(row), chunk_id) for chunk_id, row in zip(chunk_ids, rows, strict=True)],
    )
