"""/api/v1/screenshots/…/metrics: what people decide about values that were read, and the queue of those in doubt."""

from uuid import UUID

from flask_babel import gettext

import db
from db import corrections, metrics, screenshots
from db.corrections import Person, Said
from db.errors import NotFound
from db.metrics import Metric
from extractors import numbers
from ingesters import review
from ingesters.review import Place
from web.access import caller
from web.contract import Api
from web.problems import Problem
from web.shapes.lists import make_score_cursor, read_score_cursor
from web.shapes.metrics import (
    CorrectionBody,
    MetricHistory,
    MetricShape,
    NoteBody,
    ReviewList,
    ReviewQuery,
    correction_shape,
    metric_shape,
    review_item,
)

api = Api("corrections")
METRIC = "/screenshots/<uuid:screenshot_id>/metrics/<string:name>"
WORDED = frozenset({"text", "date"})
"""Units of values that are no numbers."""


@api.get("/screenshots/review", "viewer", "List values in doubt", {200: ReviewList})
def list_review(query: ReviewQuery) -> ReviewList:
    """List the values of all screenshots that need a look, least sure first."""
    return page_of_review(query)


@api.get(METRIC, "viewer", "Read a value", {200: MetricHistory})
def read_metric(screenshot_id: UUID, name: str) -> MetricHistory:
    """Read a value by its name (or key) with all decisions about it."""
    place = place_of(screenshot_id, name)
    with db.transaction(place.workspace) as connection:
        metric = metrics.get(connection, screenshot_id, name)
        history = corrections.history(connection, screenshot_id, name)
    return MetricHistory(metric=metric_shape(metric), history=[correction_shape(row) for row in history])


@api.patch(METRIC, "editor", "Correct a value", {200: MetricShape})
def correct_metric(screenshot_id: UUID, name: str, body: CorrectionBody) -> MetricShape:
    """Put what is true beside what was read; it counts everywhere at once."""
    place = place_of(screenshot_id, name)
    return metric_shape(review.correct(place, lambda metric: understood(body, metric), person(), body.note))


@api.post(METRIC + "/accept", "editor", "Accept a value", {200: MetricShape})
def accept_metric(screenshot_id: UUID, name: str, body: NoteBody) -> MetricShape:
    """Say that the value is right as it was read."""
    return metric_shape(review.accept(place_of(screenshot_id, name), person(), body.note))


@api.post(METRIC + "/undo", "editor", "Undo a decision", {200: MetricShape})
def undo_metric(screenshot_id: UUID, name: str, body: NoteBody) -> MetricShape:
    """Take back the newest correction or acceptance, so that what was before it counts again."""
    return metric_shape(review.undo(place_of(screenshot_id, name), person(), body.note))


def person() -> Person:
    """Give who decides."""
    who = caller()
    return Person(who.kind, who.id, who.name)


def place_of(screenshot_id: UUID, key: str) -> Place:
    """Name a value of the caller's workspace; raise NotFound for a key that no database can hold."""
    if "\x00" in key:
        raise NotFound("No value is called so.")
    return Place(caller().workspace, screenshot_id, key)


def page_of_review(query: ReviewQuery) -> ReviewList:
    """Read some values in doubt, least sure first."""
    after = read_score_cursor(query.cursor) if query.cursor else None
    with db.transaction(caller().workspace) as connection:
        found = metrics.review(connection, query.limit + 1, after=after, stream_id=query.stream_id)
        total = metrics.count_review(connection, query.stream_id)
        shown = found[: query.limit]
        seen = {at: screenshots.get(connection, at) for at in {metric.screenshot_id for metric in shown}}
    cursor = make_score_cursor(shown[-1].confidence, shown[-1].id) if len(found) > query.limit else None
    items = [review_item(metric, seen[metric.screenshot_id]) for metric in shown]
    return ReviewList(items=items, next_cursor=cursor, total=total)


def understood(body: CorrectionBody, metric: Metric) -> Said:
    """Understand what is said of a value: a text as a number where one belongs."""
    if body.value is None and body.text is None:
        return Said()
    if metric.unit in WORDED:
        if body.text is None:
            sentence = gettext("This value is a text, not a number; send it as “text”.")
            raise _refused("value", "text_expected", sentence)
        return Said(text=body.text)
    return Said(value=body.value if body.text is None else _number(body.text))


def _number(text: str) -> float:
    found = numbers.parse(text)
    if found is None or found.value is None:
        sentence = gettext("This can't be read as a number; write it like 1,234, ¥1.2万 or 3分12秒.")
        raise _refused("text", "value_not_a_number", sentence)
    return found.value


def _refused(field: str, code: str, sentence: str) -> Problem:
    return Problem(422, code, sentence, errors=[{"field": field, "code": code, "message": sentence}])
