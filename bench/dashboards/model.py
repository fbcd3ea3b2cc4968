"""What is known of a made picture: every printed string, every value with its meaning, tables and charts."""

from dataclasses import dataclass
from pathlib import Path

from extractors.model import Box


@dataclass(frozen=True, slots=True)
class TrueString:
    """A printed run of characters on one line; the box is tight around its ink, in pixels of the picture."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class TrueField:
    """A printed value that has a label: "other" when the label is outside the vocabulary of the platform."""

    name: str
    value: float | None
    """None: a dash is printed where the value would be."""
    unit: str
    raw: str
    box: Box
    panel: int
    label: str
    change: float | None = None
    """The change in percent that is printed beside the value."""


@dataclass(frozen=True, slots=True)
class TrueGrid:
    """A table with its header as the first row; columns holds a metric name, or nothing, for each column."""

    rows: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]
    boxes: tuple[tuple[Box, ...], ...]
    panel: int


@dataclass(frozen=True, slots=True)
class TrueChart:
    """What is printed on a chart."""

    axis: tuple[str, ...]
    legend: tuple[str, ...]
    values: tuple[str, ...]
    box: Box
    panel: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture of a dashboard and all that is printed on it."""

    name: str
    image_path: Path
    language: str
    strings: tuple[TrueString, ...]
    fields: tuple[TrueField, ...]
    grids: tuple[TrueGrid, ...]
    charts: tuple[TrueChart, ...]
    kind: str
    size: tuple[int, int]
    marks: tuple[TrueString, ...] = ()
    """Drawn signs with the characters that a reader may take them for: the dot of a legend, the way back."""
    period: str | None = None
    account: str | None = None
