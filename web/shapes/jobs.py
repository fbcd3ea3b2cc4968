"""Jobs as the API shows them."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError, from_json
from werkzeug.datastructures import FileStorage

from db.jobs import Job
from db.waiting import Outlook
from ingesters.kinds import KINDS
from web.problems import in_language
from web.shapes.lists import Paging
from web.shapes.texts import Name, Short

Status = Literal["waiting", "running", "succeeded", "failed", "quarantined", "cancelled"]
ENDED = frozenset({"succeeded", "failed", "quarantined", "cancelled"})


def _json_object(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        found = from_json(value or "{}", allow_inf_nan=False)
    except ValueError:
        raise PydanticCustomError("json_invalid", "not JSON") from None
    if "\\u0000" in json.dumps(found):
        raise PydanticCustomError("string_pattern_mismatch", "holds NUL, which Postgres can't keep")
    return found


File = Annotated[FileStorage, WithJsonSchema({"type": "string", "format": "binary"})]
Metadata = Annotated[dict[str, Any], BeforeValidator(_json_object)]


class JobForm(BaseModel):
    """A file and what is to become of it."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    file: File
    kind: Name = Field(
        "auto", description="auto (by content), document, screenshot; more kinds come with their extractors"
    )
    metadata: Metadata = Field(
        default_factory=dict,
        description="JSON: product, liver, stream_id, title, started_at, taken_at, language; others are kept",
    )


class JobQuery(Paging):
    """Which jobs."""

    status: Status | None = None
    kind: Short | None = None


class RetryBody(BaseModel):
    """Where to go on; without a stage, after the last one that was saved."""

    model_config = ConfigDict(extra="forbid")

    from_stage: Name | None = None


class StageShape(BaseModel):
    """One step of a job."""

    name: str
    done: bool


class JobError(BaseModel):
    """Why a job failed: a stable code, and a sentence that says what to do."""

    code: str
    message: str


class AssetShape(BaseModel):
    """The original file."""

    filename: str
    sha256: str
    bytes: int
    media_type: str


class JobShape(BaseModel):
    """A job."""

    id: UUID
    kind: str
    status: Status
    stage: str | None
    stages: list[StageShape]
    progress: float = Field(ge=0, le=1)
    attempt: int
    waiting_reason: str | None = Field(description="queued, no_worker, fair_share, paused or retry_at")
    eta_seconds: float | None
    cancel_requested: bool
    error: JobError | None
    asset: AssetShape | None
    metadata: dict[str, Any]
    result: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobAnswer(BaseModel):
    """One job."""

    job: JobShape


class JobList(BaseModel):
    """Jobs, newest first."""

    items: list[JobShape]
    next_cursor: str | None


def job_shape(job: Job, outlook: Outlook) -> JobShape:
    """Show a job to the reader of this request."""
    kind = KINDS.get(job.kind)
    asset, error = job.asset, None
    if job.error_code:
        error = JobError(code=job.error_code, message=in_language(job.error_ja or "", job.error_en or ""))
    return JobShape(
        id=job.id,
        kind=job.kind,
        status=job.status,
        stage=job.stage,
        stages=[StageShape(name=s.name, done=s.name in job.stages_done) for s in (kind.stages if kind else ())],
        progress=min(max(job.progress, 0.0), 1.0),
        attempt=job.attempt,
        waiting_reason=outlook.reason,
        eta_seconds=None if outlook.seconds is None else round(max(outlook.seconds, 0.0), 1),
        cancel_requested=job.cancel_requested,
        error=error,
        asset=AssetShape(
            filename=asset.filename, sha256=asset.sha256, bytes=asset.bytes, media_type=asset.media_type
        ) if asset else None,
        metadata=job.parameters,
        result=job.result,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )  # fmt: skip
