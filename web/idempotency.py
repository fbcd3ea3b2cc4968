"""Idempotency-Key on POSTs: the same key and request get the first answer again; nothing is done twice."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request
from flask_babel import gettext

import db
from db import idempotency
from db.idempotency import Remembered
from web.access import caller
from web.problems import Problem
from web.uploads import KEY_HEADER, streamed

ACCEPTABLE = re.compile(r"[!-~]{1,255}")
KEPT_HEADERS = ("Location", "Retry-After", "Content-Type")


def once(view: Callable[..., Response]) -> Callable[..., Response]:
    """Wrap a view so that a request with a key is carried out once."""

    @wraps(view)
    def guarded(**path: Any) -> Response:
        key = request.headers.get(KEY_HEADER)
        return view(**path) if key is None else _once(key, lambda: view(**path))

    return guarded


def _once(key: str, do: Callable[[], Response]) -> Response:
    if not ACCEPTABLE.fullmatch(key):
        sentence = gettext("Use an Idempotency-Key of 1 to 255 printable ASCII characters without spaces.")
        raise Problem(400, "idempotency_key_invalid", sentence)
    workspace, asked = caller().workspace, request_hash()
    with db.transaction(workspace) as connection:
        before = idempotency.begin(connection, workspace, key, asked)
    if before is not None:
        return _again(before, asked)
    try:
        response = do()
    except BaseException:
        with db.transaction(workspace) as connection:
            idempotency.abandon(connection, key)
        raise
    kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    with db.transaction(workspace) as connection:
        idempotency.finish(connection, key, response.status_code, kept, response.get_data(as_text=True))
    return response


def request_hash() -> bytes:
    """Hash what is asked for: method, path, query and body, files by their content."""
    if request.mimetype == "multipart/form-data":
        files = [(name, file.filename, streamed(file).sha256) for name, file in request.files.items(multi=True)]
        body = json.dumps([sorted(request.form.items(multi=True), key=str), sorted(files, key=str)]).encode()
    else:
        body = request.get_data()
    asked = b"\n".join((request.method.encode(), request.full_path.encode(), body))
    return hashlib.sha256(asked).digest()


def _again(before: Remembered, asked: bytes) -> Response:
    if before.request_hash != asked:
        sentence = gettext("This Idempotency-Key was used for another request; use a new key for each new request.")
        raise Problem(422, "idempotency_key_reused", sentence)
    if before.status is None:
        sentence = gettext("The first request with this Idempotency-Key is still running; try again in a moment.")
        raise Problem(409, "idempotency_in_progress", sentence, headers={"Retry-After": "2"})
    response = Response(before.body, before.status)
    response.headers.update(before.headers or {})
    response.headers["Idempotency-Replayed"] = "true"
    response.headers["Cache-Control"] = "no-store"
    return response
