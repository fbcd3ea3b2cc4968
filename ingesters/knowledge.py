"""Making chunks findable by meaning: each living embedding version gets a vector of each chunk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

import db
from db import chunks, vectors, versions
from db.chunks import Passage
from db.jobs import Job
from db.versions import Version
from ingesters.stages import Part, Tools

BATCH = 32


@dataclass(frozen=True)
class Embedded:
    """The vectors (n, dimension) of n chunks under one version."""

    version: int
    chunk_ids: Sequence[int]
    rows: NDArray[np.float32]


def living_versions(tools: Tools, workspace: str) -> list[Version]:
    """Name the versions that chunks must be embedded for; make the first one if there is none yet."""
    with db.transaction(workspace) as connection:
        known = versions.living(connection)
    if known:
        return known
    embedder = tools.embedder(None, None)
    with db.owner() as connection:
        return [versions.add(connection, embedder.model, embedder.dimension)]


def embed_missing(tools: Tools, workspace: str, version: Version, document: UUID | None) -> Iterator[Part]:
    """Embed the chunks that a version does not hold yet: those of a document, or of the whole workspace."""
    with db.transaction(workspace) as connection:
        total = chunks.count_without_vector(connection, version.id, document)
    done = last = 0
    while passages := _next(workspace, version, last, document):
        done, last = done + len(passages), passages[-1].id
        yield Part(_embed(tools, version, passages), done / max(total, done))


def save_vectors(connection: db.Connection, _job: Job, value: Embedded) -> Mapping[str, Any]:
    """Store the vectors."""
    vectors.add(connection, value.version, value.chunk_ids, value.rows)
    return {}


def passage_text(passage: Passage) -> str:
    """Say what a chunk is about, in the words the model reads: where it stands, then what it says."""
    above = [part for part in passage.heading_path if part not in passage.text]
    return "\n".join([*above, passage.text])


def _next(workspace: str, version: Version, after: int, document: UUID | None) -> list[Passage]:
    with db.transaction(workspace) as connection:
        return chunks.without_vector(connection, version.id, after, BATCH, document=document)


def _embed(tools: Tools, version: Version, passages: Sequence[Passage]) -> Embedded:
    model = tools.embedder(version.model, version.dimension)
    rows = model.embed_passages([passage_text(passage) for passage in passages])
    return Embedded(version.id, [passage.id for passage in passages], rows)
