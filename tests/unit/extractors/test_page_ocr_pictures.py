"""Pictures inside Office files say what is written on them, at their place, once."""

import io
from pathlib import Path

import docx
import openpyxl
import pptx
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image
from pptx.util import Inches

from extractors import ocr
from extractors.documents import extract
from extractors.model import Block, Page
from extractors.options import Options
from extractors.page_ocr_pictures import MOST, Pictures
from extractors.words import Ocr, Reading
from tests.unit.extractors.conftest import Read
from tests.unit.extractors.made_scan import picture

CAPTION = "Revenue by hour of the stream"
HERE = Block("paragraph", "")


def png(words: str = CAPTION, width: float = 240, height: float = 60) -> io.BytesIO:
    out = io.BytesIO()
    picture([(10, 20, 12, words)], width, height).save(out, "PNG")
    out.seek(0)
    return out


def sourced(page: Page) -> list[tuple[str, str]]:
    return [(block.source, block.text) for block in page.blocks]


def test_a_picture_in_word_follows_its_paragraph(tmp_path: Path, reading: Read) -> None:
    document = docx.Document()
    document.add_paragraph("Before the picture.")
    document.add_picture(png())
    document.add_paragraph("After it.")
    document.save(str(tmp_path / "a.docx"))
    _, (page,) = reading(tmp_path / "a.docx")
    assert sourced(page) == [("text", "Before the picture."), ("ocr", CAPTION), ("text", "After it.")]


def test_a_picture_on_a_slide_has_its_place_and_comes_once(tmp_path: Path, reading: Read) -> None:
    deck = pptx.Presentation()
    for _ in range(2):
        slide = deck.slides.add_slide(deck.slide_layouts[6])
        slide.shapes.add_picture(png(), Inches(1), Inches(2), width=Inches(5))
    deck.save(str(tmp_path / "a.pptx"))
    info, (first, second) = reading(tmp_path / "a.pptx")
    assert (info.language, sourced(first), sourced(second)) == ("en", [("ocr", CAPTION)], [])
    x, y, wide, _ = first.blocks[0].bbox or (0, 0, 0, 0)
    assert (72 < x < 100, 144 < y < 200, 100 < wide < 360) == (True, True, True)


def test_reading_goes_on_at_a_slide_and_still_knows_the_pictures_before(tmp_path: Path, models: Path) -> None:
    ocr.use(models)
    deck = pptx.Presentation()
    for words in (CAPTION, "Another picture", CAPTION):
        deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_picture(png(words), Inches(1), Inches(2))
    deck.save(str(tmp_path / "a.pptx"))
    options = Options("a.pptx", ocr=ocr.reader, first_page=2)
    found = [page for page in extract(tmp_path / "a.pptx", "a.pptx", options=options) if isinstance(page, Page)]
    assert [(page.number, page.text) for page in found] == [(2, "Another picture"), (3, "")]


def test_a_picture_on_a_sheet_names_its_cells(tmp_path: Path, reading: Read) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A30"] = "Above", "Below"
    sheet.add_image(SheetImage(png()), "B5")
    book.save(tmp_path / "a.xlsx")
    _, (page,) = reading(tmp_path / "a.xlsx")
    assert sourced(page) == [("text", "Above"), ("ocr", CAPTION), ("text", "Below")]
    assert (page.blocks[1].cell_range or "").startswith("B5")
    assert page.blocks[1].sheet == sheet.title


def test_logos_drawings_and_more_pictures_than_bearable_are_left_out() -> None:
    class Empty:
        read_pictures = 0

        def read(self, image: Image.Image) -> Reading:
            Empty.read_pictures += 1
            return Reading(image.width, image.height, ())

    def give() -> Ocr:
        return Empty()

    pictures = Pictures(give)
    small = io.BytesIO()
    Image.new("RGB", (60, 60)).save(small, "PNG")
    for data in (small.getvalue(), b"\x01\x00\x00\x00EMF", b""):
        assert pictures.blocks(data, HERE) == []
    assert Empty.read_pictures == 0
    for number in range(MOST + 5):
        out = io.BytesIO()
        Image.new("RGB", (120, 120), (number % 256, number // 256, 0)).save(out, "BMP")
        pictures.blocks(out.getvalue(), HERE)
    assert (Empty.read_pictures, [warning.code for warning in pictures.news()]) == (MOST, ["picture_unread"])
