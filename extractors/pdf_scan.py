"""Read the parts of a page that only a picture shows: drawn at the picture's own density, read, put among the text."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from PIL.Image import Image

from extractors import page_ocr
from extractors.model import Block
from extractors.page_ocr import Frame
from extractors.page_ocr_merge import without_doubles
from extractors.pdf_layout import Style, blocks_of
from extractors.pdf_orientation import Orientation
from extractors.pdf_regions import Area, Region
from extractors.pdf_text import Segment
from extractors.words import Ocr

_LEAST_DPI, _MOST_DPI = 200, 300
_MOST_PIXELS = 16_000_000
_POINTS = 72
_OVER = 2
"""Quarter turns after which vertical writing is vertical again."""
_IS_PAGE = 0.4
"""Share of the page from which on a picture and the text layer are laid out as one (a form with typed answers)."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was read on one region, placed like the page's upright text."""

    area: Area
    segments: tuple[Segment, ...]
    turns: int = 0
    """Quarter turns to the left that would bring its lines upright."""


def read(
    page: Any, regions: Sequence[Region], view: Orientation, written: Sequence[Segment], ocr: Callable[[], Ocr]
) -> Iterator[Scan | None]:
    """Yield what each region says beyond the text layer; None for one that can't be drawn or read."""
    for region in regions:
        try:
            yield _read(page, region, view, written, ocr())
        except (MemoryError, ValueError, RuntimeError):  # the last also of pdfium and of the inference library
            yield None


def turned(scans: Sequence[Scan], view: Orientation) -> tuple[Orientation, list[Scan]]:
    """Lay a page without any text of its own upright by what was read on it."""
    largest = max(scans, key=lambda scan: sum(len(segment.text) for segment in scan.segments))
    if not largest.turns:
        return view, list(scans)
    upright = replace(view, turns=largest.turns)
    return upright, [_turned(scan, largest.turns, view.size) for scan in scans]


def together(
    written: Sequence[Segment], scans: Sequence[Scan], number: int, style: Style, size: tuple[float, float]
) -> list[Block]:
    """Order text and scans as one page; smaller pictures come after what stands above them."""
    pages = [scan for scan in scans if _share(scan.area, size) >= _IS_PAGE]
    blocks = _one_page(written, [segment for scan in pages for segment in scan.segments], number, style)
    for scan in scans:
        if scan not in pages:
            _insert(blocks, page_ocr.blocks(scan.segments, number, headings=False))
    return blocks


def _one_page(written: Sequence[Segment], read: Sequence[Segment], number: int, style: Style) -> list[Block]:
    if not read:
        return blocks_of(written, number, style)
    if not written:
        return page_ocr.blocks(read, number, headings=True)
    own, even = page_ocr.evened(read)
    scanned = sum(len(s.text) for s in read) > sum(len(s.text) for s in written)
    blocks = blocks_of([*written, *even], number, replace(own, outline=style.outline) if scanned else style)
    return [_sourced(block, read, written) for block in blocks]


def _sourced(block: Block, read: Sequence[Segment], written: Sequence[Segment]) -> Block:
    return replace(block, source="ocr") if _letters(read, block) > _letters(written, block) else block


def _letters(segments: Sequence[Segment], block: Block) -> int:
    x, y, wide, tall = block.bbox or (0, 0, 0, 0)
    inside = [s for s in segments if x - 1 < (s.x0 + s.x1) / 2 < x + wide + 1 and y - 1 < s.middle < y + tall + 1]
    return sum(len(segment.text) for segment in inside)


def _insert(blocks: list[Block], found: Sequence[Block]) -> None:
    """Put a picture's blocks after the last block that stands above the picture."""
    tops = [block.bbox[1] for block in found if block.bbox]
    if not tops:
        return
    above = [at for at, block in enumerate(blocks) if block.bbox and block.bbox[1] + block.bbox[3] / 2 < min(tops)]
    place = above[-1] + 1 if above else 0
    blocks[place:place] = found


def _read(page: Any, region: Region, view: Orientation, written: Sequence[Segment], ocr: Ocr) -> Scan:
    area = view.seen((*region.area[:2], region.area[2] - region.area[0], region.area[3] - region.area[1]))
    assert area is not None
    picture = _drawn(page, area, region.density)
    if view.turns:
        picture = picture.rotate(90 * view.turns, expand=True)
    reading = ocr.read(picture)
    wide, tall = region.area[2] - region.area[0], region.area[3] - region.area[1]
    frame = Frame(region.area[0], region.area[1], wide / reading.width, tall / reading.height)
    own = without_doubles(page_ocr.segments(reading, frame), written)
    return Scan(region.area, tuple(own), page_ocr.turns_of(reading))


def _drawn(page: Any, box: tuple[float, float, float, float], density: float | None) -> Image:
    """Draw a part of the page as it is seen."""
    dots = min(max((density or 0.0) * _POINTS, _LEAST_DPI), _MOST_DPI)
    x, y, wide, tall = box
    scale = min(dots / _POINTS, (_MOST_PIXELS / max(wide * tall, 1.0)) ** 0.5)
    width, height = page.get_size()
    crop = (max(x, 0.0), max(height - y - tall, 0.0), max(width - x - wide, 0.0), max(y, 0.0))
    with closing(page.render(scale=scale, crop=crop, may_draw_forms=False)) as bitmap:
        drawn: Image = bitmap.to_pil().convert("RGB")
        return drawn.copy()  # the bitmap's memory goes with it


def _turned(scan: Scan, turns: int, size: tuple[float, float]) -> Scan:
    segments = []
    for segment in scan.segments:
        x0, y0, x1, y1 = _turned_area((segment.x0, segment.y0, segment.x1, segment.y1), turns, size)
        stays = segment.vertical and turns == _OVER
        height = max(x1 - x0 if stays else y1 - y0, 1.0)
        segments.append(replace(segment, x0=x0, y0=y0, x1=x1, y1=y1, size=height, vertical=stays))
    return Scan(_turned_area(scan.area, turns, size), tuple(segments))


def _turned_area(area: Area, turns: int, size: tuple[float, float]) -> Area:
    x, y, wide, tall = page_ocr.left((area[0], area[1], area[2] - area[0], area[3] - area[1]), turns, size)
    return (x, y, x + wide, y + tall)


def _share(area: Area, size: tuple[float, float]) -> float:
    return (area[2] - area[0]) * (area[3] - area[1]) / max(size[0] * size[1], 1.0)
