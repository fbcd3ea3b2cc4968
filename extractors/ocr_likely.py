"""How likely each point of a picture belongs to text; large pictures are looked at tile by tile."""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from extractors.ocr_session import Floats, Run
from extractors.ocr_shapes import Pixels

_STEP = 32
_TILE, _SEAM = 1280, 64
"""Longest side that goes through the network at once, and how much of it is seen twice."""
_AROUND, _FLAT = 5, 10
"""So many steps around a place, without a difference greater than this, are blank: more than the widest stroke."""


def likely(run: Run, pixels: Pixels, scale: float) -> Floats:
    """Give the map of the picture looked at in the given scale, whole steps of 32 wide and high."""
    height, width = pixels.shape[:2]
    size = (_whole(width * scale), _whole(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(pixels, size, interpolation=way), np.uint8)
    return np.where(_inked(small), _tiled(run, small, size), np.float32(0))


def _tiled(run: Run, small: Pixels, size: tuple[int, int]) -> Floats:
    if max(size) <= _TILE + 2 * _SEAM:
        return _seen(run, small)
    answer = np.zeros(size[::-1], np.float32)
    for top, bottom in _spans(size[1]):
        for left, right in _spans(size[0]):
            high, low = max(top - _SEAM, 0), min(bottom + _SEAM, size[1])
            near, far = max(left - _SEAM, 0), min(right + _SEAM, size[0])
            tile = _seen(run, small[high:low, near:far])
            answer[top:bottom, left:right] = tile[top - high : bottom - high, left - near : right - near]
    return answer


def _inked(pixels: Pixels) -> npt.NDArray[np.bool_]:
    """Tell where anything is drawn: the network takes wide blank paper for likely text."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    blocks = grey.reshape(grey.shape[0] // _STEP, _STEP, -1, _STEP)
    around = np.ones((_AROUND, _AROUND), np.uint8)
    light, dark = cv2.dilate(blocks.max(axis=(1, 3)), around), cv2.erode(blocks.min(axis=(1, 3)), around)
    return (cv2.subtract(light, dark) > _FLAT).repeat(_STEP, axis=0).repeat(_STEP, axis=1)


def _seen(run: Run, pixels: Pixels) -> Floats:
    batch = (pixels.astype(np.float32) * np.float32(2 / 255) - 1).transpose(2, 0, 1)[np.newaxis]
    answer: Floats = run(np.ascontiguousarray(batch))[0, 0]
    return answer


def _spans(length: int) -> Iterator[tuple[int, int]]:
    """Cut a length into even tiles."""
    count = -(-length // _TILE)
    step = -(-length // count // _STEP) * _STEP
    for start in range(0, length, step):
        yield start, min(start + step, length)


def _whole(length: float) -> int:
    return max(_STEP, round(length / _STEP) * _STEP)
