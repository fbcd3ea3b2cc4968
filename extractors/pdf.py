"""PDF: text with its places, headings, tables, a picture of each page, and which pages still need OCR."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from extractors import media_type, page_ocr, pdf_images, pdf_regions, pdf_scan, pdf_tables
from extractors.errors import DocumentBrokenError, DocumentEncryptedError
from extractors.language import language_of
from extractors.model import Block, DocumentInfo, ExtractionWarning, Page, Part
from extractors.options import Options
from extractors.pdf_layout import Style, squeeze, table_block
from extractors.pdf_orientation import Orientation, orientation_of
from extractors.pdf_regions import Region
from extractors.pdf_repair import repaired
from extractors.pdf_running import Running
from extractors.pdf_scan import Scan
from extractors.pdf_text import Glyph, Segment, glyphs, segments

MAX_PAGES = 5_000
_SAMPLED_PAGES = 6
_SAMPLED_CHARACTERS = 1_200
_MAX_OUTLINE = 5_000
_NO_TITLE = re.compile(r"\(?(anonymous|untitled|無題)\b|microsoft \w+ - |\S+\.(docx?|xlsx?|pptx?|indd)$", re.I)


def extract(path: Path, options: Options) -> Iterator[Part]:
    """Read the document page by page; one page at a time is in memory."""
    with closing(_open(path)) as document:
        count = len(document)
        if count == 0:
            raise DocumentBrokenError("no pages")
        pages = min(count, MAX_PAGES)
        style, sample = _look_ahead(document)
        title = _title(document.get_metadata_dict(skip_empty=True).get("Title") or "")
        cut = (ExtractionWarning("pages_truncated", str(MAX_PAGES)),) if count > MAX_PAGES else ()
        running = Running(options.margins)
        read = (_page(document, index, style, running, options) for index in range(options.first_page - 1, pages))
        ahead = list(islice(read, 0 if language_of(sample) else 1))  # a scan says its language when it is read
        language = language_of(sample.strip() or " ".join(page.text for page in ahead))
        yield DocumentInfo(media_type.PDF, title, language, pages, cut)
        yield from chain(ahead, read)


def _title(written: str) -> str | None:
    """Give the title, unless it is one that a program wrote by itself."""
    title = written.strip()
    return None if not title or _NO_TITLE.match(title) else title


def _open(path: Path) -> Any:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise DocumentEncryptedError(str(error)) from error
        raise DocumentBrokenError(str(error)) from error


@dataclass(frozen=True, slots=True)
class _Seen:
    """What stands on a page before it is put in order."""

    orientation: Orientation
    segments: list[Segment]
    tables: list[Block]
    regions: list[Region]
    warnings: tuple[ExtractionWarning, ...]
    scans: list[Scan] = field(default_factory=list)
    unread: bool = False


def _page(document: Any, index: int, style: Style, running: Running, options: Options) -> Page:
    number = index + 1
    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        warning = ExtractionWarning("page_unreadable", str(number))
        return Page(number, None, None, None, "", (), warnings=(warning,))
    with closing(page):
        seen = _with_scans(page, _see(page), number, options)
        blocks = _ordered(seen, number, style, running)
        picture, warnings = _picture(page, index) if options.images else (None, ())
    text = "\n".join(block.text for block in blocks)
    width, height = seen.orientation.size
    notes = seen.warnings + warnings
    return Page(
        number, None, width, height, text, blocks,
        image=picture, needs_ocr=seen.unread, warnings=notes, margins=running.news(),
    )  # fmt: skip


def _see(page: Any) -> _Seen:
    with closing(page.get_textpage()) as textpage:
        view = orientation_of(page, textpage.raw)
        characters = repaired(glyphs(textpage.raw, view.transform))
        garbage = pdf_regions.is_garbage(characters)
        characters = [] if garbage else characters
        paths, images = pdf_images.objects(page.raw)
        found, warnings = _ruled(characters, paths, textpage.raw, view)
        inside = [table for table, _ in found]
        lines = segments(_outside(characters, inside), textpage.raw, view.angle)
    regions = pdf_regions.regions(images, paths, characters, view.transform, view.upright)
    if garbage:
        regions = [Region((0.0, 0.0, *view.upright), None)]
    return _Seen(view, lines, [block for _, block in found], regions, warnings)


def _with_scans(page: Any, seen: _Seen, number: int, options: Options) -> _Seen:
    """Read what the text layer doesn't say, if there is something to read it with."""
    if not seen.regions or options.ocr is None:
        return replace(seen, unread=pdf_regions.matter(seen.regions, seen.orientation.size))
    tries = list(pdf_scan.read(page, seen.regions, seen.orientation, seen.segments, options.ocr))
    scans, view = [scan for scan in tries if scan is not None], seen.orientation
    if scans and not seen.segments and not seen.tables:
        view, scans = pdf_scan.turned(scans, view)
    unread = len(scans) < len(tries)
    warnings = (*seen.warnings, ExtractionWarning("picture_unread", str(number))) if unread else seen.warnings
    return replace(seen, orientation=view, scans=scans, unread=unread, warnings=warnings)


