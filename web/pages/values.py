"""Values of a picture as its pages show them, and what people decide about them by form."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask_babel import gettext

import db
from db import corrections as decisions
from db.corrections import Correction
from ingesters import review
from ingesters.errors import IntakeError
from web.access import caller
from web.contract import checked
from web.corrections import person, place_of, understood
from web.pages.figures import figure, typed
from web.pages.metric_words import metric_name
from web.problems import Problem, in_language
from web.shapes.metrics import CorrectionBody, MetricShape

Box = tuple[float, float, float, float]
LOW = 0.85
"""Cells of tables that are less sure than this are marked, as values are."""


@dataclass(frozen=True)
class Shown:
    """A value with its number in reading order, from 1, and the parts of the picture to enlarge for it."""

    number: int
    metric: MetricShape
    close: str
    wide: str

    @property
    def waits(self) -> bool:
        """Tell whether it needs a look."""
        return self.metric.status == "needs_review"

    @property
    def title(self) -> str:
        """Say what it is."""
        return metric_name(self.metric.name, self.metric.label)

    @property
    def figure(self) -> str:
        """Say what counts now."""
        return figure(self.metric.effective_value, self.metric.effective_text, self.metric.unit)

    @property
    def figure_read(self) -> str:
        """Say what was read."""
        return figure(self.metric.value, self.metric.text, self.metric.unit)

    @property
    def typed(self) -> str:
        """Give what stands in the field at first: what is printed, or what somebody put in its place."""
        metric = self.metric
        if metric.status == "corrected":
            return typed(metric.corrected_value, metric.corrected_text, metric.unit)
        return metric.raw or typed(metric.value, metric.text, metric.unit)


def shown(metrics: Sequence[MetricShape]) -> list[Shown]:
    """Number values in their reading order."""
    return [show(metric, number) for number, metric in enumerate(metrics, 1)]


def show(metric: MetricShape, number: int = 1) -> Shown:
    """Show one value."""
    box = _box(metric.bbox)
    both = _union(box, _box(metric.label_bbox)) if metric.label_bbox else box
    return Shown(number, metric, _around(box, 0.6), _around(both, 0.9))


def unsure_first(values: Sequence[Shown]) -> list[Shown]:
    """Put what needs a look first, least sure before; the rest stays in reading order."""
    return sorted(values, key=lambda value: (not value.waits, value.metric.confidence if value.waits else 0))


def decide(screenshot_id: UUID, key: str) -> None:
    """Do what the form says about a value; raise a Problem whose detail can stand beside the field."""
    place, said, note = place_of(screenshot_id, key), request.form.get("said", "").strip(), _note()
    is_same = said == request.form.get("shown", "").strip()
    action = request.form.get("action", "save")
    try:
        if action == "undo":
            review.undo(place, person(), note)
        elif action == "accept" or (action == "save" and is_same and request.form.get("status") != "corrected"):
            review.accept(place, person(), note)
        elif action == "none" or not is_same:
            body = _body(None if action == "none" else said, note)
            review.correct(place, lambda metric: understood(body, metric), person(), note)
    except IntakeError as error:
        raise Problem(error.status, error.code, in_language(error.ja, error.en)) from None


def history(screenshot_id: UUID, key: str) -> list[Correction]:
    """Read all decisions about a value, newest first."""
    place = place_of(screenshot_id, key)
    with db.transaction(caller().workspace) as connection:
        return decisions.history(connection, place.screenshot_id, place.key)


def said_of(value: Shown, action: str) -> str:
    """Say what has just been done, for the eye and the ear."""
    names = {"name": value.title, "value": value.figure}
    if action == "undo":
        return str(gettext("Taken back: %(name)s is %(value)s again.", **names))
    if value.metric.status == "corrected":
        return str(gettext("Saved: %(name)s is %(value)s.", **names))
    return str(gettext("Confirmed: %(name)s is %(value)s.", **names))


def _body(said: str | None, note: str | None) -> CorrectionBody:
    if said == "":
        sentence = gettext("Type the value, or choose “There is no such value”.")
        raise Problem(422, "value_missing", sentence)
    try:
        return checked(lambda: CorrectionBody.model_validate({"text": said, "note": note}))
    except Problem as problem:
        raise Problem(422, problem.code, problem.errors[0]["message"]) from None


def _note() -> str | None:
    return request.form.get("note", "").strip() or None


def _box(box: Sequence[float]) -> Box:
    x, y, width, height = box
    return x, y, max(width, 1), max(height, 1)


def _union(one: Box, other: Box) -> Box:
    left, top = min(one[0], other[0]), min(one[1], other[1])
    right, bottom = max(one[0] + one[2], other[0] + other[2]), max(one[1] + one[3], other[1] + other[3])
    return left, top, right - left, bottom - top


def _around(box: Box, share: float) -> str:
    """Give the view of an SVG that shows a box and what is around it."""
    pad = max(6.0, min(box[2], box[3]) * share)
    return " ".join(f"{edge:.1f}" for edge in (box[0] - pad, box[1] - pad, box[2] + 2 * pad, box[3] + 2 * pad))
