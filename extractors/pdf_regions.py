"""Where a page shows more than its text layer says: pictures without text over them, letters drawn as shapes."""

import unicodedata
from collections.abc import Iterator, Sequence
from ctypes import byref, c_uint
from dataclasses import dataclass

import pypdfium2.raw as pdfium

from extractors.pdf_images import Drawn
from extractors.pdf_text import Glyph, Transform

Size = tuple[float, float]
Area = tuple[float, float, float, float]
"""x0, y0, x1, y1 on the page as it is seen."""

MOST = 20
"""Regions of one page that are read one by one; more of them are read as one."""
_LEAST_SHARE = 0.004
_LEAST_SIDES = (12.0, 30.0)
"""Points; smaller pictures are bullets, rules and icons."""
_DENSITY = 150
"""Characters that a full page of drawn text has at least: a band with fewer counts as not covered."""
_BANDS = 8
_MUCH = 0.15
_PAGE = 0.3
"""Share of the page from which on a picture may be a scan, of which the text layer may cover only a part."""
_SHAPES_LIKE_TEXT = 30
_CURVES_LIKE_TEXT = 6
_TALLEST_LETTER = 60.0
_UNREADABLE = 0.3


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the page to be read, and how many pixels per point the picture in it has (None: drawn by shapes)."""

    area: Area
    density: float | None


def regions(
    images: Sequence[Drawn], paths: Sequence[Drawn], glyphs: Sequence[Glyph], transform: Transform, size: Size
) -> list[Region]:
    """Find the parts of the page that the text layer doesn't cover."""
    letters = [glyph for glyph in glyphs if glyph.text not in (" ", "\n")]
    page = (0.0, 0.0, *size)
    found = [region for image in images for region in _bare(image, letters, transform, page)]
    drawn = _drawn_letters(paths, letters, transform, page)
    if drawn is not None:
        found.append(Region(drawn, None))
    return _joined(found)


def matter(found: Sequence[Region], size: Size) -> bool:
    """Tell whether much of the page stays unknown when these regions aren't read."""
    page = (0.0, 0.0, *size)
    return any(region.density is None for region in found) or sum(_share(r.area, page) for r in found) >= _MUCH


def is_garbage(glyphs: Sequence[Glyph]) -> bool:
    """Tell whether the text layer says nothing a person could read: a font whose characters have no names."""
    letters = [glyph.text for glyph in glyphs if glyph.text not in (" ", "\n")]
    bad = sum(unicodedata.category(letter) in ("Co", "Cn", "Cc") or letter == "\ufffd" for letter in letters)
    return bad > _UNREADABLE * len(letters)


def _bare(image: Drawn, letters: Sequence[Glyph], transform: Transform, page: Area) -> Iterator[Region]:
    """Yield the parts of a picture over which there is no text: of a small one all or nothing, of a scan its bands."""
    area = _clipped(transform.box(*image.bounds), page)
    if area is None or not _is_big(area, page):
        return
    share = _share(area, page)
    bands = _bands(area) if share > _PAGE else [area]
    density = _density(image, area)
    bare = [band for band in bands if _count(letters, band) < _DENSITY * min(_share(band, page), 1.0)]
    if len(bare) > len(bands) / 2:
        yield Region(area, density)  # merged with the little text there is afterwards
    else:
        yield from (Region(band, density) for band in _neighbours(bare) if _height(band) > 1.5 * _height(bands[0]))


def _bands(area: Area) -> list[Area]:
    x0, y0, x1, y1 = area
    step = (y1 - y0) / _BANDS
    return [(x0, y0 + at * step, x1, y0 + (at + 1) * step) for at in range(_BANDS)]


def _neighbours(bands: Sequence[Area]) -> list[Area]:
    """Join bands that touch."""
    joined: list[Area] = []
    for band in bands:
        if joined and abs(joined[-1][3] - band[1]) < 0.5:
            joined[-1] = (*joined[-1][:3], band[3])
        else:
            joined.append(band)
    return joined


def _drawn_letters(paths: Sequence[Drawn], letters: Sequence[Glyph], transform: Transform, page: Area) -> Area | None:
    """Find text that was turned into shapes: many small filled curves that no character stands on."""
    found: list[Area] = []
    for path in paths:
        if pdfium.FPDFPath_CountSegments(path.item) < _CURVES_LIKE_TEXT:
            continue
        box = _clipped(transform.box(*path.bounds), page)
        if box is not None and 2.0 < _height(box) < _TALLEST_LETTER:
            found.append(box)
    if len(found) < _SHAPES_LIKE_TEXT:
        return None
    around = _around(found)
    return None if _count(letters, around) > 0.2 * len(found) else around


def _joined(found: Sequence[Region]) -> list[Region]:
    """Join regions that overlap (a scan saved in strips), and all of them when there are very many."""
    joined: list[Region] = []
    for region in sorted(found, key=lambda item: (item.area[1], item.area[0])):
        near = next((other for other in joined if _touch(other.area, region.area)), None)
        if near is None:
            joined.append(region)
        else:
            joined[joined.index(near)] = _both(near, region)
    if len(joined) > MOST:
        whole = joined[0]
        for region in joined[1:]:
            whole = _both(whole, region)
        return [whole]
    return joined if len(joined) in (len(found), 1) else _joined(joined)


def _both(first: Region, second: Region) -> Region:
    known = [region.density for region in (first, second) if region.density is not None]
    return Region(_around([first.area, second.area]), max(known, default=None))


def _touch(first: Area, second: Area) -> bool:
    return (
        min(first[2], second[2]) - max(first[0], second[0]) > -1.0
        and min(first[3], second[3]) - max(first[1], second[1]) > -1.0
    )


def _density(image: Drawn, area: Area) -> float | None:
    wide, tall = c_uint(), c_uint()
    if not pdfium.FPDFImageObj_GetImagePixelSize(image.item, byref(wide), byref(tall)):
        return None
    return float(max(wide.value, tall.value) / max(area[2] - area[0], _height(area), 1.0))


def _clipped(area: Area, page: Area) -> Area | None:
    x0, y0, x1, y1 = max(area[0], page[0]), max(area[1], page[1]), min(area[2], page[2]), min(area[3], page[3])
    return (x0, y0, x1, y1) if x1 > x0 and y1 > y0 else None


def _is_big(area: Area, page: Area) -> bool:
    sides = sorted((area[2] - area[0], _height(area)))
    return sides[0] >= _LEAST_SIDES[0] and sides[1] >= _LEAST_SIDES[1] and _share(area, page) >= _LEAST_SHARE


def _share(area: Area, page: Area) -> float:
    return (area[2] - area[0]) * _height(area) / max((page[2] - page[0]) * _height(page), 1.0)


def _height(area: Area) -> float:
    return area[3] - area[1]


def _count(letters: Sequence[Glyph], area: Area) -> int:
    x0, y0, x1, y1 = area
    return sum(x0 < (g.x0 + g.x1) / 2 < x1 and y0 < (g.y0 + g.y1) / 2 < y1 for g in letters)


def _around(areas: Sequence[Area]) -> Area:
    return (
        min(area[0] for area in areas), min(area[1] for area in areas),
        max(area[2] for area in areas), max(area[3] for area in areas),
    )  # fmt: skip
