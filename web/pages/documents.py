"""Documents: the list, and one document a page at a time with the place that was found."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template, request
from markupsafe import Markup

import db
from db import chunks, pages
from db.chunks import ChunkRow
from db.documents import Document
from db.pages import PageRow, TableRow
from retrieval import highlight
from web.access import caller, requires
from web.contract import checked
from web.documents import page_of_documents, show
from web.pages.words import marked
from web.shapes.documents import summary
from web.shapes.lists import Paging

blueprint = Blueprint("documents", __name__)
SHOWN_TEXT = 60_000
SHOWN_ROWS = 200
SEARCHED_PARTS = 400


@dataclass(frozen=True)
class Place:
    """The page that is shown and the passage that was found on it."""

    page: PageRow | None
    chunk: ChunkRow | None


@blueprint.get("/documents")
@requires("viewer")
def index() -> str:
    """List documents."""
    wanted = {"cursor": request.args["cursor"]} if request.args.get("cursor") else {}
    found, cursor = page_of_documents(checked(lambda: Paging.model_validate({"limit": 30, **wanted})))
    return render_template("documents.html", documents=found, cursor=cursor)


@blueprint.get("/documents/<uuid:document_id>")
@requires("viewer")
def document(document_id: UUID) -> str:
    """Show a page of a document; `chunk` names a passage to point at, `q` words to mark in it."""
    found = show(document_id)
    with db.transaction(caller().workspace) as connection:
        place = _place(connection, found)
        tables = pages.tables(connection, document_id, 1000)
    question = request.args.get("q", "")[:2000]
    return render_template(
        "document.html",
        document=summary(found),
        page=place.page,
        chunk=place.chunk,
        passage=marked(place.chunk.text, highlight.spans(question, place.chunk.text)) if place.chunk else None,
        text=_page_text(place),
        tables=[_cut(table) for table in tables if place.page and table.page == place.page.number],
        question=question,
    )


def _place(connection: db.Connection, document: Document) -> Place:
    chunk = _chunk(connection, document.id, request.args.get("chunk", type=int))
    number = request.args.get("page", type=int) or (chunk.page if chunk else None)
    if number is None and chunk is not None:
        number = _part_with(connection, document.id, chunk)
    found = pages.of_document(connection, document.id, min(max(number or 1, 1), 2**31 - 1), 1)
    return Place(found[0] if found else None, chunk)


def _chunk(connection: db.Connection, document_id: UUID, chunk_id: int | None) -> ChunkRow | None:
    """Find the passage if it belongs to this document."""
    chunk = chunks.get(connection, chunk_id) if chunk_id and 0 < chunk_id < 2**63 else None
    if chunk is None:
        return None
    same = chunks.of_document(connection, document_id, 1, chunk.ordinal - 1)
    return chunk if same and same[0].id == chunk.id else None


def _part_with(connection: db.Connection, document_id: UUID, chunk: ChunkRow) -> int | None:
    """Find the part of a document without pages in which a passage stands."""
    beginning = chunk.text[:80]
    for part in pages.of_document(connection, document_id, 1, SEARCHED_PARTS):
        if (chunk.sheet and part.label == chunk.sheet) or beginning in part.text:
            return part.number
    return None


def _page_text(place: Place) -> Markup | None:
    """Show the page's text, the passage marked where it stands in it word for word."""
    if place.page is None:
        return None
    text = place.page.text
    start = text.find(place.chunk.text) if place.chunk else -1
    if place.chunk is None or start < 0:
        return marked(text[:SHOWN_TEXT], [])
    first = max(0, start - SHOWN_TEXT // 2)
    return marked(text[first : first + SHOWN_TEXT], [(start - first, start - first + len(place.chunk.text))])


def _cut(table: TableRow) -> dict[str, object]:
    return {"table": table, "rows": table.rows[:SHOWN_ROWS], "more": max(0, len(table.rows) - SHOWN_ROWS)}
