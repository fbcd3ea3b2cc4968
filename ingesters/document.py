"""Documents: read in the bounded child, cut into chunks that can be found by words at once, then by meaning."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

import db
from db import chunks, copies, documents, pages, vectors
from db.chunks import NewChunk
from db.documents import Document, NewDocument
from db.jobs import Job
from db.pages import PageRow, TableRow
from extractors.chunking import Chunk
from extractors.chunking import chunk as chunks_of
from extractors.model import DocumentInfo, ExtractionWarning, Page
from ingesters.errors import PassingFault
from ingesters.knowledge import embed_missing, living_versions, save_vectors
from ingesters.stages import Part, Stage, Tools
from llm.errors import ModelError
from retrieval.terms import document_weights

log = structlog.get_logger(__name__)
PAGES_AT_ONCE = 8
"""Pages are saved in groups, so that a long document shows up while it is read."""

LONGEST_NAME = 300


@dataclass(frozen=True)
class Shared:
    """A document of the same bytes was read before; its reading serves this one, too."""

    source: UUID
    info: DocumentInfo


@dataclass(frozen=True)
class Group:
    """Some pages with their tables and chunks, pictures already stored as blobs; `info` comes with the first."""

    info: DocumentInfo | None
    pages: Sequence[PageRow]
    tables: Sequence[TableRow]
    chunks: Sequence[NewChunk]
    warnings: Sequence[ExtractionWarning]


def extract(job: Job, tools: Tools, _done: int) -> Iterator[Part]:
    """Read the file page by page, or share the reading of a twin."""
    assert job.asset is not None
    with db.transaction(job.workspace_id) as connection:
        twin = documents.twin(connection, job.asset, job.id)
    if twin is not None:
        yield Part(Shared(twin.id, _read_of(twin)), 1.0)
        return
    with (
        tools.blobs.local_copy(job.asset.blob_key) as path,
        tools.sandbox.stream("documents", path, {"filename": job.asset.filename}) as parts,
    ):
        yield from _groups(tools, parts)


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
    if value.info is not None:
        documents.begin(connection, job.workspace_id, _document(job, value.info))
        warnings = [*value.info.warnings, *warnings]
    pages.add(connection, job.workspace_id, job.id, value.pages)
    pages.add_tables(connection, job.workspace_id, job.id, value.tables)
    chunks.add(connection, job.id, value.chunks)
    if warnings:
        documents.add_warnings(connection, job.id, [{"code": w.code, "place": _short(w.place) or ""} for w in warnings])
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
    Stage("extract", extract, save_extracted, weight=1.0),
    Stage("embed", embed, save_vectors, weight=3.0, done=mark_ready, forget=forget_vectors, resumes=True),
)


def _read_of(twin: Document) -> DocumentInfo:
    """Give what the file itself says: a title or language that somebody typed for the twin is not this one's."""
    title = None if twin.metadata.get("title") else twin.title
    language = None if twin.metadata.get("language") else twin.language
    return DocumentInfo(twin.media_type, title, language, twin.pages)


def _groups(tools: Tools, parts: Iterator[DocumentInfo | Page]) -> Iterator[Part]:
    """Gather what is read into groups; the chunker asks for a page only when it is done with the one before."""
    reading = _Reading(tools)
    for chunk in chunks_of(reading.pages(parts), count_tokens=tools.embedder(None, None).count_tokens):
        if len(reading.rows) > PAGES_AT_ONCE:
            yield reading.group(keep=1)
        reading.chunks.append(_chunk(chunk))
    yield reading.group(keep=0)


class _Reading:
    """What has been read and not yet been handed on. Pictures go to the blob store at once, so memory stays flat."""

    def __init__(self, tools: Tools) -> None:
        self.rows: list[PageRow] = []
        self.chunks: list[NewChunk] = []
        self._tools = tools
        self._tables: list[TableRow] = []
        self._warnings: list[ExtractionWarning] = []
        self._info: DocumentInfo | None = None
        self._total, self._given = 1, 0

    def pages(self, parts: Iterator[DocumentInfo | Page]) -> Iterator[Page]:
        """Pass the pages on, keeping what is to be stored of each."""
        for part in parts:
            if isinstance(part, DocumentInfo):
                self._info, self._total = part, max(part.pages, 1)
                continue
            self.rows.append(_page(self._tools, part))
            self._tables.extend(_tables(part))
            self._warnings.extend(part.warnings)
            yield part

    def group(self, keep: int) -> Part:
        """Hand on all but the last `keep` pages, with everything that belongs to them."""
        cut = len(self.rows) - keep
        going, self.rows = self.rows[:cut], self.rows[cut:]
        staying = {row.number for row in self.rows}
        tables, self._tables = self._tables, [table for table in self._tables if table.page in staying]
        found, self.chunks = self.chunks, []
        warnings, self._warnings = self._warnings, []
        info, self._info = self._info, None
        self._given += len(going)
        gone = [table for table in tables if table.page not in staying]
        return Part(Group(info, going, gone, found, warnings), self._given / self._total)


def _page(tools: Tools, page: Page) -> PageRow:
    image = tools.blobs.put(page.image).key if page.image else None
    return PageRow(
        page.number, _short(page.label), page.width, page.height, _storable(page.text), image, page.needs_ocr
    )


def _tables(page: Page) -> list[TableRow]:
    found = [block for block in page.blocks if block.rows is not None]
    return [
        TableRow(
            page.number, ordinal, _short(block.sheet), block.cell_range, list(block.bbox) if block.bbox else None,
            [[_storable(cell) for cell in row] for row in block.rows or ()],
        )
        for ordinal, block in enumerate(found)
    ]  # fmt: skip


def _chunk(chunk: Chunk) -> NewChunk:
    return NewChunk(
        ordinal=chunk.ordinal,
        text=_storable(chunk.text),
        tokens=chunk.tokens_estimate,
        weights=document_weights(chunk.text, chunk.heading_path),
        page=chunk.page,
        sheet=_short(chunk.sheet),
        cell_range=chunk.cell_range,
        bbox=chunk.bbox,
        heading_path=[_storable(part) for part in chunk.heading_path],
    )


def _storable(text: str) -> str:
    """Drop what Postgres can't keep in a text: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def _short(text: str | None) -> str | None:
    """Bound what a file calls itself or a part of itself: it stands in lists, whole."""
    return _storable(text)[:LONGEST_NAME] if text else text


def _document(job: Job, info: DocumentInfo) -> NewDocument:
    assert job.asset is not None
    said = job.parameters
    return NewDocument(
        id=job.id,
        asset_id=job.asset.id,
        filename=job.asset.filename,
        media_type=info.media_type,
        title=said.get("title") or _short(info.title),
        language=said.get("language") or _short(info.language),
        pages=info.pages,
        product=said.get("product"),
        liver=said.get("liver"),
        occurred_at=datetime.fromisoformat(said["started_at"]) if "started_at" in said else None,
        metadata=said,
    )
