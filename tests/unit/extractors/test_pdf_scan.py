"""Pages of which the text layer says only a part: what is drawn is read, nothing twice, each block at its place."""

from pathlib import Path

import pytest

from extractors import ocr
from extractors.documents import extract
from extractors.model import Block, Box, DocumentInfo, Page
from extractors.options import Options
from extractors.words import Ocr, Reading
from tests.unit.extractors.conftest import Read
from tests.unit.extractors.made_pdf import text
from tests.unit.extractors.made_scan import picture, shown, write

REPORT = (
    (60, 60, 20, "Quarterly report"),
    (60, 120, 11, "Sales of the morning stream rose by twelve percent."),
    (60, 136, 11, "The second product sold out after nine minutes."),
    (60, 200, 11, "Returns stayed low."),
)
FULL = shown(0, 0, 600, 800)
FOOTER = text(60, 20, "Confidential, for internal use only, not to be handed on. " * 4, size=5)
PLAIN = "\n".join(text(60, 760 - 14 * row, f"{row} The quick brown fox jumps over the lazy dog.") for row in range(20))


def squeezed(blocks: list[Block] | tuple[Block, ...]) -> str:
    return "".join("".join(block.text for block in blocks).split())


def near(box: Box | None, wanted: Box, by: float) -> bool:
    return box is not None and all(abs(a - b) <= by for a, b in zip(box, wanted, strict=True))


def test_a_real_scan_is_read_with_places(small: Path, reading: Read) -> None:
    info, (page,) = reading(small / "ocr_test.pdf")
    assert "easy self contained package" in page.text
    assert (info.language, page.needs_ocr) == ("en", False)
    assert {block.source for block in page.blocks} == {"ocr"}
    assert near(page.blocks[0].bbox, (69, 71, 436, 85), 8)


def test_a_scan_with_a_long_footer_is_read_and_keeps_the_footer(tmp_path: Path, reading: Read) -> None:
    _, (page,) = reading(write(tmp_path / "a.pdf", [(picture(REPORT), f"{FULL}\n{FOOTER}")]))
    first = page.blocks[0]
    assert (first.kind, first.source, first.text) == ("heading", "ocr", "Quarterly report")
    assert "Thesecondproductsoldoutafternineminutes." in squeezed(page.blocks)
    assert (page.blocks[-1].source, page.blocks[-1].text[:12]) == ("text", "Confidential")


def test_what_the_text_layer_says_already_is_not_said_twice(tmp_path: Path, reading: Read) -> None:
    hidden = "\n".join(f"3 Tr {text(x, 800 - y - size, words, size=size)}" for x, y, size, words in REPORT[:2])
    _, (page,) = reading(write(tmp_path / "a.pdf", [(picture(REPORT), f"{FULL}\n{hidden}")]))
    sources = {block.text: block.source for block in page.blocks}
    assert page.text.count("Quarterly report") == page.text.count("twelve percent") == 1
    assert (sources["Quarterly report"], sources["Returns stayed low."]) == ("text", "ocr")


def test_only_the_figure_on_a_page_of_text_is_read(tmp_path: Path, reading: Read) -> None:
    figure = picture([(10, 10, 12, "Figure 3: gross merchandise value")], 300, 60)
    tail = text(60, 200, "The tail of the page.")
    _, (page,) = reading(write(tmp_path / "a.pdf", [(figure, "\n".join([PLAIN, shown(60, 450, 300, 60), tail]))]))
    assert [block.source for block in page.blocks] == ["text", "ocr", "text"]
    assert page.blocks[1].text == "Figure 3: gross merchandise value"
    assert near(page.blocks[1].bbox, (70, 461, 186, 14), 8)


