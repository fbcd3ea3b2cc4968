"""Put a large corpus straight into the tables, as many jobs would have done, and build the indexes after it."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector

import db
from bench.corpus import Corpus
from db import versions, workspaces
from db.chunks import sparse
from db.versions import Version
from retrieval.terms import document_weights

CHUNKS_A_DOCUMENT = 10
SHARES = {"tenth of a percent": 0.001, "one percent": 0.01, "ten percent": 0.1}
"""Products and livers of these names have this share of the chunks; the rest belongs to products of 2 % each."""


@dataclass(frozen=True)
class Filed:
    """A document of the corpus: every tenth of a percent has its product."""

    id: UUID
    product: str
    liver: str


def fill(workspace: str, corpus: Corpus, model: str) -> Version:
    """Store the corpus in a workspace and give the embedding version that holds its vectors."""
    with db.engine() as connection:
        workspaces.ensure(connection, workspace)
    with db.owner() as connection:
        version = versions.add(connection, model, corpus.vectors.shape[1])
    filed = _documents(len(corpus.texts))
    with db.owner() as connection:
        without_indexes(connection, lambda: _copy(connection, workspace, filed, corpus, version))
    return version


def without_indexes(connection: db.Connection, load: Callable[[], None]) -> None:
    """Load with the two big indexes away: building them after is many times faster."""
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef ~ 'USING (hnsw|gin)' AND schemaname = 'public'"
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    load()
    connection.execute("SET maintenance_work_mem = '1GB'")
    for _, definition in found:
        connection.execute(definition)
    connection.execute("VACUUM ANALYZE chunks, vectors, documents, term_counts")


def _documents(chunks: int) -> list[Filed]:
    names = []
    for share_of in (0, 1):
        dice = np.random.default_rng(share_of)
        rest = 1 - sum(SHARES.values())
        names.append(
            dice.choice(
                [*SHARES, *(f"other {number}" for number in range(44))],
                size=-(-chunks // CHUNKS_A_DOCUMENT),
                p=[*SHARES.values(), *([rest / 44] * 44)],
            )
        )
    return [Filed(uuid4(), str(product), str(liver)) for product, liver in zip(*names, strict=True)]


def _copy(connection: db.Connection, workspace: str, filed: Sequence[Filed], corpus: Corpus, version: Version) -> None:
    _copy_rows(connection, _ASSETS, ((d.id, workspace) for d in filed))
    _copy_rows(connection, _JOBS, ((d.id, workspace, d.id, str(d.id)) for d in filed))
    _copy_rows(connection, _DOCUMENTS, ((d.id, workspace, d.id, d.id, d.product, d.liver) for d in filed))
    order = np.random.default_rng(1).permutation(len(corpus.texts))
    texts = [corpus.texts[number] for number in order]
    terms: list[NDArray[np.int32]] = []
    _copy_rows(connection, _CHUNKS, _chunks(workspace, filed, texts, terms))
    _copy_rows(connection, _VECTORS, _vectors(workspace, filed, corpus.vectors[order], version))
    found, counts = np.unique(np.concatenate(terms), return_counts=True)
    rows = [(0, len(texts)), *zip(found.tolist(), counts.tolist(), strict=True)]
    _copy_rows(connection, _COUNTS, ((workspace, term, count) for term, count in rows))
    connection.execute("SELECT setval(pg_get_serial_sequence('chunks', 'id'), %s)", (len(texts) + 1,))


_ASSETS = "assets (id, workspace_id, sha256, bytes, filename, media_type, blob_key)"
_JOBS = "jobs (id, workspace_id, asset_id, fingerprint, kind, queue, status)"
_DOCUMENTS = "documents (id, workspace_id, job_id, asset_id, product, liver, filename, media_type, language)"
_CHUNKS = "chunks (id, workspace_id, document_id, product, liver, ordinal, text, tokens, terms, weights)"
_VECTORS = "vectors (version_id, chunk_id, workspace_id, document_id, kind, product, liver, embedding)"
_COUNTS = "term_counts (workspace_id, term, chunks)"
_MORE: dict[str, tuple[object, ...]] = {
    _ASSETS: ("", 0, "made.txt", "text/plain", ""),
    _JOBS: ("document", "ingest", "succeeded"),
    _DOCUMENTS: ("made.txt", "text/plain", "ja"),
}


def _copy_rows(connection: db.Connection, target: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row((*row, *_MORE.get(target, ())))


def _chunks(
    workspace: str, filed: Sequence[Filed], texts: Sequence[str], terms: list[NDArray[np.int32]]
) -> Iterator[tuple[Any, ...]]:
    with ProcessPoolExecutor(2) as pool:
        for number, weights in enumerate(pool.map(document_weights, texts, chunksize=200)):
            of, ordinal = divmod(number, CHUNKS_A_DOCUMENT)
            document, own = filed[of], sorted(weights)
            terms.append(np.array(own, dtype=np.int32))
            yield (
                number + 1, workspace, document.id, document.product, document.liver, ordinal, texts[number],
                len(texts[number]) // 2, own, sparse(weights).to_text(),
            )  # fmt: skip


def _vectors(
    workspace: str, filed: Sequence[Filed], rows: NDArray[np.float32], version: Version
) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(rows):
        document = filed[number // CHUNKS_A_DOCUMENT]
        yield (
            version.id, number + 1, workspace, document.id, "document", document.product, document.liver,
            HalfVector(row).to_text(),
        )  # fmt: skip
