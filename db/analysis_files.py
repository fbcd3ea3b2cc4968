"""Files of an analysis: its video and pictures, each on its way, worked on by a job of its own, or kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

from db.pool import Connection

VIDEO, SCREENSHOT = "video", "screenshot"


@dataclass(frozen=True)
class AnalysisFile:
    """One file: without an asset it still has to be fetched, without a job it is kept until one can work on it."""

    role: str
    ordinal: int
    url: str | None
    filename: str | None
    asset_id: UUID | None
    job_id: UUID | None
    error_code: str | None = None
    error_ja: str | None = None
    error_en: str | None = None


_FIELDS = tuple(AnalysisFile.__dataclass_fields__)


def add(connection: Connection, workspace: str, analysis_id: UUID, files: Sequence[AnalysisFile]) -> None:
    """Store files; one that is there stays as it is."""
    connection.cursor().executemany(
        f"INSERT INTO analysis_files (workspace_id, analysis_id, {', '.join(_FIELDS)}) "
        f"VALUES (%s, %s, {', '.join(['%s'] * len(_FIELDS))}) ON CONFLICT DO NOTHING",
        [(workspace, analysis_id, *vars(one).values()) for one in files],
    )


def settle(connection: Connection, analysis_id: UUID, file: AnalysisFile) -> None:
    """Note what became of a file that had to be fetched."""
    connection.execute(
        "UPDATE analysis_files SET filename = %s, asset_id = %s, job_id = %s, error_code = %s, error_ja = %s, error_en = %s "
        "WHERE analysis_id = %s AND role = %s AND ordinal = %s",
        (file.filename, file.asset_id, file.job_id, file.error_code, file.error_ja, file.error_en,
         analysis_id, file.role, file.ordinal),
    )  # fmt: skip


def of_analysis(connection: Connection, analysis_id: UUID) -> list[AnalysisFile]:
    """Read the files of an analysis in their order."""
    cursor = connection.cursor(row_factory=class_row(AnalysisFile))
    return cursor.execute(
        f"SELECT {', '.join(_FIELDS)} FROM analysis_files WHERE analysis_id = %s ORDER BY role, ordinal", (analysis_id,)
    ).fetchall()


def to_fetch(connection: Connection, job_id: UUID) -> list[tuple[UUID, AnalysisFile]]:
    """Read the files that a job's analyses still have to fetch, those that failed before among them."""
    rows = connection.execute(
        f"SELECT f.analysis_id, {', '.join(f'f.{name}' for name in _FIELDS)} FROM analysis_files f "
        "JOIN analyses a ON a.id = f.analysis_id WHERE a.job_id = %s AND f.asset_id IS NULL AND f.url IS NOT NULL "
        "ORDER BY f.analysis_id, f.role, f.ordinal",
        (job_id,),
    ).fetchall()
    return [(row[0], AnalysisFile(*row[1:])) for row in rows]
