"""The pictures inside an Office file: each is read once, and not many, and none that is only an ornament."""

import hashlib
import io
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image

from extractors import page_ocr, picture
from extractors.documents import FAULTS
from extractors.errors import ExtractionError
from extractors.model import Block, Box, ExtractionWarning
from extractors.page_ocr import Frame
from extractors.words import Ocr, Reading

MOST = 200
"""Pictures that are read of one file."""
_LEAST_PIXELS, _LEAST_SIDE = 10_000, 24
"""Below it, a picture is a logo, a bullet or a rule."""
_MOST_BYTES = 64 << 20
_FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "BMP", "WEBP")
"""What Office embeds, but for its own drawings."""


class Pictures:
    """Reads pictures one after the other and remembers which it has seen."""

    def __init__(self, ocr: Callable[[], Ocr] | None) -> None:
        """Read with what `ocr` gives at the first picture worth it; without it, read none."""
        self.warnings: list[ExtractionWarning] = []
        self._ocr = ocr
        self._seen: set[bytes] = set()
        self._read = 0

    def blocks(self, data: bytes, place: Block, *, reading: bool = True) -> list[Block]:
        """Give what a picture says, as blocks at the given place; `reading` False only takes note of it."""
        digest = hashlib.sha256(data).digest()
        if self._ocr is None or digest in self._seen or len(data) > _MOST_BYTES or not _is_worth_it(data):
            return []
        self._seen.add(digest)
        self._read += 1
        if not reading:
            return []
        if self._read > MOST:
            if self._read == MOST + 1:
                self._warn(place)
            return []
        try:
            found = _reading(data, self._ocr())
        except ExtractionError:
            self._warn(place)
            return []
        return _placed(found, place)

    def news(self) -> tuple[ExtractionWarning, ...]:
        """Give the warnings since the last call."""
        found, self.warnings = tuple(self.warnings), []
        return found

    def _warn(self, place: Block) -> None:
        where = f"{place.sheet}!{place.cell_range}" if place.cell_range else str(place.page or "")
        self.warnings.append(ExtractionWarning("picture_unread", where))


def _is_worth_it(data: bytes) -> bool:
    """Look at the head only; drawings of Windows are not read."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            return min(image.size) >= _LEAST_SIDE and image.width * image.height >= _LEAST_PIXELS
    except (*FAULTS, Image.DecompressionBombError):
        return False


def _reading(data: bytes, ocr: Ocr) -> Reading:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        seen = picture.read(Path(file.name))
    reading = ocr.read(seen.image)
    return page_ocr.turned_left(reading, page_ocr.turns_of(reading))


def _placed(reading: Reading, place: Block) -> list[Block]:
    """Lay the picture's text out; on a slide its lines get their places, elsewhere they have the picture's."""
    frame = _frame(reading, place.bbox)
    found = page_ocr.blocks(page_ocr.segments(reading, frame), place.page or 0, headings=False)
    return [
        replace(
            block, page=place.page, sheet=place.sheet, cell_range=place.cell_range,
            bbox=block.bbox if place.bbox else None,
        )
        for block in found
    ]  # fmt: skip


def _frame(reading: Reading, box: Box | None) -> Frame:
    if box is None:
        return Frame()
    return Frame(box[0], box[1], box[2] / max(reading.width, 1), box[3] / max(reading.height, 1))
