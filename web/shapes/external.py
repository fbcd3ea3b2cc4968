"""Partners' analyses as the API takes and shows them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from werkzeug.datastructures import FileStorage

from db.analyses import Analysis, Counts
from db.analysis_files import AnalysisFile
from db.jobs import Job
from db.sales import Figure
from ingesters.analysis_shape import AnalysisBody, few
from web.problems import in_language
from web.shapes.jobs import File, JobError, Status
from web.uploads import streamed

LEVELS = ((200, 4), (50, 3), (10, 2))
LEVEL_NAMES = {1: "starting", 2: "similar_phases", 3: "sales_based", 4: "per_liver"}


def _several(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class StoreBody(AnalysisBody):
    """An analysis with its files, by URL or in the message."""

    model_config = ConfigDict(extra="allow", arbitrary_types_allowed=True)

    video: File | None = None
    screenshots: Annotated[list[File], BeforeValidator(_several), AfterValidator(few)] = Field(default=[])

    def check(self) -> None:
        """Refuse a message that says nothing, files under other names, and empty files; raise ValidationError."""
        wrong: list[tuple[tuple[str | int, ...], str]] = []
        extra = self.model_extra or {}
        for name, value in extra.items():
            if any(isinstance(part, FileStorage) for part in (value if isinstance(value, list) else [value])):
                wrong.append(((name,), "extra_forbidden"))
        files = [(("video",), self.video)] if self.video else []
        files += [(("screenshots", at), file) for at, file in enumerate(self.screenshots)]  # type: ignore[misc]
        wrong += [(path, "file_empty") for path, file in files if streamed(file).is_empty]
        if not (files or self.video_url or self.screenshot_urls or self.sales or self.analysis):
            wrong.append(((), "nothing_given"))
        if wrong:
            raise ValidationError.from_exception_data("StoreBody", [_line(path, code) for path, code in wrong])


def _line(path: tuple[str | int, ...], code: str) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError(code, "wrong"), loc=path, input=None)


class ChildJob(BaseModel):
    """A job of an analysis."""

    id: UUID
    kind: str
    status: Status
    error: JobError | None


class StoreAnswer(BaseModel):
    """The analysis and the jobs that work on it."""

    analysis_id: UUID
    jobs: list[ChildJob]


class FileShape(BaseModel):
    """A video or picture: `state` is `to_fetch`, `job`, `kept` (no kind of job works on it yet) or `failed`."""

    role: Literal["video", "screenshot"]
    filename: str | None
    url: str | None
    state: Literal["to_fetch", "job", "kept", "failed"]
    job_id: UUID | None
    error: JobError | None


class FigureShape(BaseModel):
    """One figure; money carries its currency."""

    scope: Literal["session", "phase", "product"]
    item: str
    name: str
    value: float
    unit: str
    currency: str | None


class AnalysisAnswer(BaseModel):
    """How far an analysis is, and what is stored of it. `status` sums up all its jobs."""

    analysis_id: UUID
    status: Status
    title: str | None
    liver: str | None
    stream_id: str | None
    product: str | None
    started_at: datetime | None
    created_at: datetime
    stored_at: datetime | None
    jobs: list[ChildJob]
    files: list[FileShape]
    sales: list[FigureShape]
    phases: int


class StatsAnswer(BaseModel):
    """What the workspace knows. `total_gmv` holds one sum for each currency; GMV within 24 hours is not in it."""

    total_analyses: int
    total_sessions: int
    total_gmv: dict[str, float]
    total_livers: int
    total_phases: int
    total_chunks: int
    level: int = Field(ge=1, le=4)
    level_name: Literal["starting", "similar_phases", "sales_based", "per_liver"]


def child_shape(job: Job) -> ChildJob:
    """Show a job in short."""
    return ChildJob(id=job.id, kind=job.kind, status=job.status, error=error_shape(job))


def error_shape(found: Job | AnalysisFile) -> JobError | None:
    """Say why a job or a file failed, in the reader's language."""
    if not found.error_code:
        return None
    return JobError(code=found.error_code, message=in_language(found.error_ja or "", found.error_en or ""))


def file_shape(file: AnalysisFile) -> FileShape:
    """Show a file."""
    state = "failed" if file.error_code else "to_fetch" if file.asset_id is None else "job" if file.job_id else "kept"
    return FileShape(
        role=file.role, filename=file.filename, url=file.url, state=state, job_id=file.job_id, error=error_shape(file)
    )


def figure_shape(figure: Figure) -> FigureShape:
    """Show a figure."""
    return FigureShape(**{**vars(figure), "value": float(figure.value), "currency": figure.currency or None})


def analysis_shape(
    analysis: Analysis, jobs: list[Job], files: list[AnalysisFile], figures: list[Figure], phases: int
) -> AnalysisAnswer:
    """Show an analysis."""
    return AnalysisAnswer(
        analysis_id=analysis.id,
        status=_overall([job.status for job in jobs]),
        title=analysis.title,
        liver=analysis.liver,
        stream_id=analysis.stream_id,
        product=analysis.product,
        started_at=analysis.started_at,
        created_at=analysis.created_at,
        stored_at=analysis.stored_at,
        jobs=[child_shape(job) for job in jobs],
        files=[file_shape(file) for file in files],
        sales=[figure_shape(figure) for figure in figures],
        phases=phases,
    )


def stats_shape(counts: Counts, gmv: dict[str, float]) -> StatsAnswer:
    """Show the totals; the level says what the amount of stored sessions allows, and claims no more."""
    level = next((level for least, level in LEVELS if counts.sessions >= least), 1)
    return StatsAnswer(
        total_analyses=counts.analyses,
        total_sessions=counts.sessions,
        total_gmv=gmv,
        total_livers=counts.livers,
        total_phases=counts.phases,
        total_chunks=counts.chunks,
        level=level,
        level_name=LEVEL_NAMES[level],
    )


def _overall(statuses: list[str]) -> str:
    order = ("running", "waiting", "failed", "quarantined", "cancelled")
    return next((status for status in order if status in statuses), "succeeded")
