"""The queue of values that need a look, over all screenshots: one at a time, least sure first."""

from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

import db
from db import metrics, screenshots
from db.errors import NotFound
from web.access import caller, requires
from web.contract import checked
from web.corrections import page_of_review, place_of
from web.pages import values
from web.problems import Problem
from web.shapes.metrics import ReviewItem, ReviewList, ReviewQuery, review_item

blueprint = Blueprint("review", __name__)
REMEMBERED = 20
"""Decisions that can be taken back without leaving the queue."""
END = "end"


@dataclass(frozen=True)
class Way:
    """Where somebody is in the queue: behind `cursor`, having decided about `trail` (ID/KEY each, newest last)."""

    cursor: str | None = None
    stream_id: str | None = None
    trail: list[str] = field(default_factory=list)
    at: str | None = None

    def address(self, **changes: object) -> str:
        """Give the address of this place in the queue, with some of it changed."""
        args = {name: value for name, value in {**vars(self), **changes}.items() if value}
        return url_for("review.index") + ("?" + urlencode(args, doseq=True) if args else "")


@blueprint.get("/review")
@requires("viewer")
def index() -> str:
    """Show the next value that needs a look."""
    way = Way(
        request.args.get("cursor") or None,
        request.args.get("stream_id") or None,
        request.args.getlist("trail")[-REMEMBERED:],
        request.args.get("at"),
    )
    return _desk(way, "_review.html" if "HX-Request" in request.headers else "review.html")


@blueprint.post("/review")
@requires("editor")
def decide() -> Response:
    """Decide about a value and go on to the next; or take the last decision back and show its value again."""
    form, trail = request.form, request.form.getlist("trail")[-REMEMBERED:]
    way = Way(form.get("cursor") or None, form.get("stream_id") or None, trail)
    named = trail[-1] if form.get("action") == "undo" and trail else form.get("value", "")
    try:
        values.decide(*_named(named))
    except Problem as problem:
        way = Way(way.cursor, way.stream_id, trail, named)
        return make_response(_desk(way, _template(), refused=str(problem.detail)), 422)
    is_undo = form.get("action") == "undo"
    after = Way(way.cursor, way.stream_id, trail[:-1], named) if is_undo else _further(way, named)
    if "HX-Request" not in request.headers:
        return redirect(after.address(), 303)
    value = values.show(_item(named).metric)
    return make_response(_desk(after, "_review.html", said=values.said_of(value, form.get("action", ""))))


def _further(way: Way, decided: str) -> Way:
    return Way(way.cursor, way.stream_id, [*way.trail, decided][-REMEMBERED:])


def _desk(way: Way, template: str, **more: object) -> str:
    """Show the value at hand; behind the last one, whether there are some that were skipped."""
    found = _none(way) if way.cursor == END else _queue(way, way.cursor)
    item = _item(way.at) if way.at else found.items[0] if found.items else None
    ahead = _queue(way, found.next_cursor).items if found.next_cursor else []
    return render_template(
        template,
        way=way,
        item=item,
        value=values.show(item.metric) if item else None,
        total=found.total,
        skip=way.cursor if way.at else found.next_cursor or END,
        ahead=ahead[0] if ahead else None,
        has_picture=item is not None and _has_picture(item),
        typed_before=request.form.get("said") if "refused" in more else None,
        **more,
    )


def _queue(way: Way, cursor: str | None) -> ReviewList:
    wanted = {"limit": 1, "cursor": cursor, "stream_id": way.stream_id}
    return page_of_review(checked(lambda: ReviewQuery.model_validate(wanted)))


def _none(way: Way) -> ReviewList:
    return ReviewList(items=[], next_cursor=None, total=_queue(way, None).total)


def _item(named: str) -> ReviewItem:
    """Read the value that ID/KEY names; raise NotFound."""
    place = place_of(*_named(named))
    with db.transaction(caller().workspace) as connection:
        metric = metrics.get(connection, place.screenshot_id, place.key)
        return review_item(metric, screenshots.get(connection, place.screenshot_id))


def _has_picture(item: ReviewItem) -> bool:
    with db.transaction(caller().workspace) as connection:
        return screenshots.get(connection, item.screenshot_id).preview_key is not None


def _named(text: str) -> tuple[UUID, str]:
    screenshot_id, _, key = text.partition("/")
    try:
        return UUID(screenshot_id), key
    except ValueError:
        raise NotFound("No value is called so.") from None


def _template() -> str:
    return "_review.html" if "HX-Request" in request.headers else "review.html"
