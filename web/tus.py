"""tus 1.0 (tus.io): core, creation, creation-with-upload, expiration, checksum, termination.

Bytes go from the socket to the store in small pieces. What came before a cut, or before this server died, is kept.
"""

import base64
import binascii
import hashlib
import tempfile
from collections.abc import Iterator
from email.utils import format_datetime
from typing import IO, Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext
from pydantic import TypeAdapter, ValidationError

from db.errors import UploadBusy, UploadMoved
from db.uploads import Upload
from ingesters import intake, uploads
from ingesters.uploads import Wish
from settings import get_settings
from web.access import caller
from web.problems import Problem, in_language
from web.shapes.uploads import Sha256

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
OCTETS = "application/offset+octet-stream"
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "md5": hashlib.md5}
MIB = 1024 * 1024
PIECE = 128 * 1024
MOST_CHECKED = 256 * MIB
"""A request with a checksum is kept aside until the checksum is known to be right."""
OWN_FIELDS = frozenset({"filename", "name", "filetype", "type", "kind", "sha256", "metadata", "relativePath"})
CHECKSUM_MISMATCH = 460


def answer() -> Response | None:
    """Answer a request that speaks tus; None leaves it to the JSON calls at the same address."""
    if request.method == "OPTIONS":
        return _abilities()
    if "Tus-Resumable" not in request.headers:
        return None
    if request.headers["Tus-Resumable"] != VERSION:
        raise Problem(412, "tus_version", headers={"Tus-Version": VERSION})
    upload_id: UUID | None = (request.view_args or {}).get("upload_id")
    match request.method, upload_id:
        case "POST", None:
            return _create()
        case "HEAD", UUID():
            return _position(_find(upload_id))
        case "PATCH", UUID():
            return _append(_find(upload_id))
    return None


def sign(response: Response) -> Response:
    """Say which protocol this was."""
    if "Tus-Resumable" in request.headers:
        response.headers["Tus-Resumable"] = VERSION
    return response


def failed(upload: Upload) -> Problem:
    """Say why an upload whose bytes all came is no job."""
    return Problem(422, upload.error_code, in_language(upload.error_ja or "", upload.error_en or ""))


def _abilities() -> Response:
    most = get_settings().max_resumable_mb * MIB
    return Response(
        status=204,
        headers={
            "Tus-Resumable": VERSION,
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(most),
            "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
            "Allow": "GET, HEAD, OPTIONS, POST, PATCH, DELETE",
        },
    )


def _create() -> Response:
    size = _number("Upload-Length")
    begun = uploads.begin(caller().workspace, _wish(size, _metadata()))
    response = Response(status=201)
    response.headers["Location"] = url_for("api_uploads.read_upload", upload_id=begun.upload.id)
    upload = begun.upload
    if request.mimetype == OCTETS and not begun.known:
        _take(upload, 0)
        upload = _ended(upload)
    return _with_position(response, upload)


def _position(upload: Upload) -> Response:
    response = _with_position(Response(status=200), upload)
    response.headers["Upload-Length"] = str(upload.bytes)
    response.headers["Cache-Control"] = "no-store"
    return response


def _append(upload: Upload) -> Response:
    if request.mimetype != OCTETS:
        raise Problem(415)
    _take(upload, _number("Upload-Offset"))
    return _with_position(Response(status=204), _ended(upload))


def _take(upload: Upload, start: int) -> None:
    """Store what the request carries; whatever goes wrong, the bytes that came stay and can be gone on from."""
    if upload.status != uploads.OPEN:
        raise Problem(409, "upload_ended", headers={"Upload-Offset": str(upload.bytes)})
    said = request.content_length
    if said is not None and start + said > upload.bytes:
        raise uploads.too_long(upload)
    request.max_content_length = upload.bytes + 1  # its reader takes the end of exactly so many for too many
    uploads.prolong(upload)
    checksum = request.headers.get("Upload-Checksum")
    try:
        if checksum is None:
            uploads.append(upload, start, _pieces(request.stream))
        else:
            with _checked(checksum) as body:
                uploads.append(upload, start, _pieces(body))
    except UploadMoved as error:
        sentence = gettext("The upload has %(size)s bytes; go on from there.", size=error.size)
        raise Problem(409, "offset_conflict", sentence, headers={"Upload-Offset": str(error.size)}) from None
    except UploadBusy:
        sentence = gettext("Another connection still sends bytes for this upload; try again in a moment.")
        raise Problem(423, "upload_busy", sentence, headers={"Retry-After": "2"}) from None