def test_a_table_on_a_scan_has_rows(tmp_path: Path, reading: Read) -> None:
    rows = [("Product", "Sold", "Revenue"), ("Serum", "120", "357,600"), ("Face mask", "80", "96,000")]
    words = [(x, 100 + 24 * at, 11, cell) for at, row in enumerate(rows) for x, cell in zip((60, 250, 400), row)]  # noqa: B905 - three of each
    _, (page,) = reading(write(tmp_path / "a.pdf", [(picture(words), FULL)]))
    (table,) = page.blocks
    assert (table.kind, table.rows, table.source) == ("table", tuple(rows), "ocr")


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_rotated_page_has_its_boxes_where_it_is_seen(tmp_path: Path, reading: Read, rotation: int) -> None:
    drawn = picture(REPORT, *((800, 600) if rotation % 180 else (600, 800)))
    path = write(tmp_path / "a.pdf", [(drawn.rotate(rotation, expand=True), FULL)], page=f"/Rotate {rotation}")
    _, (page,) = reading(path)
    assert page.blocks[0].text == "Quarterly report"
    assert near(page.blocks[0].bbox, (60, 60, 142, 27), 12)


def test_letters_drawn_as_shapes_are_read(tmp_path: Path, read: Read, reading: Read) -> None:
    curve = "{x} {y} m {x} {t} {r} {t} {r} {y} c {r} {y} l {x} {y} l {x} {y} {r} {y} {r} {t} c {x} {y} l h f"
    shapes = [
        curve.format(x=60 + 8 * at, y=700 - 12 * row, r=65 + 8 * at, t=708 - 12 * row)
        for row in range(3)
        for at in range(20)
    ]
    path = write(tmp_path / "a.pdf", [(picture(()), "\n".join(shapes))])
    assert [run(path)[1][0].needs_ocr for run in (read, reading)] == [True, False]


def test_a_page_without_pictures_loads_no_model(small: Path) -> None:
    def refuse() -> Ocr:
        raise AssertionError("the models were asked for")

    pages = list(
        extract(small / "senate-expenditures.pdf", "a.pdf", options=Options("a.pdf", images=False, ocr=refuse))
    )
    assert len(pages) == 2


def test_reading_goes_on_at_a_page_as_if_it_had_begun_at_the_first(tmp_path: Path, reading: Read) -> None:
    pages = [(picture([(60, 20, 9, "Shop manual"), (60, 200, 11, f"This is text {n}.")]), FULL) for n in range(4)]
    path = write(tmp_path / "a.pdf", pages)
    _, whole = reading(path)
    margins = frozenset(line for page in whole[:2] for line in page.margins)
    options = Options("a.pdf", images=False, ocr=ocr.reader, first_page=3, margins=margins)
    info, *rest = extract(path, "a.pdf", options=options)
    assert isinstance(info, DocumentInfo)
    assert (info.pages, rest) == (4, [page for page in whole if page.number > 2])
    assert ["Shop manual" in page.text for page in whole] == [True, False, False, False]


def test_a_region_that_can_not_be_read_is_said_and_the_rest_is_kept(small: Path) -> None:
    class Broken:
        def read(self, _image: object) -> Reading:
            raise MemoryError

    options = Options("a.pdf", images=False, ocr=Broken)
    _, page = extract(small / "ocr_test.pdf", "a.pdf", options=options)
    assert isinstance(page, Page)
    assert (page.needs_ocr, page.warnings[0].code) == (True, "picture_unread")


def test_a_picture_inside_a_form_is_read_at_its_place(tmp_path: Path, reading: Read) -> None:
    figure = picture([(10, 10, 12, "Figure 3: gross merchandise value")], 300, 60)
    path = write(tmp_path / "a.pdf", [(figure, PLAIN)], form="q 150 0 0 30 0 0 cm /Im Do Q", at="2 0 0 2 60 200")
    _, (page,) = reading(path)
    (read,) = [block for block in page.blocks if block.source == "ocr"]
    assert read.text == "Figure 3: gross merchandise value"
    assert near(read.bbox, (70, 551, 186, 14), 8)
