"""Each request gets a number and a line in the log."""

import re
import time
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger(__name__)
HEADER = "X-Request-ID"
ACCEPTABLE = re.compile(r"[A-Za-z0-9_.-]{8,64}")
SLOW_SECONDS = 1.0


def register(app: Flask) -> None:
    """Watch every request from its beginning."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    given = request.headers.get(HEADER, "")
    g.request_id = given if ACCEPTABLE.fullmatch(given) else uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    seconds = time.perf_counter() - g.began
    status = response.status_code
    ordinary = status < 400 and seconds < SLOW_SECONDS and request.method in {"GET", "HEAD"}
    level = "warning" if status >= 500 else "debug" if ordinary else "info"
    fields = {"method": request.method, "path": request.path, "status": status, "ms": round(seconds * 1000, 1)}
    if "problem" in g:
        fields["code"] = g.problem
    getattr(log, level)("request", **fields)
    return response
