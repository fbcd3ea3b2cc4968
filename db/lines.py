"""Lines: the text of a screenshot where it stands, each line with its words, places and confidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from db.boxes import box
from db.pool import Connection


@dataclass(frozen=True)
class LineRow:
    """One line; its words are [text, [x, y, width, height], confidence]."""

    ordinal: int
    text: str
    bbox: list[float]
    confidence: float
    vertical: bool
    words: list[tuple[str, list[float], float]]


def put(connection: Connection, workspace: str, screenshot_id: UUID, lines: Sequence[LineRow]) -> None:
    """Store the lines of a screenshot in place of those of an earlier try."""
    connection.execute("DELETE FROM screenshot_lines WHERE screenshot_id = %s", (screenshot_id,))
    connection.cursor().executemany(
        "INSERT INTO screenshot_lines (screenshot_id, workspace_id, ordinal, text, bbox, confidence, vertical, words) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (screenshot_id, workspace, x.ordinal, x.text, box(x.bbox), x.confidence, x.vertical, Jsonb(x.words))
            for x in lines
        ],
    )


def of_screenshot(connection: Connection, screenshot_id: UUID) -> list[LineRow]:
    """Read the lines in their order."""
    cursor = connection.cursor(row_factory=class_row(LineRow))
    return cursor.execute(
        "SELECT ordinal, text, bbox, confidence, vertical, words FROM screenshot_lines WHERE screenshot_id = %s "
        "ORDER BY ordinal",
        (screenshot_id,),
    ).fetchall()
