"""PowerPoint: a slide is a page; its title is the heading; tables, groups, charts' words and speaker notes are kept."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from extractors import media_type, tables
from extractors.errors import DocumentBrokenError
from extractors.language import language_of
from extractors.model import Block, Box, DocumentInfo, ExtractionWarning, Page, Part
from extractors.options import Options
from extractors.page_ocr_pictures import Pictures
from extractors.zip_safety import check_xml, open_zip

_POINT = 12_700
_MAX_DEPTH = 10
_MAX_TITLE = 60
_TITLE_ABOVE = 90
_FAULTS = (KeyError, ValueError, AttributeError, TypeError, IndexError, NotImplementedError)
"""What python-pptx raises on a slide that refers to something that isn't there."""


def extract(path: Path, options: Options) -> Iterator[Part]:
    """Read the presentation slide by slide."""
    deck = _open(path)
    slides = list(_slides(deck))
    size = ((deck.slide_width or 0) / _POINT, (deck.slide_height or 0) / _POINT)
    unread = _Reader(size, Pictures(None))
    sample = " ".join(unread.page(slide, number).text for number, slide in enumerate(slides[:50], 1))
    reader = _Reader(size, Pictures(options.ocr), options.first_page)
    read = (reader.page(slide, number) for number, slide in enumerate(slides, 1))
    ahead = list(islice(read, 0 if language_of(sample) else 1))
    title = (deck.core_properties.title or "").strip() or None
    language = language_of(sample.strip() or " ".join(page.text for page in ahead))
    yield DocumentInfo(media_type.SLIDES, title, language, len(slides))
    yield from chain(ahead, read)


def _open(path: Path) -> Any:
    import pptx
    from lxml.etree import LxmlError
    from pptx.exc import PythonPptxError

    with open_zip(path) as archive:
        check_xml(archive)
    try:
        return pptx.Presentation(str(path))
    except (PythonPptxError, LxmlError, OSError, *_FAULTS) as error:
        raise DocumentBrokenError(str(error)) from error


def _slides(deck: Any) -> Iterator[Any]:
    """Yield the slides in order; None for one that is listed but missing."""
    for identifier in deck.slides._sldIdLst:
        try:
            yield deck.part.related_slide(identifier.rId)
        except _FAULTS:
            yield None


class _Reader:
    """Makes pages of slides; pictures on those before the first page wanted are only noted."""

    def __init__(self, size: tuple[float, float], pictures: Pictures, first: int = 1) -> None:
        self._size = size
        self._pictures = pictures
        self._first = first

    def page(self, slide: Any, number: int) -> Page:
        """Read one slide."""
        blocks: list[Block] = []
        warnings: tuple[ExtractionWarning, ...] = ()
        try:
            for block in self._blocks(slide, number):
                blocks.append(block)
        except _FAULTS:
            warnings = (ExtractionWarning("page_unreadable", str(number)),)
        text = "\n".join(block.text for block in blocks)
        hidden = slide is not None and slide._element.get("show") == "0"
        warnings = (*warnings, *self._pictures.news())
        return Page(number, None, *self._size, text, tuple(blocks), hidden=hidden, warnings=warnings)

    def _blocks(self, slide: Any, number: int) -> Iterator[Block]:
        shapes = [shape for shape in _in_order(slide.shapes) if not _is_number(shape)]
        title = slide.shapes.title or _top(shapes)
        if title is not None and title.text_frame.text.strip():
            words = " ".join(title.text_frame.text.split())
            yield Block("heading", words, page=number, bbox=_box(title), level=1)
        for shape in shapes:
            if title is None or shape.shape_id != title.shape_id:
                yield from self._shape(shape, number, 0)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            notes = slide.notes_slide.notes_text_frame.text.strip()
            if notes:
                yield Block("note", notes, page=number)

    def _shape(self, shape: Any, number: int, depth: int) -> Iterator[Block]:
        if hasattr(shape, "shapes"):
            for inner in _in_order(shape.shapes) if depth < _MAX_DEPTH else ():
                yield from self._shape(inner, number, depth + 1)
        elif getattr(shape, "has_table", False):
            yield from _table(shape, number)
        elif getattr(shape, "has_chart", False):
            yield from _chart(shape, number)
        elif isinstance(data := _picture(shape), bytes):
            place = Block("paragraph", "", page=number, bbox=_box(shape))
            yield from self._pictures.blocks(data, place, reading=number >= self._first)
        elif shape.has_text_frame:
            yield from _text(shape, number)


def _picture(shape: Any) -> bytes | None:
    """Give a picture's bytes; one that is only linked, or gone, has none."""
    try:
        return shape.image.blob if hasattr(shape, "image") else None
    except _FAULTS:
        return None


def _is_number(shape: Any) -> bool:
    return shape.is_placeholder and "SLIDE_NUMBER" in str(shape.placeholder_format.type)


def _top(shapes: list[Any]) -> Any:
    """Take a short line at the very top for the title where a slide has no title of its own."""
    first = next((shape for shape in shapes if shape.has_text_frame and shape.text_frame.text.strip()), None)
    if first is None or len(first.text_frame.paragraphs) > 1 or (first.top or 0) / _POINT > _TITLE_ABOVE:
        return None
    return first if len(first.text_frame.text) <= _MAX_TITLE else None


def _in_order(shapes: Any) -> list[Any]:
    """Read shapes as a person does: top to bottom, left to right; those without a place keep theirs."""
    found = list(shapes)
    return sorted(found, key=lambda shape: (round((shape.top or 0) / _POINT / 20), shape.left or 0))


def _text(shape: Any, number: int) -> Iterator[Block]:
    paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if paragraph.text.strip()]
    for paragraph in paragraphs:
        text = " ".join(paragraph.text.replace("\v", " ").split())
        listed = len(paragraphs) > 1 and (paragraph.level > 0 or shape.is_placeholder)
        yield Block("list_item" if listed else "paragraph", text, page=number, bbox=_box(shape))


def _table(shape: Any, number: int) -> Iterator[Block]:
    grid = [["" if cell.is_spanned else cell.text for cell in row.cells] for row in shape.table.rows]
    rows = tables.clean(grid)
    if rows:
        header = bool(shape.table.first_row) or tables.has_header(rows)
        yield Block("table", tables.render(rows), page=number, bbox=_box(shape), rows=rows, header=header)


def _chart(shape: Any, number: int) -> Iterator[Block]:
    """Write a chart's saved numbers as a table: categories down, series across."""
    plot = shape.chart.plots[0]
    series = list(plot.series)
    grid = [["", *(str(item.name or "") for item in series)]]
    for index, category in enumerate(plot.categories):
        grid.append([str(category), *(_point(item.values, index) for item in series)])
    rows = tables.clean(grid)
    if len(rows) > 1:
        yield Block("table", tables.render(rows), page=number, bbox=_box(shape), rows=rows, header=True)


def _point(values: Any, index: int) -> str:
    return f"{values[index]:.11g}" if index < len(values) and values[index] is not None else ""


def _box(shape: Any) -> Box | None:
    if shape.left is None or shape.width is None:
        return None
    sides = (shape.left, shape.top, shape.width, shape.height)
    x, y, width, height = (round((side or 0) / _POINT, 1) for side in sides)
    return (x, y, width, height)
