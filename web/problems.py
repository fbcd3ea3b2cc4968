"""Refusals: one exception that becomes RFC 9457 problem+json for programs and a plain page for people."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, render_template, request
from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from db.errors import BlobsUnavailable, NotFound, Unavailable
from ingesters.errors import IntakeError
from llm.errors import ModelError

log = structlog.get_logger(__name__)
KEPT_HEADERS = frozenset({"Allow", "Retry-After", "Content-Range"})
API_PATHS = ("/api/", "/metrics", "/healthz")

TITLES: dict[int, tuple[str, LazyString]] = {
    400: ("bad_request", _l("The request can't be understood")),
    401: ("unauthorized", _l("Please sign in")),
    403: ("forbidden", _l("This is not allowed for your role")),
    404: ("not_found", _l("Not found")),
    405: ("method_not_allowed", _l("This method is not supported here")),
    406: ("not_acceptable", _l("No such representation")),
    409: ("conflict", _l("Not possible in this state")),
    410: ("gone", _l("No longer here")),
    411: ("length_required", _l("The length of the request is missing")),
    412: ("precondition_failed", _l("This version of the protocol is not supported")),
    413: ("too_large", _l("Too large")),
    415: ("unsupported_media_type", _l("This content type is not supported")),
    416: ("range_not_satisfiable", _l("This range does not exist")),
    422: ("invalid", _l("Some values are not valid")),
    423: ("locked", _l("Somebody else is writing here")),
    429: ("too_many_requests", _l("Too many requests")),
    500: ("internal_error", _l("Something went wrong on our side")),
    503: ("unavailable", _l("Temporarily unavailable")),
    507: ("no_room", _l("No room is left")),
}
DETAILS: dict[int, LazyString] = {
    400: _l("Check the request against the API description at /api/docs."),
    401: _l("Send a valid API key as “Authorization: Bearer KEY”, or sign in."),
    403: _l("Ask an administrator for a role that may do this."),
    404: _l("There is nothing at this address; check it, or it belongs to another workspace."),
    405: _l("Use one of the methods named in the Allow header."),
    413: _l("Send less data."),
    415: _l("Send the content type that the API description at /api/docs names."),
    429: _l("Wait as long as the Retry-After header says, then try again."),
    500: _l("Try again; if it keeps happening, send the request's number to an administrator."),
    503: _l("Try again in a few seconds."),
}


class Problem(Exception):
    """The request is refused; `detail` says in one sentence what to do."""

    def __init__(
        self,
        status: int,
        code: str | None = None,
        detail: "str | LazyString | None" = None,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Take code and detail of the status when none are given."""
        super().__init__(code or status)
        self.status = status
        self.code = code or TITLES[status][0]
        self.detail = detail or DETAILS.get(status, "")
        self.errors, self.headers = list(errors), dict(headers or {})


def in_language(ja: str, en: str) -> str:
    """Choose the sentence for the reader of this request."""
    return ja if str(get_locale()) == "ja" else en


def is_api() -> bool:
    """Tell whether a program is asking."""
    return request.path.startswith(API_PATHS)


def answer(problem: Problem) -> Response:
    """Show a problem to whoever asked."""
    g.problem = problem.code
    response = _as_json(problem) if is_api() else _as_page(problem)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    """Turn every exception that leaves a view into a problem."""
    app.register_error_handler(Problem, answer)
    app.register_error_handler(HTTPException, lambda error: answer(_from_http(error)))
    app.register_error_handler(NotFound, lambda _: answer(Problem(404)))
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(IntakeError, lambda e: answer(Problem(e.status, e.code, in_language(e.ja, e.en))))
    app.register_error_handler(ModelError, _model_away)
    app.register_error_handler(Exception, _unexpected)


def _as_json(problem: Problem) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:shiomi:problem:{problem.code}",
        "title": str(TITLES.get(problem.status, TITLES[400])[1]),
        "status": problem.status,
        "code": problem.code,
        "detail": str(problem.detail),
        "instance": g.get("request_id", ""),
    }
    if problem.errors:
        body["errors"] = problem.errors
    response = jsonify(body)
    response.content_type = "application/problem+json"
    return response


def _as_page(problem: Problem) -> Response:
    title = TITLES.get(problem.status, TITLES[400])[1]
    return Response(render_template("error.html", problem=problem, title=title), mimetype="text/html")


def _from_http(error: HTTPException) -> Problem:
    status = error.code or 500
    if status not in TITLES:
        status = 400 if status < 500 else 500
    kept = {name: value for name, value in error.get_headers(request.environ) if name in KEPT_HEADERS}
    return Problem(status, headers=kept)


def _unavailable(error: Unavailable) -> Response:
    away = "storage" if isinstance(error, BlobsUnavailable) else "database"
    log.warning("away", what=away, path=request.path, detail=str(error))
    return answer(Problem(503, f"{away}_unavailable", headers={"Retry-After": "5"}))


def _model_away(error: ModelError) -> Response:
    log.warning("model refused", detail=str(error)[:300])
    retry = {"Retry-After": str(round(error.retry_after or 10))} if error.passing else {}
    return answer(Problem(503, error.code, error.sentence(str(get_locale())), headers=retry))


def _unexpected(error: Exception) -> Response:
    log.error("request failed", path=request.path, method=request.method, exc_info=error)
    return answer(Problem(500))
