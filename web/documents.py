"""/api/v1/documents: what was read out of files, page by page, and the originals."""

from collections.abc import Iterator
from uuid import UUID

from flask import Response, request
from flask_babel import gettext

import db
from db import chunks, documents, pages
from db.blobs import blobs
from db.documents import Document
from web import originals
from web.access import caller
from web.contract import Api
from web.problems import Problem
from web.shapes.documents import (
    ContentQuery,
    DocumentList,
    DocumentShape,
    DocumentSummary,
    DocumentText,
    PageText,
    shape,
    summary,
)
from web.shapes.lists import Paging, make_cursor

api = Api("documents")
MOST_TABLES = 1000
PAGES_AT_ONCE = 50
LARGEST_PAGE = 2**31 - 1


@api.get("/documents", "viewer", "List documents", {200: DocumentList})
def list_documents(query: Paging) -> DocumentList:
    """List the workspace's documents, newest first."""
    items, cursor = page_of_documents(query)
    return DocumentList(items=items, next_cursor=cursor)


@api.get("/documents/<uuid:document_id>", "viewer", "Read a document", {200: DocumentShape})
def read_document(document_id: UUID, query: ContentQuery) -> DocumentShape:
    """Read a document with its passages and tables; a long one comes in parts."""
    with db.transaction(caller().workspace) as connection:
        document = documents.get(connection, document_id)
        found = chunks.of_document(connection, document_id, query.limit + 1, query.cursor)
        tables = pages.tables(connection, document_id, MOST_TABLES) if query.cursor < 0 else []
    shown = found[: query.limit]
    cursor = str(shown[-1].ordinal) if len(found) > query.limit else None
    return shape(document, shown, tables, cursor)


@api.get("/documents/<uuid:document_id>/text", "viewer", "Read a document's text", {200: "text/plain"}, refusals=(406,))
def read_text(document_id: UUID) -> Response | DocumentText:
    """Read the text by page: plain with a form feed between pages, or as JSON when that is accepted."""
    workspace = caller().workspace
    with db.transaction(workspace) as connection:
        documents.get(connection, document_id)
    wanted = request.accept_mimetypes.best_match(["text/plain", "application/json"])
    if wanted is None and request.accept_mimetypes:
        raise Problem(406)
    if wanted == "application/json":
        return DocumentText(pages=list(_texts(workspace, document_id)))
    found = enumerate(_texts(workspace, document_id))
    texts = (page.text if number == 0 else "\f" + page.text for number, page in found)
    return Response(texts, mimetype="text/plain", headers={"Cache-Control": "no-store"})


@api.get(
    "/documents/<uuid:document_id>/pages/<int:number>/image", "viewer", "Read a page's picture", {200: "image/webp"}
)
def read_page_image(document_id: UUID, number: int) -> Response:
    """Read the picture of a page."""
    return originals.picture(_image_key(document_id, number))


@api.get("/documents/<uuid:document_id>/original", "viewer", "Download the original", {200: "application/octet-stream"})
def download_original(document_id: UUID) -> Response:
    """Download the file as it was sent."""
    document = show(document_id)
    return originals.download(document.blob_key, document.filename, document.bytes)


def show(document_id: UUID) -> Document:
    """Read a document; raise NotFound."""
    with db.transaction(caller().workspace) as connection:
        return documents.get(connection, document_id)


def page_of_documents(query: Paging) -> tuple[list[DocumentSummary], str | None]:
    """Read some documents, newest first, and the cursor of the rest."""
    with db.transaction(caller().workspace) as connection:
        found = documents.listing(connection, query.limit + 1, before=query.before())
    shown = [summary(document) for document in found[: query.limit]]
    more = len(found) > query.limit
    return shown, make_cursor(shown[-1].created_at, shown[-1].id) if more else None


def _image_key(document_id: UUID, number: int) -> str:
    with db.transaction(caller().workspace) as connection:
        key = pages.get(connection, document_id, number).image_key if number <= LARGEST_PAGE else None
    if key is None or not blobs().exists(key):
        sentence = gettext("This page has no picture; read its text instead.")
        raise Problem(404, "no_page_image", sentence)
    return key


def _texts(workspace: str, document_id: UUID) -> Iterator[PageText]:
    first = 1
    while True:
        with db.transaction(workspace) as connection:
            found = pages.of_document(connection, document_id, first, PAGES_AT_ONCE)
        yield from (PageText(page=page.number, label=page.label, text=page.text) for page in found)
        if len(found) < PAGES_AT_ONCE:
            return
        first = found[-1].number + 1
