"""What a page shows: its picture for display, and whether pictures on it hold text that the text layer lacks."""

import io
from collections.abc import Sequence
from ctypes import byref, c_float
from typing import Any

import pypdfium2.raw as pdfium

from extractors.pdf_text import Glyph, Transform

LONG_SIDE = 1400
_QUALITY = 75
_MAX_OBJECTS = 20_000
_MAX_DEPTH = 3
_SMALL = 0.02
_UNCOVERED = 0.15
_DENSITY = 150
"""Characters that a full page of drawn text has at least: below it, a picture counts as not covered."""
_PATHS_LIKE_TEXT = 30


def objects(page: Any) -> tuple[list[Any], list[Any]]:
    """Return the page's path objects and image objects, those inside forms included."""
    paths: list[Any] = []
    images: list[Any] = []
    _collect(page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, (paths, images), 0)
    return paths, images


def needs_ocr(images: Sequence[Any], paths: int, glyphs: Sequence[Glyph], transform: Transform, area: float) -> bool:
    """Tell whether drawn pictures are not covered by the text layer (a footer's text does not cover a scan)."""
    letters = [glyph for glyph in glyphs if glyph.text not in (" ", "\n")]
    if not letters and not images:
        return paths > _PATHS_LIKE_TEXT
    bare = 0.0
    for x0, y0, x1, y1 in _boxes(images, transform):
        share = (x1 - x0) * (y1 - y0) / max(area, 1.0)
        if share < _SMALL:
            continue
        over = sum(x0 < (g.x0 + g.x1) / 2 < x1 and y0 < (g.y0 + g.y1) / 2 < y1 for g in letters)
        bare += share if over < _DENSITY * min(share, 1.0) else 0.0
    return bare >= _UNCOVERED


def picture(page: Any) -> bytes:
    """Render the page as WebP, LONG_SIDE pixels on its longer side."""
    scale = LONG_SIDE / max(*page.get_size(), 1.0)
    bitmap = page.render(scale=scale, may_draw_forms=False)
    try:
        out = io.BytesIO()
        bitmap.to_pil().convert("RGB").save(out, "WEBP", quality=_QUALITY, method=1)
        return out.getvalue()
    finally:
        bitmap.close()


def _collect(holder: Any, count: Any, get: Any, found: tuple[list[Any], list[Any]], depth: int) -> None:
    for index in range(min(count(holder), _MAX_OBJECTS)):
        item = get(holder, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            found[0].append(item)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            found[1].append(item)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            _collect(item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, found, depth + 1)


def _boxes(images: Sequence[Any], transform: Transform) -> list[tuple[float, float, float, float]]:
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    found = []
    for image in images:
        if pdfium.FPDFPageObj_GetBounds(image, byref(left), byref(bottom), byref(right), byref(top)):
            found.append(transform.box(left.value, bottom.value, right.value, top.value))
    return found
