"""What a page shows: its picture for display, and the shapes and pictures it is drawn of."""

import io
from collections.abc import Callable
from ctypes import byref, c_float
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

LONG_SIDE = 1400
_QUALITY = 75
_MAX_OBJECTS = 20_000
_MAX_DEPTH = 3

_Matrix = tuple[float, float, float, float, float, float]
_Calls = tuple[Callable[[Any], int], Callable[[Any, int], Any]]
_PAGE: _Calls = (pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject)
_FORM: _Calls = (pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject)


class Drawn(NamedTuple):
    """An object that a page is drawn of, and its left, bottom, right and top in page units."""

    item: Any
    bounds: tuple[float, float, float, float]


def objects(page: Any) -> tuple[list[Drawn], list[Drawn]]:
    """Return the page's path objects and image objects, those inside forms included."""
    paths: list[Drawn] = []
    images: list[Drawn] = []
    _collect(page, _PAGE, (paths, images), ())
    return paths, images


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


def _collect(holder: Any, calls: _Calls, found: tuple[list[Drawn], list[Drawn]], forms: tuple[_Matrix, ...]) -> None:
    count, get = calls
    for index in range(min(count(holder), _MAX_OBJECTS)):
        item = get(holder, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and len(forms) < _MAX_DEPTH:
            _collect(item, _FORM, found, (_matrix(item), *forms))
        elif kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
            bounds = _bounds(item, forms)
            if bounds is not None:
                found[0 if kind == pdfium.FPDF_PAGEOBJ_PATH else 1].append(Drawn(item, bounds))


def _matrix(form: Any) -> _Matrix:
    """Return how a form lies on what it is drawn on."""
    given = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(form, byref(given)):
        return (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    return (given.a, given.b, given.c, given.d, given.e, given.f)


def _bounds(item: Any, forms: tuple[_Matrix, ...]) -> tuple[float, float, float, float] | None:
    """Return an object's bounds on the page: pdfium gives them in units of the form that holds it."""
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    if not pdfium.FPDFPageObj_GetBounds(item, byref(left), byref(bottom), byref(right), byref(top)):
        return None
    x0, y0, x1, y1 = left.value, bottom.value, right.value, top.value
    for a, b, c, d, e, f in forms:
        xs = [a * x + c * y + e for x in (x0, x1) for y in (y0, y1)]
        ys = [b * x + d * y + f for x in (x0, x1) for y in (y0, y1)]
        x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
    return x0, y0, x1, y1
