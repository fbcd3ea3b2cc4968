"""What a partner sends becomes one analysis with its jobs, in one transaction with the message's id, or nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import structlog

import db
from db import analyses, analysis_files, assets, deliveries, jobs
from db.analysis_files import AnalysisFile
from db.assets import Asset
from db.blobs import blobs
from db.deliveries import Message
from db.jobs import Job, NewJob
from ingesters import analysis_rows, children, quota
from ingesters.analysis_rows import Origin
from ingesters.analysis_shape import AnalysisBody, Record, read
from ingesters.children import Child
from ingesters.errors import IntakeError
from ingesters.intake import Upload, fingerprint
from ingesters.kinds import KINDS

log = structlog.get_logger(__name__)
FILENAME = "analysis.json"
FILES = ("video", "screenshots")
"""Fields of a form that carry files; everything else of it is JSON."""


@dataclass(frozen=True)
class GivenFile:
    """A video or picture that came with the message."""

    role: str
    upload: Upload


@dataclass(frozen=True)
class Sent:
    """A message: its sender, its id (None: its content is its id), and whether an old copy would be refused anyway."""

    source: str
    id: str | None
    expires: bool
    body: AnalysisBody
    files: Sequence[GivenFile] = ()


@dataclass(frozen=True)
class Accepted:
    """The analysis that a message is about; `created` is False when it was there before."""

    analysis_id: UUID
    created: bool


@dataclass(frozen=True)
class _Prepared:
    record: Record
    document: Asset
    files: Sequence[tuple[str, Asset]]
    message: Message


def accept(workspace: str, sent: Sent) -> Accepted:
    """Store a message with all that follows. Raise ValidationError, and IntakeError for a used id or no room."""
    record = read(sent.body)
    content = _canonical(sent)
    blob = blobs().put(content)
    document = Asset(uuid4(), blob.sha256, blob.bytes, FILENAME, analysis_rows.MEDIA_TYPE, blob.key)
    files = [(file.role, children.asset_of(file.upload.blob, file.upload.filename)) for file in sent.files]
    message = Message(sent.source, sent.id or f"content:{blob.sha256}", blob.sha256, sent.expires)
    prepared = _Prepared(record, document, files, message)
    with db.transaction(workspace) as connection:
        accepted = _store(connection, workspace, prepared)
    log.info("analysis accepted", analysis_id=str(accepted.analysis_id), source=sent.source, created=accepted.created)
    return accepted


def jobs_of(connection: db.Connection, analysis_id: UUID) -> list[Job]:
    """Read an analysis' own job and those of its files, in this order; raise NotFound."""
    ids = [analyses.get(connection, analysis_id).job_id]
    ids += [file.job_id for file in analysis_files.of_analysis(connection, analysis_id) if file.job_id]
    return [jobs.get(connection, job_id) for job_id in dict.fromkeys(ids)]


def _store(connection: db.Connection, workspace: str, prepared: _Prepared) -> Accepted:
    analysis_id = uuid4()
    before = deliveries.add(connection, workspace, prepared.message, analysis_id)
    if before is not None:
        if before.content_hash != prepared.message.content_hash:
            raise IntakeError(
                "message_id_reused",
                "このwebhook-idは別の内容で使用済みです。新しい内容には新しいidを使ってください。",
                "This webhook-id was used for other content; use a new id for each new message.",
                status=409,
            )
        return Accepted(before.analysis_id, created=False)
    metadata = prepared.record.metadata()
    kind = KINDS[analyses.KIND]
    mark = fingerprint(kind.name, prepared.document.sha256, metadata)
    new = NewJob(analysis_id, kind.name, kind.queue, mark, metadata)
    quota.check_quota(connection, sum(asset.bytes for _, asset in prepared.files) + prepared.document.bytes)
    assets.add(connection, workspace, prepared.document)
    if jobs.add(connection, workspace, new, prepared.document.id):
        _describe(connection, workspace, jobs.get(connection, analysis_id), prepared)
        return Accepted(analysis_id, created=True)
    assets.remove(connection, prepared.document.id)
    same = jobs.by_fingerprint(connection, mark)
    assert same is not None
    if analyses.of_job(connection, same.id) is None:  # it came as a file, and has not been read yet
        _describe(connection, workspace, same, prepared)
    deliveries.point_to(connection, prepared.message, same.id)
    return Accepted(same.id, created=False)


def _describe(connection: db.Connection, workspace: str, job: Job, prepared: _Prepared) -> None:
    """Store what can be said before the job has run, so that the analysis can be asked for at once."""
    message = prepared.message
    origin = Origin(job.id, message.source, message.id, message.content_hash)
    analyses.put(connection, workspace, [analysis_rows.described(job, origin, prepared.record)])
    stored = []
    for at, (role, asset) in enumerate(prepared.files):
        child = Child(asset, role, prepared.record.metadata())
        asset_id, child_job = children.keep(connection, workspace, child)
        stored.append(AnalysisFile(role, at, None, asset.filename, asset_id, child_job))
    stored += analysis_rows.to_fetch(prepared.record)
    analysis_files.add(connection, workspace, job.id, stored)


def _canonical(sent: Sent) -> bytes:
    """Write all that was sent in one way, files by their content, so that the same message has the same hash."""
    said: dict[str, Any] = sent.body.model_dump(
        mode="json", exclude_none=True, exclude_defaults=True, exclude=set(FILES)
    )
    if sent.files:
        said["files"] = [_named(file) for file in sent.files]
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(errors="replace")


def _named(file: GivenFile) -> Mapping[str, Any]:
    return {"role": file.role, "filename": file.upload.filename, "sha256": file.upload.blob.sha256}
