"""Corrections: what people decided about values, a history that only grows; the newest that is not undone counts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from db.metrics import Metric
from db.pool import Connection


@dataclass(frozen=True)
class Person:
    """Who decides: a user or the holder of a key."""

    kind: str
    id: UUID
    name: str


@dataclass(frozen=True)
class Correction:
    """One decision: `correct`, `accept` or `undo`, with the value that counted before it."""

    id: int
    action: str
    undoes: int | None
    value: float | None
    text: str | None
    old_value: float | None
    old_text: str | None
    note: str | None
    by_kind: str
    by_id: UUID
    by_name: str
    at: datetime


@dataclass(frozen=True)
class Said:
    """What is true instead of what was read; both None means that there is no such value."""

    value: float | None = None
    text: str | None = None


def correct(connection: Connection, held: Metric, said: Said, by: Person, note: str | None) -> None:
    """Put a value in place of the one that was read; the same again changes nothing."""
    if held.action == "correct" and (held.effective_value, held.effective_text) == (said.value, said.text):
        return
    _add(connection, held, "correct", (said.value, said.text, None), (by, note))


def accept(connection: Connection, held: Metric, by: Person, note: str | None) -> None:
    """Say that the value is right as it was read; again changes nothing."""
    if held.action != "accept":
        _add(connection, held, "accept", (held.value, held.text, None), (by, note))


def undo(connection: Connection, held: Metric, by: Person, note: str | None) -> bool:
    """Take back the decision in effect, so that the one before counts again; False when there is none."""
    if held.decision_id is None:
        return False
    _add(connection, held, "undo", (None, None, held.decision_id), (by, note))
    return True


def history(connection: Connection, screenshot_id: UUID, key: str) -> list[Correction]:
    """Read all decisions about a value, newest first."""
    cursor = connection.cursor(row_factory=class_row(Correction))
    return cursor.execute(
        "SELECT id, action, undoes, value::float8 AS value, text, old_value::float8 AS old_value, old_text, note, by_kind, "
        "by_id, by_name, at FROM corrections WHERE screenshot_id = %s AND metric = %s ORDER BY id DESC",
        (screenshot_id, key),
    ).fetchall()


def _add(
    connection: Connection,
    held: Metric,
    action: str,
    what: tuple[float | None, str | None, int | None],
    who: tuple[Person, str | None],
) -> None:
    by, note = who
    connection.execute(
        "INSERT INTO corrections (workspace_id, screenshot_id, metric, action, value, text, undoes, old_value, old_text, "
        "note, by_kind, by_id, by_name) SELECT workspace_id, id, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s "
        "FROM screenshots WHERE id = %s",
        (held.key, action, *what, held.effective_value, held.effective_text, note, by.kind, by.id, by.name,
         held.screenshot_id),
    )  # fmt: skip