def _outside(characters: list[Glyph], inside: Sequence[pdf_tables.Ruled]) -> list[Glyph]:
    if not inside:
        return characters
    return [g for g in characters if g.text in (" ", "\n") or not any(table.holds(g) for table in inside)]


def _ordered(seen: _Seen, number: int, style: Style, running: Running) -> tuple[Block, ...]:
    """Put text and tables in reading order, without repeated heads and feet, with boxes as the page is seen."""
    view = seen.orientation
    found = pdf_scan.together(seen.segments, seen.scans, number, style, view.upright)
    drawn = [segment for scan in seen.scans for segment in scan.segments]
    texts = list(running.keep(found, view.height, max(style.body, page_ocr.body_of(drawn))))
    blocks = _with_tables(texts, seen.tables)
    return tuple(replace(block, page=number, bbox=view.seen(block.bbox)) for block in blocks)


def _ruled(
    characters: Sequence[Glyph], paths: Sequence[pdf_images.Drawn], textpage: Any, view: Orientation
) -> tuple[list[tuple[pdf_tables.Ruled, Block]], tuple[ExtractionWarning, ...]]:
    if not characters:
        return [], ()
    edges = pdf_tables.edges(paths, view.transform)
    if len(edges) > pdf_tables.MAX_EDGES:
        return [], (ExtractionWarning("tables_skipped"),)
    found = []
    for table in pdf_tables.ruled(edges):
        rows = pdf_tables.read(table, characters, textpage, view.angle)
        if pdf_tables.is_filled(rows):
            found.append((table, table_block(rows, table.box, 0)))
    return found, ()


def _with_tables(blocks: list[Block], found: Sequence[Block]) -> list[Block]:
    """Put each table after the last block that stands above it."""
    for table in sorted(found, key=lambda block: block.bbox[1] if block.bbox else 0):
        top = table.bbox[1] if table.bbox else 0
        above = [at for at, block in enumerate(blocks) if block.bbox and block.bbox[1] + block.bbox[3] / 2 < top]
        blocks.insert(above[-1] + 1 if above else 0, table)
    return blocks


def _picture(page: Any, index: int) -> tuple[bytes | None, tuple[ExtractionWarning, ...]]:
    try:
        return pdf_images.picture(page), ()
    except (pypdfium2.PdfiumError, MemoryError, ValueError, OSError):
        return None, (ExtractionWarning("image_skipped", str(index + 1)),)


# What the whole document's style is


def _look_ahead(document: Any) -> tuple[Style, str]:
    """Sample pages for the body's size and the headings' sizes; read the outline for their titles."""
    sizes: Counter[float] = Counter()
    texts: list[str] = []
    step = max(1, min(len(document), MAX_PAGES) // _SAMPLED_PAGES)
    for index in range(0, min(len(document), MAX_PAGES), step):
        for segment in _sampled(document, index):
            sizes[round(segment.size * 2) / 2] += len(segment.text)
            texts.append(segment.text)
    body = sizes.most_common(1)[0][0] if sizes else 10.0
    larger = sorted((size for size, count in sizes.items() if size > 1.15 * body and count > 2), reverse=True)
    return Style(body, _distinct(larger)[:5], _outline(document)), " ".join(texts)[:20_000]


def _sampled(document: Any, index: int) -> list[Segment]:
    try:
        with closing(document[index]) as page, closing(page.get_textpage()) as textpage:
            view = orientation_of(page, textpage.raw)
            return segments(
                repaired(glyphs(textpage.raw, view.transform, _SAMPLED_CHARACTERS)), textpage.raw, view.angle
            )
    except pypdfium2.PdfiumError:
        return []


def _distinct(sizes: Sequence[float]) -> tuple[float, ...]:
    kept: list[float] = []
    for size in sizes:
        if not kept or size < kept[-1] * 0.92:
            kept.append(size)
    return tuple(kept)


def _outline(document: Any) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for _, bookmark in zip(range(_MAX_OUTLINE), document.get_toc(max_depth=6), strict=False):
        target = bookmark.get_dest()
        page = target.get_index() if target else None
        title = unicodedata.normalize("NFKC", bookmark.get_title())
        if page is not None and title.strip():
            found[(page + 1, squeeze(title))] = bookmark.level + 1
    return found
