"""Uploads go from the socket straight into the blob store while they are hashed: no second file, nothing in memory."""

import hashlib
import time
from collections.abc import Callable
from typing import IO, Any, TypeVar, cast

from flask import Flask, Request, Response, current_app, g, request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

import db
from db.blobs import Blob, BlobWriter, blobs
from ingesters import quota
from settings import get_settings
from web.problems import Problem

View = TypeVar("View", bound=Callable[..., Any])
MIB = 1024 * 1024
KEY_HEADER = "Idempotency-Key"
HEAR_OUT_SECONDS = 20.0
ROOM_TO_HEAR_OUT = 256 * MIB
ROOM_FOR_FIELDS = 256 * 1024


class BlobStream:
    """What a form's parser writes a file to; becomes a blob when `finish` is called, nothing otherwise."""

    def __init__(self, writer: BlobWriter, most: int) -> None:
        self._writer, self._most, self._size = writer, most, 0
        self._blob: Blob | None = None
        self._hash = hashlib.sha256() if KEY_HEADER in request.headers else None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was written."""
        return self._size == 0

    @property
    def sha256(self) -> str:
        """Give the hash of what was written, for a request with an Idempotency-Key; it needs no blob."""
        assert self._hash is not None
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        """Add bytes; raise a 413 problem beyond the limit."""
        self._size += len(data)
        if self._size > self._most:
            raise too_large(self._size)
        if self._hash is not None:
            self._hash.update(data)
        return self._writer.write(data)

    def seek(self, _offset: int, _whence: int = 0) -> int:
        """Do nothing: the parser rewinds what it wrote, but nobody reads it here."""
        return 0

    def finish(self) -> Blob:
        """Store the blob, once."""
        if self._blob is None:
            self._blob = self._writer.finish()
        return self._blob

    def close(self) -> None:
        """Forget what was written unless it became a blob."""
        if self._blob is None:
            self._writer.abort()


class UploadRequest(Request):
    """A request whose files are blobs in the making."""

    max_form_memory_size = ROOM_FOR_FIELDS
    max_form_parts = 50

    def _get_file_stream(self, *_about: object, **_more: object) -> IO[bytes]:
        stream = BlobStream(blobs().writer(), max_bytes())
        g.setdefault("streams", []).append(stream)
        return cast(IO[bytes], stream)


def streamed(file: FileStorage) -> BlobStream:
    """Give what an uploaded file was written to."""
    return cast(BlobStream, file.stream)


def max_bytes() -> int:
    """Give the largest size of one file."""
    size: int = current_app.config["MAX_UPLOAD_BYTES"]
    return size


def takes_files(view: View) -> View:
    """Declare that a view's request may be as large as a file."""
    view.takes_files = True  # type: ignore[attr-defined]  # the guard reads it
    return view


def allow_large() -> None:
    """Let this request be as large as a file may be; refuse it now if it says that it is larger."""
    request.max_content_length = max_bytes() + ROOM_FOR_FIELDS
    said = request.content_length
    if said is not None and said > request.max_content_length:
        raise too_large(said)
    if get_settings().workspace_quota_mb is not None and g.get("caller"):
        with db.transaction(g.caller.workspace) as connection:
            quota.check_quota(connection, said or 0)


def too_large(size: int) -> Problem:
    """Say how large the upload is and how large it may be."""
    sentence = gettext(
        "The upload has %(size)s MiB, the limit is %(limit)s MiB; split it or ask an administrator to raise the limit.",
        size=f"{size / MIB:,.1f}",
        limit=f"{max_bytes() // MIB:,}",
    )
    return Problem(413, "file_too_large", sentence)


def register(app: Flask, max_upload_mb: int) -> None:
    """Use this kind of request, and drop what no view has stored."""
    app.request_class = UploadRequest
    app.config["MAX_UPLOAD_BYTES"] = max_upload_mb * MIB
    app.config["MAX_CONTENT_LENGTH"] = MIB
    app.after_request(_hear_out)
    app.teardown_request(_forget_unfinished)


def _hear_out(response: Response) -> Response:
    """Read what a refused caller still sends, within reason: most clients read no answer before they have sent all."""
    is_bounded = request.environ.get("wsgi.input_terminated", False)
    if response.status_code >= 400 and is_bounded and g.get("caller"):
        left, until = max_bytes() + ROOM_TO_HEAR_OUT, time.monotonic() + HEAR_OUT_SECONDS
        while left > 0 and time.monotonic() < until and (heard := _heard()):
            left -= heard
    return response


def _heard() -> int:
    try:
        return len(request.environ["wsgi.input"].read(MIB))
    except OSError:  # gone, or too slow
        return 0


def _forget_unfinished(_error: BaseException | None) -> None:
    streams: list[Any] = g.pop("streams", [])
    for stream in streams:
        stream.close()
