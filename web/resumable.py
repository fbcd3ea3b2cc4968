"""/api/v1/uploads: big files. Programs that speak tus are served by web.tus at the same addresses."""

from uuid import UUID

from flask import Response, request, url_for

import db
from db import uploads as table
from ingesters import uploads
from ingesters.uploads import Wish
from web import tus
from web.access import caller
from web.contract import Answer, Api
from web.problems import Problem
from web.shapes.uploads import HashBody, UploadAnswer, UploadBody, UploadList, upload_shape

api = Api("uploads")
MOST_SHOWN = 50


@api.blueprint.before_request
def _speak_tus() -> Response | None:
    return tus.answer()


api.blueprint.after_request(tus.sign)


@api.post("/uploads", "editor", "Begin a big upload", {201: UploadAnswer, 200: UploadAnswer}, refusals=(412, 507))
def create_upload(body: UploadBody) -> Answer:
    """Announce a file: 201 with an upload to send bytes to (tus 1.0), or 200 with a job when they are here already."""
    wish = Wish(body.filename, body.bytes, body.sha256, body.kind, body.metadata, caller().kind, caller().id)
    begun = uploads.begin(caller().workspace, wish)
    shown = UploadAnswer(upload=upload_shape(begun.upload, direct=True), known=begun.known, hash_first=begun.hash_first)
    headers = {"Location": url_for("api_uploads.read_upload", upload_id=begun.upload.id)}
    return Answer(shown, 200 if begun.known else 201, headers)


@api.get("/uploads", "editor", "List unfinished uploads", {200: UploadList})
def list_uploads() -> UploadList:
    """List the workspace's uploads that can be gone on with, newest first."""
    with db.transaction(caller().workspace) as connection:
        found = table.unfinished(connection, MOST_SHOWN)
    return UploadList(items=[upload_shape(upload) for upload in found])


@api.get("/uploads/<uuid:upload_id>", "editor", "Read an upload", {200: UploadAnswer}, refusals=(412,))
def read_upload(upload_id: UUID) -> UploadAnswer:
    """Read how many bytes are here, and the job once all are; `direct` is a fresh signed address where there is one."""
    upload = uploads.find(caller().workspace, upload_id)
    return UploadAnswer(upload=upload_shape(upload, direct=True))


@api.patch("/uploads/<uuid:upload_id>", "editor", "Send bytes", {204: tus.OCTETS}, refusals=(412,))
def send_bytes(upload_id: UUID) -> Response:
    """Send bytes by tus 1.0: Tus-Resumable, Upload-Offset, a body of application/offset+octet-stream."""
    uploads.find(caller().workspace, upload_id)
    raise Problem(412, "tus_only", headers={"Tus-Version": tus.VERSION})


@api.delete("/uploads/<uuid:upload_id>", "editor", "Cancel an upload", {204: "text/plain"}, refusals=(412,))
def cancel_upload(upload_id: UUID) -> Response:
    """Forget an upload and the bytes it has; a job it has ended in stays."""
    uploads.discard(caller().workspace, upload_id)
    return Response(status=204)


@api.post("/uploads/<uuid:upload_id>/hash", "editor", "Say what is coming", {200: UploadAnswer})
def announce_hash(upload_id: UUID, body: HashBody) -> UploadAnswer:
    """Say the file's SHA-256 before sending it: `known` with a job when this workspace has sent these bytes before."""
    begun = uploads.announce(caller().workspace, upload_id, body.sha256)
    return UploadAnswer(upload=upload_shape(begun.upload), known=begun.known)


@api.post("/uploads/<uuid:upload_id>/complete", "editor", "End an upload", {200: UploadAnswer})
def complete_upload(upload_id: UUID) -> UploadAnswer:
    """Check the bytes and start the job; needed after direct blocks, done by itself after the last byte by tus."""
    upload = uploads.finish(caller().workspace, upload_id)
    if request.method == "POST" and upload.status == "failed":
        raise tus.failed(upload)
    return UploadAnswer(upload=upload_shape(upload))
