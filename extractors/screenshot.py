"""A screenshot, read: the picture within bounds, its words, and the values, tables and charts of its dashboard."""

from collections.abc import Iterator
from pathlib import Path

from extractors import dashboard, picture, sandbox_models
from extractors.errors import ScreenshotLowResolutionError, ScreenshotWithoutTextError
from extractors.model import Box
from extractors.picture import Picture
from extractors.screenshot_model import ScreenshotRead
from extractors.words import Line, Ocr, Reading, Word

LEAST_PIXELS = 200 * 200
"""A picture with fewer pixels and no text that could be read is blamed on its size."""


def stream(path: Path, _params: dict[str, str | int | bool]) -> Iterator[ScreenshotRead]:
    """Read a screenshot for the sandbox."""
    yield read(path, sandbox_models.reader())


def read(path: Path, ocr: Ocr) -> ScreenshotRead:
    """Read a screenshot; raise an ExtractionError when it can't be opened or shows no text."""
    seen = picture.read(path)
    reading = _in_original_pixels(ocr.read(seen.image), seen)
    if not reading.lines:
        small = seen.width * seen.height < LEAST_PIXELS
        raise ScreenshotLowResolutionError if small else ScreenshotWithoutTextError
    found = dashboard.read(reading)
    return ScreenshotRead(
        width=seen.width,
        height=seen.height,
        lines=reading.lines,
        metrics=found.metrics,
        grids=found.grids,
        charts=found.charts,
        account=found.account,
        period=found.period,
        layout=found.layout,
        panels=found.panels,
        outcome=found.outcome,
        preview=picture.preview(seen.image),
        warnings=seen.warnings,
    )


def _in_original_pixels(reading: Reading, seen: Picture) -> Reading:
    if seen.scale == 1.0:
        return reading
    lines = tuple(_line(line, 1 / seen.scale) for line in reading.lines)
    return Reading(seen.width, seen.height, lines)


def _line(line: Line, times: float) -> Line:
    words = tuple(Word(word.text, _box(word.box, times), word.confidence) for word in line.words)
    return Line(line.text, _box(line.box, times), line.confidence, words, line.vertical)


def _box(box: Box, times: float) -> Box:
    x, y, width, height = box
    return x * times, y * times, width * times, height * times
