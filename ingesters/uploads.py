"""Big files: begun, gone on with after any cut, and ended in a job by the same intake as every other file.

What is known of an upload is a row; its bytes are a partial upload of the blob store, which alone says how many they
are, so there is nothing to keep in step while they flow. Ending is repeatable at every point.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import structlog

import db
from db import assets, uploads
from db.blobs import Blob, blobs, key_of
from db.errors import BlobDamaged, BlobsUnavailable, UploadMoved
from db.uploads import NewUpload, Upload
from ingesters import intake, quota
from ingesters.errors import IntakeError
from ingesters.metadata import checked
from settings import get_settings

log = structlog.get_logger(__name__)
OPEN = "open"
MANY = 500


@dataclass(frozen=True)
class Wish:
    """A file that somebody wants to send; `by_kind` and `by_id` say who."""

    filename: str
    bytes: int
    sha256: str | None
    kind: str
    metadata: Mapping[str, Any]
    by_kind: str
    by_id: UUID


@dataclass(frozen=True)
class Begun:
    """An upload, and whether its bytes were here already, so that none need to be sent.

    `hash_first` says that a file of this size is here: taking the hash before sending may save the sending.
    """

    upload: Upload
    known: bool
    hash_first: bool = False


def begin(workspace: str, wish: Wish) -> Begun:
    """Accept an upload before its first byte; raise IntakeError for what can be refused now."""
    quota.check_size(wish.bytes)
    intake.kind_of(wish.kind, "")
    new = NewUpload(
        uuid4(), intake.readable_name(wish.filename), wish.bytes, wish.sha256, wish.kind, checked(wish.metadata),
        wish.by_kind, wish.by_id,
    )  # fmt: skip
    known = _known(workspace, wish.sha256, wish.bytes)
    with db.transaction(workspace) as connection:
        uploads.lock(connection, workspace)
        if known is None:
            quota.check(connection, wish.bytes)
        uploads.add(connection, workspace, new, get_settings().upload_hours)
        if known is not None:
            uploads.taken(connection, new.id, known)
        twin = wish.sha256 is None and assets.has_size(connection, wish.bytes)
    if known is not None:
        return Begun(finish(workspace, new.id), known=True)
    return Begun(find(workspace, new.id), known=False, hash_first=twin)


def announce(workspace: str, upload_id: UUID, sha256: str) -> Begun:
    """Take the hash that the sender of an open upload has found; end the upload at once if the bytes are here."""
    upload = find(workspace, upload_id)
    known = _known(workspace, sha256, upload.bytes)
    with db.transaction(workspace) as connection:
        uploads.announce(connection, upload_id, sha256)
        if known is not None and upload.status == OPEN:
            uploads.taken(connection, upload_id, known)
    return Begun(finish(workspace, upload_id) if known else find(workspace, upload_id), known=known is not None)


def find(workspace: str, upload_id: UUID) -> Upload:
    """Read an upload; raise NotFound."""
    with db.transaction(workspace) as connection:
        return uploads.get(connection, upload_id)


def offset(upload: Upload) -> int:
    """Count the bytes that are here."""
    if upload.status != OPEN:
        return upload.bytes
    here = blobs().partial(str(upload.id)).size()
    return upload.bytes if here == 0 and upload.taken_sha256 else min(here, upload.bytes)


def append(upload: Upload, start: int, data: Iterable[bytes]) -> int:
    """Add bytes that begin at `start`, as long as they come; give how many are here then.

    What came before an error is kept. Raise UploadMoved, UploadBusy, or IntakeError for more than was announced.
    """
    end = start
    with blobs().partial(str(upload.id)).appending(start) as writer:
        for piece in data:
            if end + len(piece) > upload.bytes:
                raise too_long(upload)
            writer.write(piece)
            end += len(piece)
    return end


def prolong(upload: Upload) -> datetime:
    """Keep an open upload for the full time again."""
    with db.transaction(upload.workspace_id) as connection:
        return uploads.prolong(connection, upload.id, get_settings().upload_hours)


def finish(workspace: str, upload_id: UUID) -> Upload:
    """Make the whole upload a blob and a job, or say in it why not; again, to go on after a death in between.

    Raise IntakeError while bytes are missing.
    """
    upload = find(workspace, upload_id)
    if upload.status != OPEN:
        return upload
    try:
        blob = _blob(upload)
        job = intake.submit(workspace, intake.Upload(upload.filename, blob), upload.kind, upload.metadata).job
    except UploadMoved:  # somebody else is ending it just now
        return find(workspace, upload_id)
    except IntakeError as error:
        if error.code == INCOMPLETE:
            raise
        with db.transaction(workspace) as connection:
            uploads.fail(connection, upload_id, error.code, error.ja, error.en)
        log.warning("upload failed", upload_id=str(upload_id), code=error.code)
    else:
        with db.transaction(workspace) as connection:
            uploads.succeed(connection, upload_id, job.id)
        log.info("upload ended", upload_id=str(upload_id), job_id=str(job.id), bytes=upload.bytes)
    blobs().partial(str(upload_id)).discard()
    return find(workspace, upload_id)


def discard(workspace: str, upload_id: UUID) -> None:
    """Forget an upload and its bytes; the job it ended in stays. Raise NotFound."""
    with db.transaction(workspace) as connection:
        uploads.get(connection, upload_id)
        uploads.remove(connection, upload_id)
    blobs().partial(str(upload_id)).discard()


def expire() -> None:
    """Forget all uploads whose time is over, with the bytes they had; log how many."""
    with db.engine() as connection:
        gone = uploads.expired(connection, MANY)
    try:
        for upload_id in gone:
            blobs().partial(str(upload_id)).discard()
            with db.engine() as connection:
                uploads.remove(connection, upload_id)
    except BlobsUnavailable as error:
        log.warning("uploads not expired", detail=str(error))
        return
    log.info("uploads expired", count=len(gone))


def too_long(upload: Upload) -> IntakeError:
    """Say that more bytes came than were announced."""
    return IntakeError(
        "upload_too_long",
        f"予告された {upload.bytes:,} バイトを超えています。正しいサイズで最初からやり直してください。",
        f"More than the announced {upload.bytes:,} bytes came; begin again with the right size.",
        status=413,
    )


INCOMPLETE = "upload_incomplete"


def _known(workspace: str, sha256: str | None, size: int) -> str | None:
    """Give the hash if this very workspace has sent these bytes before and they are still here."""
    if sha256 is None:
        return None
    with db.transaction(workspace) as connection:
        key = assets.blob_of(connection, sha256, size)
    return sha256 if key is not None and blobs().touch(key) else None


def _blob(upload: Upload) -> Blob:
    """Take the hash and make the blob, or find the one that was made before."""
    taken = upload.taken_sha256
    if taken is not None and blobs().touch(key_of(taken)):
        return Blob(key_of(taken), taken, upload.bytes)
    partial = blobs().partial(str(upload.id))
    here = partial.size()
    if here < upload.bytes:
        raise _incomplete(upload.bytes - here)
    if here > upload.bytes:
        raise too_long(upload)
    try:
        taken = partial.digest()
    except FileNotFoundError:
        raise UploadMoved(0) from None
    if upload.sha256 not in (None, taken):
        raise _CHANGED
    with db.transaction(upload.workspace_id) as connection:
        uploads.taken(connection, upload.id, taken)
    try:
        return partial.adopt(taken)
    except FileNotFoundError:
        raise UploadMoved(0) from None
    except BlobDamaged:
        raise _CHANGED from None


def _incomplete(missing: int) -> IntakeError:
    return IntakeError(
        INCOMPLETE,
        f"まだ {missing:,} バイト届いていません。続きを送ってください。",
        f"{missing:,} bytes are still missing; send the rest.",
        status=409,
    )


_CHANGED = IntakeError(
    "upload_damaged",
    "届いた内容が送信元のファイルと一致しません。最初からアップロードし直してください。",
    "What arrived is not what was sent; upload the file again from the beginning.",
)
