"""Chunks: the pieces of knowledge that are found, each with the place it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pgvector import SparseVector
from psycopg.rows import class_row

from db import terms
from db.boxes import box_or_none
from db.pool import Connection

DIMENSIONS = 1_000_000_000
"""Term ids are 1 to DIMENSIONS, the most a sparsevec takes; 0 is left free for db.terms.ALL."""


@dataclass(frozen=True)
class NewChunk:
    """A piece of text with its place and its BM25 weights by term id."""

    ordinal: int
    text: str
    tokens: int
    weights: Mapping[int, float]
    page: int | None = None
    sheet: str | None = None
    cell_range: str | None = None
    bbox: Sequence[float] | None = None
    heading_path: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class ChunkRow:
    """A stored chunk as it is shown."""

    id: int
    ordinal: int
    text: str
    page: int | None
    sheet: str | None
    cell_range: str | None
    bbox: list[float] | None
    heading_path: list[str]


@dataclass(frozen=True)
class Passage:
    """A chunk that has no vector of some version yet."""

    id: int
    text: str
    heading_path: list[str]
    title: str | None


def add(connection: Connection, document_id: UUID, new: Sequence[NewChunk]) -> None:
    """Store chunks of a document, taking workspace, product, liver and time from it, and count their terms."""
    if not new:
        return
    row = connection.execute("SELECT workspace_id FROM documents WHERE id = %s", (document_id,)).fetchone()
    assert row is not None
    connection.cursor().executemany(
        "INSERT INTO chunks (workspace_id, document_id, kind, product, liver, occurred_at, ordinal, text, tokens, page, sheet, "
        "cell_range, bbox, heading_path, terms, weights) "
        "SELECT workspace_id, id, kind, product, liver, occurred_at, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s "
        "FROM documents WHERE id = %s",
        [(*_columns(chunk), document_id) for chunk in new],
    )
    terms.count(connection, row[0], [list(chunk.weights) for chunk in new])


def rewrite(connection: Connection, document_id: UUID, chunk: NewChunk) -> None:
    """Change what a chunk says; its vector stays, because where it stands says more of its meaning than a number."""
    row = connection.execute(
        "SELECT workspace_id, terms FROM chunks WHERE document_id = %s AND ordinal = %s FOR UPDATE",
        (document_id, chunk.ordinal),
    ).fetchone()
    if row is None:
        return
    connection.execute(
        "UPDATE chunks SET text = %s, tokens = %s, terms = %s, weights = %s WHERE document_id = %s AND ordinal = %s",
        (chunk.text, chunk.tokens, sorted(chunk.weights), sparse(chunk.weights), document_id, chunk.ordinal),
    )
    terms.recount(connection, row[0], row[1], list(chunk.weights))


def _columns(chunk: NewChunk) -> tuple[object, ...]:
    return (
        chunk.ordinal, chunk.text, chunk.tokens, chunk.page, chunk.sheet, chunk.cell_range,
        box_or_none(chunk.bbox), list(chunk.heading_path), sorted(chunk.weights), sparse(chunk.weights),
    )  # fmt: skip


def sparse(weights: Mapping[int, float]) -> SparseVector:
    """Make the sparsevec of term weights."""
    return SparseVector({term - 1: weight for term, weight in weights.items()}, DIMENSIONS)


def of_document(connection: Connection, document_id: UUID, limit: int = 500, after: int = -1) -> list[ChunkRow]:
    """Read the chunks of a document in their order, those after ordinal `after`."""
    cursor = connection.cursor(row_factory=class_row(ChunkRow))
    return cursor.execute(
        "SELECT id, ordinal, text, page, sheet, cell_range, bbox, heading_path FROM chunks "
        "WHERE document_id = %s AND ordinal > %s ORDER BY ordinal LIMIT %s",
        (document_id, after, limit),
    ).fetchall()


def get(connection: Connection, chunk_id: int) -> ChunkRow | None:
    """Read one chunk."""
    cursor = connection.cursor(row_factory=class_row(ChunkRow))
    return cursor.execute(
        "SELECT id, ordinal, text, page, sheet, cell_range, bbox, heading_path FROM chunks WHERE id = %s", (chunk_id,)
    ).fetchone()


_MISSING = (
    "FROM chunks c JOIN documents d ON d.id = c.document_id "
    "WHERE NOT EXISTS (SELECT FROM vectors v WHERE v.version_id = %(version)s AND v.chunk_id = c.id) "
    "AND (%(document)s::uuid IS NULL OR c.document_id = %(document)s) "
)


def without_vector(
    connection: Connection, version: int, after: int, limit: int, *, document: UUID | None = None
) -> list[Passage]:
    """Read chunks that the embedding version does not hold yet, from id `after` on: of a document or of all."""
    cursor = connection.cursor(row_factory=class_row(Passage))
    return cursor.execute(
        "SELECT c.id, c.text, c.heading_path, d.title "
        + _MISSING
        + "AND c.id > %(after)s ORDER BY c.id LIMIT %(limit)s",
        {"version": version, "document": document, "after": after, "limit": limit},
    ).fetchall()


def count_without_vector(connection: Connection, version: int, document: UUID | None) -> int:
    """Count the chunks that the embedding version does not hold yet: of a document or of all."""
    row = connection.execute("SELECT count(*) " + _MISSING, {"version": version, "document": document}).fetchone()
    return int(row[0]) if row else 0
