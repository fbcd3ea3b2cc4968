"""Screenshots: the list, and the review page of one: its picture with the values beside it."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

import db
from db import chunks, metrics
from db.screenshots import OUTCOMES
from web.access import caller, requires
from web.contract import checked
from web.pages import values
from web.pages.values import Shown
from web.problems import Problem
from web.screenshots import page_of_screenshots, show, whole
from web.shapes.metrics import tidy
from web.shapes.screenshots import ScreenshotQuery, ScreenshotShape

blueprint = Blueprint("screenshots", __name__)
FILTERS = ("cursor", "outcome", "needs_review", "stream_id")
LINES_SHOWN = 600


@dataclass(frozen=True)
class Refused:
    """What was typed into which value's field, and why it was not taken."""

    key: str
    said: str
    sentence: str


@blueprint.get("/screenshots")
@requires("viewer")
def index() -> str:
    """List screenshots, all or those that the filters ask for."""
    wanted = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    query = checked(lambda: ScreenshotQuery.model_validate({"limit": 24, **wanted}))
    found, cursor = page_of_screenshots(query)
    with db.transaction(caller().workspace) as connection:
        waiting = metrics.count_review(connection, query.stream_id)
    return render_template(
        "screenshots.html", screenshots=found, cursor=cursor, query=query, outcomes=OUTCOMES, waiting=waiting
    )


@blueprint.get("/screenshots/<uuid:screenshot_id>")
@requires("viewer")
def screenshot(screenshot_id: UUID) -> str:
    """Show the review page; `value` names a value to point at, `chunk` a passage that search found."""
    return _page(screenshot_id, None)


@blueprint.get("/screenshots/<uuid:screenshot_id>/values/<string:key>/history")
@requires("viewer")
def history(screenshot_id: UUID, key: str) -> str:
    """Show who decided what about a value."""
    with db.transaction(caller().workspace) as connection:
        metric = metrics.get(connection, screenshot_id, key)
    return render_template("_value_history.html", history=values.history(screenshot_id, key), unit=metric.unit)


@blueprint.post("/screenshots/<uuid:screenshot_id>/values/<string:key>")
@requires("editor")
def decide(screenshot_id: UUID, key: str) -> Response:
    """Correct, accept or undo, and show the value again."""
    refused = None
    try:
        values.decide(screenshot_id, key)
    except Problem as problem:
        refused = Refused(key, request.form.get("said", ""), str(problem.detail))
    status = 422 if refused else 200
    if "HX-Request" in request.headers:
        return make_response(_part(screenshot_id, key, refused), status)
    if refused:
        return make_response(_page(screenshot_id, refused), status)
    return redirect(url_for(".screenshot", screenshot_id=screenshot_id, value=key), 303)


def _page(screenshot_id: UUID, refused: Refused | None) -> str:
    found = whole(screenshot_id)
    read = values.shown(found.metrics)
    place = _place(screenshot_id)
    key = refused.key if refused else request.args.get("value") or _key_at(read, place)
    in_picture_order = request.args.get("order") == "picture"
    return render_template(
        "screenshot.html",
        **_about(found),
        read=read,
        shown=read if in_picture_order else values.unsure_first(read),
        in_picture_order=in_picture_order,
        chosen=key,
        place=None if key else place,
        refused=refused,
        low=values.LOW,
        lines=found.lines[:LINES_SHOWN],
        question=request.args.get("q", "")[:2000],
    )


def _part(screenshot_id: UUID, key: str, refused: Refused | None) -> str:
    """Show one value again, with the count of those that still need a look."""
    found = whole(screenshot_id)
    value = next(value for value in values.shown(found.metrics) if value.metric.key == key)
    said = refused.sentence if refused else values.said_of(value, request.form.get("action", ""))
    return render_template("_value.html", **_about(found), value=value, refused=refused, said=said)


def _about(found: ScreenshotShape) -> dict[str, object]:
    waiting = sum(metric.status == "needs_review" for metric in found.metrics)
    has_picture = show(found.id).preview_key is not None
    return {"screenshot": found, "waiting": waiting, "has_picture": has_picture}


def _place(screenshot_id: UUID) -> list[float] | None:
    """Find the box of the passage that search found, if it belongs to this picture."""
    chunk_id = request.args.get("chunk", type=int)
    if not chunk_id or not 0 < chunk_id < 2**63:
        return None
    with db.transaction(caller().workspace) as connection:
        chunk = chunks.get(connection, chunk_id)
        same = chunks.of_document(connection, screenshot_id, 1, chunk.ordinal - 1) if chunk else []
    return chunk.bbox if chunk and same and same[0].id == chunk.id else None


def _key_at(read: list[Shown], place: list[float] | None) -> str | None:
    """Find the value that a passage speaks of: the one at its place."""
    if place is None:
        return None
    return next((value.metric.key for value in read if value.metric.bbox == tidy(place)), None)
