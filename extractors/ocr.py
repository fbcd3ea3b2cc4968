"""Read the text of pictures: PP-OCRv6-small, cut to Japanese and English, loaded on first use, once per process."""

import threading
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from PIL.Image import Image

from extractors import (
    ocr_columns,
    ocr_detect,
    ocr_lines,
    ocr_model,
    ocr_order,
    ocr_page,
    ocr_repair,
    ocr_session,
    ocr_turn,
)
from extractors.ocr_errors import ModelsUnknownError
from extractors.ocr_pairs import Pairs
from extractors.ocr_shapes import Pixels
from extractors.words import Line, Ocr, Reading

_folder: list[Path] = []


def use(folder: Path) -> None:
    """Tell this process where the models are: what `ocr_model.ensure` gave, or the folder above it."""
    _folder[:] = [folder]


@cache
def reader(threads: int = 1) -> Ocr:
    """Give this process's reader; the models are loaded when the first picture is read."""
    return _Reader(threads)


class _Reader:
    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._lock = threading.Lock()

    def read(self, image: Image) -> Reading:
        """Read an upright or turned RGB picture; boxes are in the given picture's pixels."""
        pixels = np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])
        with self._lock:
            lines = self._lines(pixels)
        return Reading(image.width, image.height, tuple(lines))

    def _lines(self, pixels: Pixels) -> list[Line]:
        strips = self._strips(pixels)
        if not ocr_page.upside_down(self._networks, pixels, strips):
            return _written(pixels, strips)
        upright = ocr_turn.half(pixels)
        return [ocr_turn.back(line, pixels) for line in _written(upright, self._strips(upright))]

    def _strips(self, pixels: Pixels) -> list[ocr_page.Strip]:
        return ocr_page.read(self._networks, pixels, ocr_detect.find(self._networks.detect, pixels))

    @cached_property
    def _networks(self) -> ocr_page.Networks:
        folder = _place()
        alphabet = (folder / ocr_model.CHARACTERS).read_text(encoding="utf-8").split("\n")
        detect, recognise = (
            ocr_session.load(folder / name, self._threads) for name in (ocr_model.DETECTOR, ocr_model.RECOGNISER)
        )
        return ocr_page.Networks(detect, recognise, alphabet, Pairs(folder, alphabet))


def _written(pixels: Pixels, strips: list[ocr_page.Strip]) -> list[Line]:
    mended = [ocr_repair.repaired(pixels, strip) for strip in strips]
    lines = [ocr_lines.line(strip.region, strip.characters, vertical=strip.vertical) for strip in mended]
    return ocr_order.ordered(ocr_columns.agreed(ocr_lines.distinct([line for line in lines if line])))


def _place() -> Path:
    if not _folder:
        raise ModelsUnknownError
    folder = _folder[0]
    return folder if (folder / ocr_model.SIZES).is_file() else folder / ocr_model.FOLDER
