"""Analyses: figures and texts out of JSON at once, then vectors, then the files that are given by URL.

A file that can't be fetched fails the job with its own code after all else is stored; a retry fetches it again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
from pydantic import ValidationError

import db
from db import analyses, analysis_documents, analysis_files
from db.analysis_files import SCREENSHOT, AnalysisFile
from db.assets import Asset
from db.jobs import Job
from ingesters import analysis_rows, children, quota
from ingesters.analysis_rows import Entry, Origin
from ingesters.analysis_shape import parse
from ingesters.analysis_texts import passages
from ingesters.children import Child
from ingesters.document import forget_vectors
from ingesters.download import Bounds, Downloader
from ingesters.errors import IngestError, PassingFault
from ingesters.knowledge import embed_missing, living_versions, save_vectors
from ingesters.stages import Part, Stage, Tools
from llm.errors import ModelError
from settings import get_settings

log = structlog.get_logger(__name__)
MIB = 1024 * 1024
LARGEST_JSON = 64 * MIB
LARGEST_PICTURE = 64 * MIB
UPLOADED = "upload"
"""The source of an analysis that came as a file like any other."""


@dataclass(frozen=True)
class Fetched:
    """What became of one file that was given by URL."""

    analysis_id: UUID
    file: AnalysisFile
    asset: Asset | None


def read(job: Job, tools: Tools, _done: int) -> Iterator[Part]:
    """Read the JSON."""
    assert job.asset is not None
    if job.asset.bytes > LARGEST_JSON:
        raise _wrong("analysis_too_large", "JSONは64 MiBまでです。", "An analysis may have at most 64 MiB of JSON.")
    with tools.blobs.open(job.asset.blob_key) as source:
        content = source.read()
    with db.transaction(job.workspace_id) as connection:
        known = analyses.of_job(connection, job.id)
    origin = Origin(job.id, *_said(known, job.asset))
    yield Part(entry(origin, content, tools), 1.0)


def entry(origin: Origin, content: bytes, tools: Tools) -> Entry:
    """Make an analysis ready to be stored; raise IngestError for what is no analysis."""
    try:
        record = parse(content)
    except ValidationError as error:
        raise not_an_analysis(error) from None
    return Entry(origin, record, passages(record.sections, tools.embedder(None, None).count_tokens))


def not_an_analysis(error: ValidationError) -> IngestError:
    """Say what is wrong with JSON that should be an analysis, by the path of its first wrong field."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return _wrong("analysis_not_json", "JSONとして読めません。", "This is not valid JSON.")
    path = ".".join(str(part) for part in first["loc"]) or "body"
    return _wrong(
        "analysis_invalid",
        f"分析データの「{path}」が正しくありません（{first['type']}）。形式を確認してください。",
        f"“{path}” of this analysis is not valid ({first['type']}); check it against the documented shape.",
    )


def save_read(connection: db.Connection, job: Job, value: Entry) -> Mapping[str, Any]:
    """Store the analysis."""
    analysis_rows.put(connection, job, [value])
    return {"analysis_id": str(job.id), "phases": len(value.record.phases), "figures": len(value.record.figures)}


def embed(job: Job, tools: Tools, _done: int) -> Iterator[Part]:
    """Make the analysis findable by meaning."""
    return vectors_of(job.workspace_id, job.id, tools)


def vectors_of(workspace: str, stored_by: UUID, tools: Tools) -> Iterator[Part]:
    """Make the vectors of what a job has stored; a version that is still being filled may go without."""
    with db.transaction(workspace) as connection:
        waiting = analysis_documents.of_job(connection, stored_by)
    for version in living_versions(tools, workspace):
        try:
            for at, document in enumerate(waiting):
                for part in embed_missing(tools, workspace, version, document):
                    yield Part(part.value, (at + part.fraction) / len(waiting))
        except ModelError as error:
            if version.state != "filling":
                raise
            log.warning("filling version left behind", version=version.id, code=error.code)


