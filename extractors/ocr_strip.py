"""Cut a line out of the picture as a level strip of the height the recogniser reads."""

import cv2
import numpy as np

from extractors.ocr_shapes import Pixels, Region

HEIGHT = 48
_LEVEL = 0.12
"""How far, in heights, a line may sink from end to end and count as level: cutting is sharper than turning."""
_LONG, _CRISP, _SQUEEZE = 560, 36, 0.7
"""A long line in crisp print is read as well when narrowed, in three quarters of the time."""


def cut(pixels: Pixels, region: Region, *, lying: bool = False) -> Pixels:
    """Give the strip; `lying` turns a column by 90° against the clock, as its characters are read best."""
    sinks = abs(np.tan(np.radians(region.angle))) * max(region.width, region.height)
    patch = _level(pixels, region) if sinks < _LEVEL * region.thickness else _levelled(pixels, region)
    return _scaled(np.rot90(patch) if lying else patch)


def turned(strip: Pixels) -> Pixels:
    """Give the strip upside down."""
    return np.ascontiguousarray(strip[::-1, ::-1])


def _level(pixels: Pixels, region: Region) -> Pixels:
    height, width = pixels.shape[:2]
    left, top = region.x - region.width / 2, region.y - region.height / 2
    right, bottom = round(left + region.width), round(top + region.height)
    near, high = min(max(round(left), 0), width - 1), min(max(round(top), 0), height - 1)
    return pixels[high : max(min(bottom, height), high + 1), near : max(min(right, width), near + 1)]


def _levelled(pixels: Pixels, region: Region) -> Pixels:
    width, height = max(round(region.width), 1), max(round(region.height), 1)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(region.corners, target)
    strip = cv2.warpPerspective(pixels, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(strip, np.uint8)


def _scaled(patch: Pixels) -> Pixels:
    height, width = patch.shape[:2]
    length = width * HEIGHT / height
    if length > _LONG and height > _CRISP:
        length *= _SQUEEZE
    way = cv2.INTER_AREA if height > 1.5 * HEIGHT else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(patch, (max(round(length), 8), HEIGHT), interpolation=way), np.uint8)
