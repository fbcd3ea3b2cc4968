"""Tell ▲ ▼ ↑ ↓ before a number by their outline: the network drops them or reads V, A, T or 1."""

import cv2
import numpy as np
import numpy.typing as npt

from extractors.ocr_shapes import Pixels, Region

_REACH = 1.3
"""How far left of the line, in its heights, the sign may stand."""
_LEAST, _MOST = 0.22, 0.95
"""Height of a sign beside the line's."""
_CONTRAST = 40


def before(pixels: Pixels, region: Region, first: float) -> tuple[str, float] | None:
    """Give the sign left of the first digit, which stands at a place (0..1) of the line, and where it begins."""
    left, top, right, bottom = (round(value) for value in region.bounds)
    height = bottom - top
    start = max(round(left - _REACH * height), 0)
    end = round(left + first * (right - left) - 0.22 * height)
    patch = pixels[max(top, 0) : bottom, start : max(end, start)]
    if min(patch.shape[:2]) < 4:
        return None
    parts = _parts(patch)
    sign = _sign(parts[-1], height, patch.shape[1]) if parts else None
    return (sign, float(start + parts[-1][0] - parts[-1][1].shape[1])) if sign else None


def _parts(patch: Pixels) -> list[tuple[int, npt.NDArray[np.bool_]]]:
    """Give what stands out of the background: its right edge and outline, from the left."""
    edge = np.concatenate([patch[:2].reshape(-1, 3), patch[-2:].reshape(-1, 3)])
    apart = np.abs(patch.astype(np.int16) - np.median(edge, axis=0)).max(axis=2).astype(np.uint8)
    level, mask = cv2.threshold(apart, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    if level < _CONTRAST / 2 or int(apart.max()) < _CONTRAST:
        return []
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    found = []
    for part in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[part])
        if area >= 8:
            found.append((x + width, labels[y : y + height, x : x + width] == part))
    return sorted(found, key=lambda one: one[0])


def _sign(part: tuple[int, npt.NDArray[np.bool_]], line: int, width: int) -> str | None:
    end, shape = part
    height, across = shape.shape
    if not _LEAST * line <= height <= _MOST * line or not 0.5 <= across / height <= 1.8 or end < width - line:
        return None
    rows = shape.sum(axis=1) / across
    fill = float(shape.mean())
    third = max(height // 4, 1)
    above, below = float(rows[:third].mean()), float(rows[-third:].mean())
    if 0.4 <= fill <= 0.68 and _filled(shape):
        if below > 0.68 and above < 0.45 and _grows(rows):
            return "▲"
        if above > 0.68 and below < 0.45 and _grows(rows[::-1]):
            return "▼"
    return None


def _filled(shape: npt.NDArray[np.bool_]) -> bool:
    """Tell whether no row has a hole."""
    spans = [np.flatnonzero(row) for row in shape if row.any()]
    return all(len(span) >= 0.9 * (span[-1] - span[0] + 1) for span in spans)


def _grows(rows: npt.NDArray[np.float64]) -> bool:
    """Tell whether the rows grow evenly, as a triangle's do."""
    return bool(np.all(np.diff(rows) > -0.13)) and 0.3 < float(rows[len(rows) // 2]) < 0.8
