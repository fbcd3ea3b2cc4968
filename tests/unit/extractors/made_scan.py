"""Draw pages of text as pictures and put them into PDFs, alone or with a text layer around them."""

import zlib
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.unit.extractors.made_pdf import HELVETICA, assemble, stream

PIXELS = 300 / 72
"""Pixels of a 300 dpi scan per point."""

Words = Sequence[tuple[float, float, float, str]]
"""x, y (points from the top left), size, text."""


def picture(words: Words, width: float = 600, height: float = 800, *, pixels: float = PIXELS) -> Image.Image:
    """Draw words on a white page of this size in points."""
    made = Image.new("L", (round(width * pixels), round(height * pixels)), 255)
    draw = ImageDraw.Draw(made)
    for x, y, size, text in words:
        draw.text((x * pixels, y * pixels), text, fill=0, font=ImageFont.load_default(size * pixels))
    return made


def shown(x: float, y: float, width: float, height: float) -> str:
    """Return the drawing of the page's picture at a place; y counts from the top of an 800 point page."""
    return f"q {width} 0 0 {height} {x} {800 - y - height} cm /Im Do Q"


def write(
    path: Path, pages: Sequence[tuple[Image.Image, str]], *, page: str = "", form: str = "", at: str = "1 0 0 1 0 0"
) -> Path:
    """Write a PDF of pages, each with its picture as /Im and a content that draws it.

    `page` is added to each page; a `form` is drawn on each with the matrix `at`, and may draw the picture.
    """
    kids = " ".join(f"{4 + 4 * index} 0 R" for index in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        HELVETICA,
    ]
    for index, (image, content) in enumerate(pages):
        own = 4 + 4 * index
        resources = f"/Resources<</Font<</F1 3 0 R>>/XObject<</Im {own + 2} 0 R/Fm {own + 3} 0 R>>>>"
        start = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]{resources}/Contents {own + 1} 0 R{page}>>"
        drawn = f"{content}\nq {at} cm /Fm Do Q" if form else content
        kind = f"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</Im {own + 2} 0 R>>>>"
        objects += [
            start.encode(),
            stream(drawn.encode("latin-1")),
            _image(image),
            stream(form.encode(), kind.encode()),
        ]
    path.write_bytes(assemble(objects))
    return path


def _image(image: Image.Image) -> bytes:
    size = f"/Width {image.width}/Height {image.height}"
    kind = f"/Type/XObject/Subtype/Image{size}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    return stream(zlib.compress(image.convert("L").tobytes()), kind.encode())
