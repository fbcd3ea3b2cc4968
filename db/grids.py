"""Grids: the tables of a screenshot, each cell with its place and confidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from db.boxes import box
from db.pool import Connection


@dataclass(frozen=True)
class GridRow:
    """One table; `columns` names what each column holds, empty where that is not known."""

    ordinal: int
    panel: int
    title: str | None
    header: bool
    columns: list[str]
    rows: list[list[str]]
    bbox: list[float]
    boxes: list[list[list[float] | None]]
    confidences: list[list[float]]


def put(connection: Connection, workspace: str, screenshot_id: UUID, grids: Sequence[GridRow]) -> None:
    """Store the tables of a screenshot in place of those of an earlier try."""
    connection.execute("DELETE FROM grids WHERE screenshot_id = %s", (screenshot_id,))
    connection.cursor().executemany(
        "INSERT INTO grids (screenshot_id, workspace_id, ordinal, panel, title, header, columns, rows, bbox, boxes, "
        "confidences) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (screenshot_id, workspace, g.ordinal, g.panel, g.title, g.header, g.columns, Jsonb(g.rows), box(g.bbox),
             Jsonb(g.boxes), Jsonb(g.confidences))
            for g in grids
        ],
    )  # fmt: skip


def of_screenshot(connection: Connection, screenshot_id: UUID) -> list[GridRow]:
    """Read the tables in their order."""
    cursor = connection.cursor(row_factory=class_row(GridRow))
    return cursor.execute(
        "SELECT ordinal, panel, title, header, columns, rows, bbox, boxes, confidences FROM grids WHERE screenshot_id = %s "
        "ORDER BY ordinal",
        (screenshot_id,),
    ).fetchall()
