"""Phases of an analysis: its stretches of the stream, as the sender divided it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

from db.pool import Connection


@dataclass(frozen=True)
class Phase:
    """One stretch, with what was said and done."""

    ordinal: int
    label: str | None
    start_ms: int | None
    end_ms: int | None
    summary: str | None
    transcript: str | None


def put(connection: Connection, workspace: str, phases: Mapping[UUID, Sequence[Phase]]) -> None:
    """Store the phases of analyses in place of those they had."""
    connection.execute("DELETE FROM analysis_phases WHERE analysis_id = ANY (%s)", (list(phases),))
    rows = [(analysis_id, *vars(one).values()) for analysis_id, given in phases.items() for one in given]
    if rows:
        connection.execute(
            "INSERT INTO analysis_phases (workspace_id, analysis_id, ordinal, label, start_ms, end_ms, summary, transcript) "
            "SELECT %s, r.* FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], "
            "%s::text[]) r",
            (workspace, *(list(column) for column in zip(*rows, strict=True))),
        )


def of_analysis(connection: Connection, analysis_id: UUID) -> list[Phase]:
    """Read the phases of an analysis in their order."""
    cursor = connection.cursor(row_factory=class_row(Phase))
    return cursor.execute(
        "SELECT ordinal, label, start_ms, end_ms, summary, transcript FROM analysis_phases WHERE analysis_id = %s "
        "ORDER BY ordinal",
        (analysis_id,),
    ).fetchall()
