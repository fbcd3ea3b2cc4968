"""Turn a page that stands on its head, and give its lines their places on the page as it was."""

from dataclasses import replace

import numpy as np

from extractors.model import Box
from extractors.ocr_shapes import Pixels
from extractors.words import Line


def half(pixels: Pixels) -> Pixels:
    """Turn a picture by 180°."""
    return np.ascontiguousarray(pixels[::-1, ::-1])


def back(line: Line, pixels: Pixels) -> Line:
    """Give a line of the turned picture its place on the given one."""
    words = tuple(replace(word, box=_back(word.box, pixels)) for word in line.words)
    return replace(line, box=_back(line.box, pixels), words=words)


def _back(box: Box, pixels: Pixels) -> Box:
    height, width = pixels.shape[:2]
    return (width - box[0] - box[2], height - box[1] - box[3], box[2], box[3])