def _ended(upload: Upload) -> Upload:
    """Start the job if that was the last byte."""
    if uploads.offset(upload) < upload.bytes:
        return upload
    upload = uploads.finish(upload.workspace_id, upload.id)
    if upload.status == "failed":
        raise failed(upload)
    return upload


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece


def _checked(header: str) -> IO[bytes]:
    """Keep the body aside, compare its checksum, and give it back to be read."""
    name, _, wanted = header.partition(" ")
    if name not in ALGORITHMS:
        sentence = gettext("Use one of these checksums: %(names)s.", names=", ".join(ALGORITHMS))
        raise Problem(400, "checksum_unknown", sentence)
    if (request.content_length or 0) > MOST_CHECKED:
        sentence = gettext("Send at most %(size)s MiB with one checksum.", size=MOST_CHECKED // MIB)
        raise Problem(413, "checksum_part_too_large", sentence)
    taken, body = ALGORITHMS[name](usedforsecurity=False), tempfile.SpooledTemporaryFile(max_size=MIB)  # noqa: SIM115 - given away
    for piece in _pieces(request.stream):
        taken.update(piece)
        body.write(piece)
    if base64.b64encode(taken.digest()).decode() != wanted.strip():
        body.close()
        sentence = gettext("The bytes do not match their checksum; send them again.")
        raise Problem(CHECKSUM_MISMATCH, "checksum_mismatch", sentence)
    body.seek(0)
    return body


def _with_position(response: Response, upload: Upload) -> Response:
    response.headers["Upload-Offset"] = str(uploads.offset(upload))
    if upload.status == uploads.OPEN:
        response.headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    if upload.job_id is not None:
        response.headers["Shiomi-Job-Id"] = str(upload.job_id)
    return response


def _find(upload_id: UUID) -> Upload:
    return uploads.find(caller().workspace, upload_id)


def _number(header: str) -> int:
    said = request.headers.get(header, "")
    if not (said.isascii() and said.isdigit() and len(said) < 18):
        sentence = gettext("Send the header %(name)s with a whole number.", name=header)
        raise Problem(400, "tus_header", sentence)
    return int(said)


def _metadata() -> dict[str, str]:
    """Read Upload-Metadata: names with values in base64."""
    found: dict[str, str] = {}
    try:
        for pair in filter(None, (part.strip() for part in request.headers.get("Upload-Metadata", "").split(","))):
            name, _, value = pair.partition(" ")
            found[name] = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        sentence = gettext("Upload-Metadata must be names with UTF-8 values in base64.")
        raise Problem(400, "tus_metadata", sentence) from None
    return found


def _wish(size: int, said: dict[str, str]) -> Wish:
    about: dict[str, Any] = {name: value for name, value in said.items() if name not in OWN_FIELDS}
    try:
        about |= TypeAdapter(dict[str, Any]).validate_json(said.get("metadata") or "{}")
        sha256 = TypeAdapter(Sha256).validate_python(said["sha256"]) if said.get("sha256") else None
    except ValidationError:
        sentence = gettext("In Upload-Metadata, metadata must be a JSON object and sha256 64 hexadecimal digits.")
        raise Problem(400, "tus_metadata", sentence) from None
    name = said.get("filename") or said.get("name") or "file"
    return Wish(name, size, sha256, said.get("kind") or intake.AUTO, about, caller().kind, caller().id)
