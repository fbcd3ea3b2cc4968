"""Originals and pictures out of the blob store: the one only ever a download, the other cached by its content."""

from flask import Response, request, send_file

from db.blobs import blobs
from settings import get_settings

DIRECT_SECONDS = 300
SANDBOX = "sandbox; default-src 'none'"


def download(key: str, filename: str, size: int) -> Response:
    """Hand out a file as it was sent; no browser shows it or runs it."""
    address = blobs().direct_url(key, filename, DIRECT_SECONDS) if get_settings().blob_direct else None
    if address is not None:
        return Response(status=302, headers={"Location": address, "Cache-Control": "no-store"})
    response = send_file(
        blobs().open(key),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=filename,
        conditional=False,
    )
    response.content_length = size
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response


def picture(key: str) -> Response:
    """Show a picture that was made here; its tag is its content."""
    with blobs().open(key) as stream:
        data = stream.read()
    response = Response(data, mimetype=_type(data[:12]))
    response.set_etag(key.replace("/", ""))
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)  # type: ignore[return-value]  # the same response


def _type(head: bytes) -> str:
    if head.startswith(b"\x89PNG"):
        return "image/png"
    return "image/jpeg" if head.startswith(b"\xff\xd8") else "image/webp"
