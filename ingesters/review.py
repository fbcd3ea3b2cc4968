"""What people decide about values that were read: written down, in effect at once, and taken back if they wish.

The passage that search finds is rewritten in the same transaction.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import structlog

import db
from db import chunks, corrections, metrics, screenshots
from db.corrections import Person, Said
from db.metrics import Metric
from ingesters.errors import IntakeError
from ingesters.passages import metric_chunk

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Place:
    """The value that is meant: the key it has on a screenshot of a workspace."""

    workspace: str
    screenshot_id: UUID
    key: str


def correct(place: Place, said: Callable[[Metric], Said], by: Person, note: str | None) -> Metric:
    """Put what is true in place of what was read; `said` is told the value, to understand what it is given."""
    with _decided(place, "correct") as (connection, held):
        corrections.correct(connection, held, said(held), by, note)
    return read(place)


def accept(place: Place, by: Person, note: str | None) -> Metric:
    """Say that a value is right as it was read."""
    with _decided(place, "accept") as (connection, held):
        corrections.accept(connection, held, by, note)
    return read(place)


def undo(place: Place, by: Person, note: str | None) -> Metric:
    """Take back the decision in effect; raise IntakeError when there is none."""
    with _decided(place, "undo") as (connection, held):
        if not corrections.undo(connection, held, by, note):
            raise IntakeError(
                "nothing_to_undo",
                "この値には取り消せる修正や確認がありません。",
                "Nothing has been decided about this value; there is nothing to take back.",
                status=409,
            )
    return read(place)


def read(place: Place) -> Metric:
    """Read the value as it counts now; raise NotFound."""
    with db.transaction(place.workspace) as connection:
        return metrics.get(connection, place.screenshot_id, place.key)


@contextmanager
def _decided(place: Place, action: str) -> Iterator[tuple[db.Connection, Metric]]:
    """Hold the value for one decision, then let its passage say what counts."""
    with db.transaction(place.workspace) as connection:
        yield connection, metrics.hold(connection, place.screenshot_id, place.key)
        about = screenshots.get(connection, place.screenshot_id)
        metric = metrics.get(connection, place.screenshot_id, place.key)
        above = [part for part in (about.account, about.period) if part]
        chunks.rewrite(connection, place.screenshot_id, metric_chunk(metric, above))
    log.info("value decided", screenshot_id=str(place.screenshot_id), key=place.key, action=action)