def mark_ready(connection: db.Connection, job: Job) -> None:
    """Say that all of the job's analyses can be found."""
    analysis_documents.mark_ready(connection, job.id)


def fetch(job: Job, tools: Tools, _done: int) -> Iterator[Part]:
    """Fetch what is given by URL."""
    return files_of(job, job.id, tools)


def files_of(job: Job, stored_by: UUID, tools: Tools) -> Iterator[Part]:
    """Fetch the files of what a job has stored; one bad URL keeps no other file back."""
    with db.transaction(job.workspace_id) as connection:
        missing = analysis_files.to_fetch(connection, stored_by)
    faults: list[IngestError] = []
    for at, (analysis_id, file) in enumerate(missing):
        try:
            found = _fetched(job, tools, analysis_id, file)
        except IngestError as error:
            faults.append(error)
            found = Fetched(
                analysis_id, replace(file, error_code=error.code, error_ja=error.ja, error_en=error.en), None
            )
        yield Part(found, (at + 1) / len(missing))
    if faults:
        yield Part(None, 1.0)  # what was held back until now is saved before the fault ends the stage
        raise next((fault for fault in faults if isinstance(fault, PassingFault)), faults[0])


def save_fetched(connection: db.Connection, job: Job, value: Fetched | None) -> Mapping[str, Any]:
    """Store a file and start its job, or keep it until there is a kind of job for it."""
    if value is None:
        return {}
    file = value.file
    if value.asset is not None:
        said = analyses.get(connection, value.analysis_id)
        child = Child(value.asset, file.role, metadata_of(said), _queue(job))
        asset_id, job_id = children.keep(connection, job.workspace_id, child)
        file = replace(file, asset_id=asset_id, job_id=job_id)
    analysis_files.settle(connection, value.analysis_id, file)
    return {}


STAGES = (
    Stage("store", read, save_read, weight=1.0),
    Stage("embed", embed, save_vectors, weight=2.0, done=mark_ready, forget=forget_vectors),
    Stage("fetch", fetch, save_fetched, weight=2.0),
)


def metadata_of(analysis: analyses.Analysis) -> dict[str, Any]:
    """Give what is said of the stream, as the metadata of its files' jobs."""
    found = {name: getattr(analysis, name) for name in ("title", "liver", "stream_id", "product", "language")}
    found["started_at"] = analysis.started_at.isoformat() if analysis.started_at else None
    return {name: value for name, value in found.items() if value}


def _queue(job: Job) -> str | None:
    """Keep the files of a backfill out of the way of live work."""
    return job.queue if job.queue == "backfill" else None


def _said(known: analyses.Analysis | None, asset: Asset) -> tuple[str, str | None, str]:
    if known is None:
        return UPLOADED, asset.filename, asset.sha256
    return known.source, known.external_id, known.content_hash


def _fetched(job: Job, tools: Tools, analysis_id: UUID, file: AnalysisFile) -> Fetched:
    assert file.url is not None
    settings = get_settings()
    largest = LARGEST_PICTURE if file.role == SCREENSHOT else settings.max_resumable_mb * MIB
    writer = tools.blobs.writer()
    try:
        came = Downloader(settings.allowed_hosts()).fetch(file.url, writer, Bounds(largest))
        if came.bytes == 0:
            raise _wrong("file_empty", "URLのファイルが空です。", "The file behind the URL is empty.")
        with db.transaction(job.workspace_id) as connection:
            quota.check_quota(connection, came.bytes)
        blob = writer.finish()
    except IngestError:
        writer.abort()
        raise
    asset = children.asset_of(blob, came.filename)
    known = replace(file, filename=asset.filename, error_code=None, error_ja=None, error_en=None)
    return Fetched(analysis_id, known, asset)


def _wrong(code: str, ja: str, en: str) -> IngestError:
    return IngestError(code, ja, en)
