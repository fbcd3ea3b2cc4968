"""Documents: read in the bounded child, cut into chunks that can be found by words at once, then by meaning."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

import db
from db import bookmarks, chunks, copies, documents, pages, vectors
from db.assets import Asset
from db.bookmarks import Bookmark
from db.documents import Document, NewDocument
from db.jobs import Job
from extractors.model import DocumentInfo, Page
from extractors.sandbox_wire import Params
from extractors.sandbox_wire import Part as SandboxPart
from ingesters.document_reading import Group, Reading, short, storable
from ingesters.errors import PassingFault
from ingesters.knowledge import embed_missing, living_versions, save_vectors
from ingesters.stages import Part, Stage, Tools
from llm.errors import ModelError

log = structlog.get_logger(__name__)
PAGES_AT_ONCE = 8
"""Pages are saved in groups, so that a long document shows up while it is read."""

_ABOVE_ALL = 0
"""The level of a heading that no other one ends."""


@dataclass(frozen=True)
class Shared:
    """A document of the same bytes was read before; its reading serves this one, too."""

    source: UUID
    info: DocumentInfo


def extract(job: Job, tools: Tools, done: int) -> Iterator[Part]:
    """Read the file page by page, from the bookmark on if an earlier try left one, or share the reading of a twin."""
    assert job.asset is not None
    with db.transaction(job.workspace_id) as connection:
        twin = documents.twin(connection, job.asset, job.id)
        left = bookmarks.of_document(connection, job.id) if done else None
    if twin is not None:
        yield Part(Shared(twin.id, _read_of(twin)), 1.0)
        return
    start = left or _first(job.asset)
    asked: Params = {"filename": job.asset.filename, "first_page": start.page, "margins": "\n".join(start.margins)}
    with (
        tools.blobs.local_copy(job.asset.blob_key) as path,
        tools.sandbox.stream("documents", path, asked) as parts,
    ):
        yield from _groups(Reading(tools, start), parts)


def save_extracted(connection: db.Connection, job: Job, value: Group | Shared) -> Mapping[str, Any]:
    """Store what was read."""
    if isinstance(value, Shared):
        if not documents.keep_ready(connection, value.source):
            raise PassingFault(
                "twin_changed",
                "同じ内容の文書が更新中です。自動的に再試行します。",
                "A document of the same content is being read again; this job is tried again by itself.",
            )
        documents.begin(connection, job.workspace_id, _document(job, value.info))
        copies.content(connection, value.source, job.id)
        return {"document_id": str(job.id), "shared_with": str(value.source)}
    warnings = list(value.warnings)
    if value.info is None and _is_saved(connection, job, value.bookmark):
        return {"document_id": str(job.id)}
    if value.info is not None:
        documents.begin(connection, job.workspace_id, _document(job, value.info))
        warnings = [*value.info.warnings, *warnings]
    pages.add(connection, job.workspace_id, job.id, value.pages)
    pages.add_tables(connection, job.workspace_id, job.id, value.tables)
    chunks.add(connection, job.id, value.chunks)
    bookmarks.keep(connection, job.id, value.bookmark)
    if warnings:
        documents.add_warnings(connection, job.id, [{"code": w.code, "place": short(w.place) or ""} for w in warnings])
    return {"document_id": str(job.id)}


def embed(job: Job, tools: Tools, _done: int) -> Iterator[Part]:
    """Give the document's chunks their vectors; a version that is still being filled may go without for now."""
    for version in living_versions(tools, job.workspace_id):
        try:
            yield from embed_missing(tools, job.workspace_id, version, job.id)
        except ModelError as error:
            if version.state != "filling":
                raise
            log.warning("filling version left behind", version=version.id, code=error.code)


def forget_vectors(connection: db.Connection, job: Job) -> None:
    """Drop the vectors, so that they are made again."""
    vectors.forget(connection, job.id)


def mark_ready(connection: db.Connection, job: Job) -> None:
    """Say that all of the document can be found."""
    documents.mark_ready(connection, job.id)


STAGES = (
    Stage("extract", extract, save_extracted, weight=1.0, resumes=True),
    Stage("embed", embed, save_vectors, weight=3.0, done=mark_ready, forget=forget_vectors, resumes=True),
)


def _first(asset: Asset) -> Bookmark:
    """Begin at the first page; over a picture, which has no title or headings of its own, stands its file's name."""
    if asset.media_type.startswith("image/"):
        return Bookmark(headings=((_ABOVE_ALL, storable(asset.filename)),))
    return Bookmark()


def _read_of(twin: Document) -> DocumentInfo:
    """Give what the file itself says: a title or language that somebody typed for the twin is not this one's."""
    title = None if twin.metadata.get("title") else twin.title
    language = None if twin.metadata.get("language") else twin.language
    return DocumentInfo(twin.media_type, title, language, twin.pages)


def _is_saved(connection: db.Connection, job: Job, bookmark: Bookmark) -> bool:
    """Tell whether this group was stored by a transaction whose answer got lost."""
    stored = bookmarks.of_document(connection, job.id)
    return stored is not None and stored.page >= bookmark.page


def _groups(reading: Reading, parts: Iterator[SandboxPart]) -> Iterator[Part]:
    """Gather what is read into groups; a page that took long, because it had to be read by OCR, is one by itself."""
    for part in parts:
        if isinstance(part, DocumentInfo):
            reading.begin(part)
        elif isinstance(part, Page):
            reading.add(part)
            if reading.waiting >= PAGES_AT_ONCE or any(block.source == "ocr" for block in part.blocks):
                yield reading.group()
    if reading.waiting or not reading.given:
        yield reading.group()


def _document(job: Job, info: DocumentInfo) -> NewDocument:
    assert job.asset is not None
    said = job.parameters
    return NewDocument(
        id=job.id,
        asset_id=job.asset.id,
        filename=job.asset.filename,
        media_type=info.media_type,
        title=said.get("title") or short(info.title),
        language=said.get("language") or short(info.language),
        pages=info.pages,
        product=said.get("product"),
        liver=said.get("liver"),
        occurred_at=datetime.fromisoformat(said["started_at"]) if "started_at" in said else None,
        metadata=said,
    )
