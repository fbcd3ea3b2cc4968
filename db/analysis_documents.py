"""The documents of analyses with their chunks, many in one go: one job may store a whole batch of them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from psycopg.types.json import Jsonb

from db import documents, terms
from db.chunks import NewChunk, sparse
from db.documents import NewDocument
from db.pool import Connection


def put(connection: Connection, workspace: str, job_id: UUID, new: Sequence[NewDocument]) -> None:
    """Store documents of a job, forgetting what was known under their ids."""
    known = connection.execute(
        "SELECT id FROM documents WHERE id = ANY (%s) ORDER BY id", ([document.id for document in new],)
    ).fetchall()
    for (document_id,) in known:
        documents.forget_content(connection, workspace, document_id)
    connection.cursor().executemany(
        "INSERT INTO documents (id, workspace_id, job_id, asset_id, kind, filename, media_type, title, language, pages, product, "
        "liver, occurred_at, metadata) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (id) DO UPDATE SET job_id = excluded.job_id, asset_id = excluded.asset_id, title = excluded.title, "
        "filename = excluded.filename, language = excluded.language, product = excluded.product, liver = excluded.liver, "
        "occurred_at = excluded.occurred_at, metadata = excluded.metadata, warnings = '[]', ready_at = NULL",
        [
            (one.id, workspace, job_id, one.asset_id, one.kind, one.filename, one.media_type, one.title, one.language,
             one.pages, one.product, one.liver, one.occurred_at, Jsonb(one.metadata))
            for one in new
        ],
    )  # fmt: skip


def add_chunks(
    connection: Connection, workspace: str, new: Sequence[NewDocument], chunks: Mapping[UUID, Sequence[NewChunk]]
) -> None:
    """Store the chunks of documents that were just put, and count their terms together."""
    rows = [
        (workspace, one.id, one.kind, one.product, one.liver, one.occurred_at, chunk.ordinal, chunk.text, chunk.tokens,
         list(chunk.heading_path), sorted(chunk.weights), sparse(chunk.weights))
        for one in new
        for chunk in chunks[one.id]
    ]  # fmt: skip
    if not rows:
        return
    connection.cursor().executemany(
        "INSERT INTO chunks (workspace_id, document_id, kind, product, liver, occurred_at, ordinal, text, tokens, heading_path, "
        "terms, weights) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        rows,
    )
    terms.count(connection, workspace, [list(chunk.weights) for one in new for chunk in chunks[one.id]])


def of_job(connection: Connection, job_id: UUID) -> list[UUID]:
    """Name the documents that a job stores, those that are not searchable by meaning yet."""
    rows = connection.execute(
        "SELECT id FROM documents WHERE job_id = %s AND ready_at IS NULL ORDER BY id", (job_id,)
    ).fetchall()
    return [row[0] for row in rows]


def mark_ready(connection: Connection, job_id: UUID) -> None:
    """Note that all documents of a job can be found."""
    connection.execute("UPDATE documents SET ready_at = now() WHERE job_id = %s AND ready_at IS NULL", (job_id,))


def forget_ready(connection: Connection, job_id: UUID) -> list[UUID]:
    """Note that the documents of a job are no longer searchable by meaning; name them."""
    rows = connection.execute(
        "UPDATE documents SET ready_at = NULL WHERE job_id = %s RETURNING id", (job_id,)
    ).fetchall()
    return [row[0] for row in rows]
