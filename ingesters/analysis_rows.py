"""Storing analyses: description, figures, phases, files to fetch and searchable texts, one or many in a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import db
from db import analyses, analysis_documents, analysis_files, analysis_phases, sales
from db.analyses import NewAnalysis
from db.analysis_files import SCREENSHOT, VIDEO, AnalysisFile
from db.chunks import NewChunk
from db.documents import NewDocument
from db.jobs import Job
from ingesters.analysis_shape import Record

MEDIA_TYPE = "application/json"


@dataclass(frozen=True)
class Origin:
    """Which analysis this is: its id, who sent it under which name, and the hash of what it holds."""

    id: UUID
    source: str
    external_id: str | None
    content_hash: str


@dataclass(frozen=True)
class Entry:
    """An analysis ready to be stored, its texts already cut into passages."""

    origin: Origin
    record: Record
    chunks: Sequence[NewChunk]


def put(connection: db.Connection, job: Job, entries: Sequence[Entry]) -> None:
    """Store analyses in place of what was known under their ids."""
    workspace = job.workspace_id
    analyses.put(connection, workspace, [described(job, entry.origin, entry.record) for entry in entries])
    sales.put(connection, workspace, {entry.origin.id: entry.record.figures for entry in entries})
    analysis_phases.put(connection, workspace, {entry.origin.id: entry.record.phases for entry in entries})
    for entry in entries:
        analysis_files.add(connection, workspace, entry.origin.id, to_fetch(entry.record))
    described_as = [_document(job, entry) for entry in entries]
    analysis_documents.put(connection, workspace, job.id, described_as)
    texts = {entry.origin.id: entry.chunks for entry in entries}
    analysis_documents.add_chunks(connection, workspace, described_as, texts)
    analyses.mark_stored(connection, [entry.origin.id for entry in entries])


def described(job: Job, origin: Origin, record: Record) -> NewAnalysis:
    """Describe an analysis as a row."""
    assert job.asset is not None
    return NewAnalysis(
        id=origin.id,
        job_id=job.id,
        asset_id=job.asset.id,
        source=origin.source,
        external_id=origin.external_id,
        content_hash=origin.content_hash,
        title=record.title,
        liver=record.liver,
        stream_id=record.stream_id,
        product=record.product,
        language=record.language,
        started_at=record.started_at,
        ended_at=record.ended_at,
    )


def to_fetch(record: Record) -> list[AnalysisFile]:
    """Name the files that have to be fetched; they stand behind those that came along."""
    found = [(VIDEO, record.video_url)] if record.video_url else []
    found += [(SCREENSHOT, url) for url in record.screenshot_urls]
    return [AnalysisFile(role, FETCHED + at, url, None, None, None) for at, (role, url) in enumerate(found)]


FETCHED = 1000
"""Files that came with the message are numbered from 0, those that are fetched from here."""


def _document(job: Job, entry: Entry) -> NewDocument:
    assert job.asset is not None
    record = entry.record
    return NewDocument(
        id=entry.origin.id,
        asset_id=job.asset.id,
        filename=record.title or record.stream_id or entry.origin.external_id or job.asset.filename,
        media_type=MEDIA_TYPE,
        title=record.title,
        language=record.language,
        pages=0,
        product=record.product,
        liver=record.liver,
        occurred_at=record.started_at,
        metadata=record.metadata(),
        kind=analyses.KIND,
    )
