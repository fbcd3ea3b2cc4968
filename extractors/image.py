"""Pictures as documents: each page of a TIFF, or the one picture, is a page that OCR reads; its units are pixels."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from extractors import media_type, page_ocr, picture
from extractors.errors import ExtractionError, MediaNotDocumentError
from extractors.language import language_of
from extractors.model import Block, DocumentInfo, ExtractionWarning, Page, Part
from extractors.options import Options
from extractors.page_ocr import Frame
from extractors.pdf_orientation import turned_back
from extractors.picture import Picture
from extractors.words import Ocr

MAX_PAGES = 1_000
_SEVERAL = "picture_first_page"
"""What the decoder says of a picture with more pages; here they are read, too."""


def extract(path: Path, options: Options) -> Iterator[Part]:
    """Read the picture page by page; without OCR there is nothing in it to be found."""
    kind = media_type.detect(path, options.filename)
    if options.ocr is None:
        raise MediaNotDocumentError(kind)
    count = picture.frames(path)
    pages = min(count, MAX_PAGES)
    cut = (ExtractionWarning("pages_truncated", str(MAX_PAGES)),) if count > MAX_PAGES else ()
    read = (_page(path, number, options, options.ocr) for number in range(options.first_page, pages + 1))
    ahead = list(islice(read, 1))
    yield DocumentInfo(kind, None, language_of(" ".join(page.text for page in ahead)), pages, cut)
    yield from chain(ahead, read)


def _page(path: Path, number: int, options: Options, ocr: Callable[[], Ocr]) -> Page:
    try:
        seen = picture.read(path, number - 1)
    except ExtractionError:
        if number == 1:
            raise
        return Page(number, None, None, None, "", (), warnings=(ExtractionWarning("page_unreadable", str(number)),))
    blocks = _blocks(seen, number, ocr())
    warnings = tuple(warning for warning in seen.warnings if warning.code != _SEVERAL)
    image = picture.preview(seen.image) if options.images else None
    text = "\n".join(block.text for block in blocks)
    return Page(number, None, float(seen.width), float(seen.height), text, blocks, image=image, warnings=warnings)


def _blocks(seen: Picture, number: int, ocr: Ocr) -> tuple[Block, ...]:
    """Read the picture and lay it upright; boxes are in the pixels of the original as it is seen."""
    reading = ocr.read(seen.image)
    turns = page_ocr.turns_of(reading)
    upright = page_ocr.turned_left(reading, turns)
    frame = Frame(across=1 / seen.scale, down=1 / seen.scale)
    found = page_ocr.blocks(page_ocr.segments(upright, frame), number, headings=True)
    size = (float(seen.width), float(seen.height))
    return tuple(replace(block, bbox=turned_back(block.bbox, turns, size)) for block in found)
