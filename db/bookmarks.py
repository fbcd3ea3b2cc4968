"""Bookmarks: the page at which the reading of a document goes on, and what a reader must know of the pages before."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from psycopg.types.json import Jsonb

from db.pool import Connection


@dataclass(frozen=True)
class Bookmark:
    """The next page, the next chunk, and what reaches over the page's edge: headings, the sheet, running heads."""

    page: int = 1
    ordinal: int = 0
    headings: Sequence[tuple[int, str]] = ()
    sheet: str | None = None
    margins: Sequence[str] = ()


def keep(connection: Connection, document_id: UUID, bookmark: Bookmark) -> None:
    """Move a document's bookmark; call it in the transaction that stores the pages before it."""
    connection.execute("UPDATE documents SET bookmark = %s WHERE id = %s", (Jsonb(asdict(bookmark)), document_id))


def of_document(connection: Connection, document_id: UUID) -> Bookmark | None:
    """Read a document's bookmark; None when its reading has not begun."""
    row = connection.execute("SELECT bookmark FROM documents WHERE id = %s", (document_id,)).fetchone()
    if row is None or row[0] is None:
        return None
    saved = dict(row[0])
    saved["headings"] = [(int(level), str(text)) for level, text in saved["headings"]]
    return Bookmark(**saved)
