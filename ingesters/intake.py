"""The one door in: a stored blob and a wish become one asset and one job, or the job that already does that work."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import structlog

import db
from db import assets, jobs
from db.assets import Asset
from db.blobs import Blob, blobs
from db.jobs import Job, NewJob
from extractors.media_type import detect
from ingesters.errors import IntakeError
from ingesters.kinds import KINDS
from ingesters.metadata import checked

log = structlog.get_logger(__name__)
AUTO = "auto"
SCREENSHOTS = frozenset(f"image/{name}" for name in ("png", "jpeg", "webp", "heic", "avif", "gif", "bmp"))
"""Pictures that the kind auto takes for screenshots; TIFF comes from scanners and faxes and is a document."""


@dataclass(frozen=True)
class Upload:
    """Bytes that are already a blob, and what their sender called them."""

    filename: str
    blob: Blob


@dataclass(frozen=True)
class Submitted:
    """The job that does the work; `created` is False when the same work was asked for before."""

    job: Job
    created: bool


def submit(
    workspace: str, upload: Upload, kind: str, metadata: Mapping[str, Any], *, queue: str | None = None
) -> Submitted:
    """Accept work. Raise IntakeError for an unknown kind, an empty file or bad metadata."""
    if upload.blob.bytes == 0:
        raise IntakeError(
            "file_empty",
            "ファイルが空です。内容のあるファイルを選んでください。",
            "The file is empty; choose one with content.",
        )
    name = readable_name(upload.filename)
    with blobs().sample(upload.blob.key) as path:
        media_type = detect(path, name)
    found = KINDS[kind_of(kind, media_type)]
    parameters = checked(metadata)
    asset = Asset(uuid4(), upload.blob.sha256, upload.blob.bytes, name, media_type, upload.blob.key)
    new = NewJob(
        uuid4(), found.name, queue or found.queue, fingerprint(found.name, asset.sha256, parameters), parameters
    )
    return _store(workspace, asset, new)


def start(workspace: str, kind: str, parameters: Mapping[str, Any]) -> Submitted:
    """Start work that needs no file, such as filling a new embedding version."""
    found = KINDS[kind]
    new = NewJob(uuid4(), kind, found.queue, fingerprint(kind, "", parameters), parameters)
    with db.transaction(workspace) as connection:
        created = jobs.add(connection, workspace, new, None)
        job = jobs.by_fingerprint(connection, new.fingerprint)
    assert job is not None
    return Submitted(job, created)


def retry(workspace: str, job_id: UUID, from_stage: str | None) -> Job:
    """Run an ended job again, from a stage on or from where it stopped. Raise IntakeError, db.errors.NotFound."""
    with db.transaction(workspace) as connection:
        job = jobs.get(connection, job_id)
        stages = KINDS[job.kind].stages
        names = [stage.name for stage in stages]
        if from_stage is not None and from_stage not in names:
            raise IntakeError(
                "unknown_stage",
                f"そのような段階はありません。{'、'.join(names)} のいずれかを指定してください。",
                f"There is no such stage; name one of {', '.join(names)}.",
            )
        keep = names[: names.index(from_stage)] if from_stage else job.stages_done
        if from_stage is None and job.status == "succeeded":
            keep = []
        for stage in stages:
            if stage.forget is not None and stage.name not in keep and job.finished_at is not None:
                stage.forget(connection, job)
        if not jobs.restart(connection, job_id, [name for name in keep if name in job.stages_done]):
            raise IntakeError(
                "job_not_ended",
                "ジョブはまだ終わっていません。終わるのを待つか、先に取り消してください。",
                "The job has not ended yet; wait for it or cancel it first.",
                status=409,
            )
        return jobs.get(connection, job_id)


def readable_name(filename: str) -> str:
    """Give a file name that is one path part, composed (NFC) and free of control characters."""
    composed = unicodedata.normalize("NFC", filename.replace("\\", "/").rsplit("/", 1)[-1])
    shown = "".join(c for c in composed if unicodedata.category(c) not in {"Cc", "Cf", "Cs"}).strip()
    return shown[:255] or "file"


def fingerprint(kind: str, sha256: str, parameters: Mapping[str, Any]) -> str:
    """Name work so that the same work has the same name: kind, content and parameters."""
    canonical = json.dumps([kind, sha256, parameters], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def kind_of(kind: str, media_type: str) -> str:
    """Name the kind of job that is wished for, or the one that suits the content; raise IntakeError."""
    if kind == AUTO:
        return "screenshot" if media_type in SCREENSHOTS else "document"
    if kind not in KINDS or not KINDS[kind].asked_for:
        known = ", ".join([AUTO, *(name for name, found in KINDS.items() if found.asked_for)])
        raise IntakeError(
            "unknown_kind",
            f"種類「{kind}」は受け付けていません。{known} のいずれかを指定してください。",
            f"The kind “{kind}” is not accepted; use one of {known}.",
        )
    return kind


def _store(workspace: str, asset: Asset, new: NewJob) -> Submitted:
    with db.transaction(workspace) as connection:
        same = jobs.by_fingerprint(connection, new.fingerprint)
        if same is not None:
            if same.status == "cancelled":
                jobs.restart(connection, same.id, same.stages_done)
                same = jobs.get(connection, same.id)
            return Submitted(same, created=False)
        assets.add(connection, workspace, asset)
        created = jobs.add(connection, workspace, new, asset.id)
        if not created:
            assets.remove(connection, asset.id)
        job = jobs.by_fingerprint(connection, new.fingerprint)
    assert job is not None
    log.info("job accepted", job_id=str(job.id), kind=new.kind, bytes=asset.bytes)
    return Submitted(job, created)
