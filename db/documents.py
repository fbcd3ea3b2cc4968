"""Documents: what a file turned out to be. Its pages are in db.pages, its searchable pieces in db.chunks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from db import terms
from db.assets import Asset
from db.errors import NotFound
from db.pool import Connection

KIND = "document"
"""Rows of other kinds, such as screenshots, share the table with its chunks; their own files in db read them."""


@dataclass(frozen=True)
class NewDocument:
    """A document as its extraction begins; its id is the job's, so a retry meets the same row."""

    id: UUID
    asset_id: UUID
    filename: str
    media_type: str
    title: str | None
    language: str | None
    pages: int
    product: str | None = None
    liver: str | None = None
    occurred_at: datetime | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    kind: str = KIND


@dataclass(frozen=True)
class Document:
    """A stored document. `ready_at` is None until everything of it can be found by meaning, too."""

    id: UUID
    workspace_id: str
    job_id: UUID
    asset_id: UUID
    kind: str
    filename: str
    title: str | None
    media_type: str
    language: str | None
    pages: int
    product: str | None
    liver: str | None
    occurred_at: datetime | None
    metadata: dict[str, Any]
    warnings: list[dict[str, str]]
    created_at: datetime
    ready_at: datetime | None
    blob_key: str
    bytes: int


SELECT = (
    "SELECT d.id, d.workspace_id, d.job_id, d.asset_id, d.kind, d.filename, d.title, d.media_type, d.language, d.pages, "
    "d.product, d.liver, d.occurred_at, d.metadata, d.warnings, d.created_at, d.ready_at, a.blob_key, a.bytes "
    "FROM documents d JOIN assets a ON a.id = d.asset_id "
)


def begin(connection: Connection, workspace: str, new: NewDocument) -> None:
    """Store a document and forget what an earlier try had read of it."""
    forget_content(connection, workspace, new.id)
    connection.execute(
        "INSERT INTO documents (id, workspace_id, job_id, asset_id, kind, filename, media_type, title, language, pages, product, "
        "liver, occurred_at, metadata) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (id) DO UPDATE SET media_type = excluded.media_type, title = excluded.title, "
        "language = excluded.language, pages = excluded.pages, warnings = '[]', ready_at = NULL",
        (new.id, workspace, new.id, new.asset_id, new.kind, new.filename, new.media_type, new.title, new.language,
         new.pages, new.product, new.liver, new.occurred_at, Jsonb(new.metadata)),
    )  # fmt: skip


def forget_content(connection: Connection, workspace: str, document_id: UUID) -> None:
    """Delete what was read of a document: pages, tables, chunks with their terms and vectors."""
    terms.uncount(connection, workspace, document_id)
    for table in ("chunks", "document_tables", "pages"):
        connection.execute(f"DELETE FROM {table} WHERE document_id = %s", (document_id,))


def add_warnings(connection: Connection, document_id: UUID, warnings: Sequence[dict[str, str]]) -> None:
    """Note what could not be read in full."""
    connection.execute(
        "UPDATE documents SET warnings = warnings || %s WHERE id = %s", (Jsonb(list(warnings)), document_id)
    )


def mark_ready(connection: Connection, document_id: UUID) -> None:
    """Note that all of a document can be found."""
    connection.execute("UPDATE documents SET ready_at = now() WHERE id = %s", (document_id,))


def get(connection: Connection, document_id: UUID) -> Document:
    """Read a document; raise NotFound."""
    cursor = connection.cursor(row_factory=class_row(Document))
    row = cursor.execute(SELECT + "WHERE d.id = %s AND d.kind = %s", (document_id, KIND)).fetchone()
    if row is None:
        raise NotFound(f"There is no document {document_id}.")
    return row


def twin(connection: Connection, asset: Asset, own_id: UUID) -> Document | None:
    """Find a ready document of the same bytes, whose reading can be shared with a document not begun yet."""
    cursor = connection.cursor(row_factory=class_row(Document))
    return cursor.execute(
        SELECT + "WHERE d.kind = %s AND a.sha256 = %s AND a.media_type = %s AND d.ready_at IS NOT NULL "
        "AND NOT EXISTS (SELECT FROM documents WHERE id = %s) ORDER BY d.ready_at LIMIT 1",
        (KIND, asset.sha256, asset.media_type, own_id),
    ).fetchone()


def keep_ready(connection: Connection, document_id: UUID) -> bool:
    """Keep a document as it is until this transaction ends; False when it is no longer ready."""
    row = connection.execute(
        "SELECT 1 FROM documents WHERE id = %s AND ready_at IS NOT NULL FOR SHARE", (document_id,)
    ).fetchone()
    return row is not None


def listing(connection: Connection, limit: int, *, before: tuple[datetime, UUID] | None = None) -> list[Document]:
    """List documents, newest first; `before` is the (created_at, id) of the last one already shown."""
    at, document_id = before or (None, None)
    cursor = connection.cursor(row_factory=class_row(Document))
    return cursor.execute(
        SELECT
        + "WHERE d.kind = %(kind)s AND (%(at)s::timestamptz IS NULL OR (d.created_at, d.id) < (%(at)s, %(id)s::uuid)) "
        "ORDER BY d.created_at DESC, d.id DESC LIMIT %(limit)s",
        {"kind": KIND, "at": at, "id": document_id, "limit": limit},
    ).fetchall()
