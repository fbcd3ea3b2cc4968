"""Pages of a document: text, size and picture of each page, slide or sheet, and the tables found there."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from db.errors import NotFound
from db.pool import Connection


@dataclass(frozen=True)
class PageRow:
    """One page. Width and height are in the units of the boxes on it; None where a page has no shape."""

    number: int
    label: str | None
    width: float | None
    height: float | None
    text: str
    image_key: str | None
    needs_ocr: bool


@dataclass(frozen=True)
class TableRow:
    """One table: `rows` as text, with the place it stands in."""

    page: int
    ordinal: int
    sheet: str | None
    cell_range: str | None
    bbox: list[float] | None
    rows: list[list[str]]


def add(connection: Connection, workspace: str, document_id: UUID, pages: Sequence[PageRow]) -> None:
    """Store pages."""
    connection.cursor().executemany(
        "INSERT INTO pages (document_id, workspace_id, number, label, width, height, text, image_key, needs_ocr) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (document_id, workspace, p.number, p.label, p.width, p.height, p.text, p.image_key, p.needs_ocr)
            for p in pages
        ],
    )


def add_tables(connection: Connection, workspace: str, document_id: UUID, tables: Sequence[TableRow]) -> None:
    """Store tables."""
    connection.cursor().executemany(
        "INSERT INTO document_tables (document_id, workspace_id, page, ordinal, sheet, cell_range, bbox, rows) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [(document_id, workspace, t.page, t.ordinal, t.sheet, t.cell_range, t.bbox, Jsonb(t.rows)) for t in tables],
    )


COLUMNS = "number, label, width, height, text, image_key, needs_ocr"


def of_document(connection: Connection, document_id: UUID, first: int = 1, count: int = 50) -> list[PageRow]:
    """Read `count` pages from page `first` on."""
    cursor = connection.cursor(row_factory=class_row(PageRow))
    return cursor.execute(
        f"SELECT {COLUMNS} FROM pages WHERE document_id = %s AND number >= %s ORDER BY number LIMIT %s",
        (document_id, first, count),
    ).fetchall()


def get(connection: Connection, document_id: UUID, number: int) -> PageRow:
    """Read one page; raise NotFound."""
    cursor = connection.cursor(row_factory=class_row(PageRow))
    row = cursor.execute(
        f"SELECT {COLUMNS} FROM pages WHERE document_id = %s AND number = %s", (document_id, number)
    ).fetchone()
    if row is None:
        raise NotFound(f"Document {document_id} has no page {number}.")
    return row


def tables(connection: Connection, document_id: UUID, limit: int = 200) -> list[TableRow]:
    """Read the tables of a document in their order."""
    cursor = connection.cursor(row_factory=class_row(TableRow))
    return cursor.execute(
        "SELECT page, ordinal, sheet, cell_range, bbox, rows FROM document_tables WHERE document_id = %s "
        "ORDER BY page, ordinal LIMIT %s",
        (document_id, limit),
    ).fetchall()
