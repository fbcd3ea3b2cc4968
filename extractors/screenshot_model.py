"""What the reading of one screenshot gives. Types only: web and workers import them without the readers' libraries."""

from dataclasses import dataclass

from extractors.dashboard_model import Chart, Grid, Metric, Outcome
from extractors.model import ExtractionWarning
from extractors.words import Line


@dataclass(frozen=True, slots=True)
class ScreenshotRead:
    """All that one screenshot gave; boxes are in the pixels of the original, seen upright."""

    width: int
    height: int
    lines: tuple[Line, ...]
    metrics: tuple[Metric, ...]
    grids: tuple[Grid, ...]
    charts: tuple[Chart, ...]
    account: str | None
    period: str | None
    layout: str | None
    panels: int
    outcome: Outcome
    preview: bytes
    warnings: tuple[ExtractionWarning, ...] = ()
