"""Resumable uploads as the API shows them."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from db.azure_blocks import BLOCK
from db.blobs import blobs
from db.uploads import Upload
from ingesters import uploads
from settings import get_settings
from web.problems import in_language
from web.shapes.jobs import JobError, Metadata
from web.shapes.texts import Name

DIRECT_SECONDS = 900
Sha256 = Annotated[
    str, BeforeValidator(lambda v: v.lower() if isinstance(v, str) else v), StringConstraints(pattern="^[0-9a-f]{64}$")
]


class UploadBody(BaseModel):
    """A file that is about to come."""

    model_config = ConfigDict(extra="forbid")

    filename: Name
    bytes: int = Field(ge=0, le=2**50, description="Its size.")
    sha256: Sha256 | None = Field(
        None, description="Its hash: bytes that this workspace has sent before need not be sent again."
    )
    kind: Name = Field("auto", description="As in POST /jobs.")
    metadata: Metadata = Field(default_factory=dict, description="As in POST /jobs.")


class HashBody(BaseModel):
    """The hash of a file that is about to come."""

    model_config = ConfigDict(extra="forbid")

    sha256: Sha256


class DirectShape(BaseModel):
    """Where blocks may be sent without passing here: PUT {url}&comp=block&blockid=ID."""

    url: str
    block_bytes: int = Field(description="Size of a block; every one but the last has it.")
    block_id: str = Field(description="How a block is named: by the offset of its first byte.")
    expires_at: datetime


class UploadShape(BaseModel):
    """A file on its way."""

    id: UUID
    filename: str
    bytes: int
    offset: int = Field(description="Bytes that are here; go on with the next one.")
    sha256: str | None
    kind: str
    metadata: dict[str, Any]
    status: Literal["open", "succeeded", "failed"]
    job_id: UUID | None
    error: JobError | None
    direct: DirectShape | None
    created_at: datetime
    expires_at: datetime


class UploadAnswer(BaseModel):
    """One upload; `known` says that its bytes were here already and nothing needs to be sent."""

    upload: UploadShape
    known: bool = False
    hash_first: bool = Field(
        False, description="A file of this size is here: take the hash and POST it to …/hash before sending."
    )


class UploadList(BaseModel):
    """Uploads that can be gone on with, newest first."""

    items: list[UploadShape]


def upload_shape(upload: Upload, *, direct: bool = False) -> UploadShape:
    """Show an upload to the reader of this request."""
    error = None
    if upload.error_code:
        error = JobError(code=upload.error_code, message=in_language(upload.error_ja or "", upload.error_en or ""))
    return UploadShape(
        id=upload.id,
        filename=upload.filename,
        bytes=upload.bytes,
        offset=uploads.offset(upload),
        sha256=upload.taken_sha256 or upload.sha256,
        kind=upload.kind,
        metadata=upload.metadata,
        status=upload.status,
        job_id=upload.job_id,
        error=error,
        direct=_direct(upload) if direct else None,
        created_at=upload.created_at,
        expires_at=upload.expires_at,
    )


def _direct(upload: Upload) -> DirectShape | None:
    if upload.status != uploads.OPEN or not get_settings().blob_direct:
        return None
    url = blobs().partial(str(upload.id)).direct_url(DIRECT_SECONDS)
    if url is None:
        return None
    return DirectShape(
        url=url,
        block_bytes=BLOCK,
        block_id="base64 of the offset as 20 digits",
        expires_at=datetime.now(UTC) + timedelta(seconds=DIRECT_SECONDS),
    )
