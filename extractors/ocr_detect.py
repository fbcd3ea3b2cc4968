"""Where text stands on a picture: lines in the map of likelihood, seen at the scales the picture asks for."""

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from extractors.ocr_likely import likely
from extractors.ocr_session import Floats, Run
from extractors.ocr_shapes import Pixels, Region

_SIDE = 1280
"""Long side at which most screens and pages can be read."""
_ENLARGED = 2.5
_COARSE = 0.5
"""The second look, for characters so big that the first sees only parts of them."""
_BIG = 34.0
_SMALL, _WISHED = 11.0, 16.0
"""Height, on the map, below which lines get lost, and the height they are then enlarged to."""
_LARGEST = 9_000_000
_LIKELY, _SURE = 0.3, 0.5
_GROW = 1.6
_THINNEST = 3.0
_MOST = 4000


def find(run: Run, pixels: Pixels) -> list[Region]:
    """Find the lines of a picture; regions are in its pixels."""
    scale = min(_SIDE / max(pixels.shape[:2]), _ENLARGED)
    regions = _seen(run, pixels, scale)
    finer = _finer(regions, pixels, scale)
    if finer > scale * 1.25:
        coarse, scale, regions = regions, finer, _seen(run, pixels, finer)
    elif regions:
        coarse = _seen(run, pixels, scale * _COARSE)
    else:
        return regions
    return _joined(regions, [region for region in coarse if region.thickness * scale > _BIG])


def _finer(regions: Sequence[Region], pixels: Pixels, scale: float) -> float:
    """Give the scale that the smaller lines ask for."""
    heights = sorted(region.thickness / (1 + _GROW / 2) * scale for region in regions)
    small = heights[len(heights) // 5] if heights else _WISHED / 2
    if small >= _SMALL:
        return scale
    area = pixels.shape[0] * pixels.shape[1]
    return min(scale * _WISHED / small, _ENLARGED if heights else 1.0, math.sqrt(_LARGEST / area))


def _seen(run: Run, pixels: Pixels, scale: float) -> list[Region]:
    seen = likely(run, pixels, scale)
    across, down = pixels.shape[1] / seen.shape[1], pixels.shape[0] / seen.shape[0]
    shapes = _shapes(seen, _LIKELY)
    if any(_vast(shape, seen) for shape in shapes):  # on an empty page the background comes near to being text
        shapes = _shapes(seen, _SURE)
    regions = [_region(seen, shape) for shape in shapes[:_MOST]]
    return [
        replace(one, x=one.x * across, y=one.y * down, width=one.width * across, height=one.height * down)
        for one in regions
        if one is not None
    ]


def _shapes(seen: Floats, least: float) -> list[npt.NDArray[np.int32]]:
    """Give the outlines of what is likelier than that; specks are left out."""
    mask = cv2.dilate((seen > least).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    return [np.asarray(contour, np.int32) for contour in contours if min(cv2.boundingRect(contour)[2:]) >= _THINNEST]


def _vast(shape: npt.NDArray[np.int32], seen: Floats) -> bool:
    *_, width, height = cv2.boundingRect(shape)
    return 3 * width > seen.shape[1] and 3 * height > seen.shape[0] and _score(seen, shape) < _SURE


def _region(seen: Floats, contour: npt.NDArray[np.int32]) -> Region | None:
    (x, y), (width, height), angle = cv2.minAreaRect(contour)
    if min(width, height) < _THINNEST or (score := _score(seen, contour)) < _SURE:
        return None
    if abs(angle) > 45:
        width, height, angle = height, width, angle - math.copysign(90, angle)
    grow = width * height * _GROW / (width + height)  # the map shows the core of a line only
    return Region(x, y, width + grow, height + grow, angle, score)


def _score(seen: Floats, contour: npt.NDArray[np.int32]) -> float:
    left, top, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [contour - np.array([left, top])], 1)
    return float(cv2.mean(seen[top : top + height, left : left + width], mask)[0])


def _joined(regions: Sequence[Region], coarse: Sequence[Region]) -> list[Region]:
    """Let a big region seen from afar take the place of its parts, where it reaches further than they do."""
    kept = list(regions)
    for big in coarse:
        parts = [one for one in kept if _inside(one, big) > 0.6]
        if not parts:
            if all(_inside(big, one) < 0.3 for one in kept):
                kept.append(big)
            continue
        left, _, right, _ = big.bounds
        reach = max(one.bounds[2] for one in parts) - min(one.bounds[0] for one in parts)
        alike = all(one.height > 0.6 * big.height for one in parts)
        if alike and not big.standing and (right - left) - reach > 0.35 * big.height:
            kept = [one for one in kept if one not in parts] + [big]
    return kept


def _inside(one: Region, other: Region) -> float:
    """Give the share of `one` that lies within `other`."""
    left, top, right, bottom = one.bounds
    x, y, far, low = other.bounds
    across, down = min(right, far) - max(left, x), min(bottom, low) - max(top, y)
    return max(across, 0.0) * max(down, 0.0) / max((right - left) * (bottom - top), 1e-6)
