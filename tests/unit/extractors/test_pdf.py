"""PDF pages: text in reading order with its place, headings, tables, pictures, and what still needs OCR."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from extractors.documents import extract
from extractors.errors import DocumentBrokenError, DocumentEncryptedError
from extractors.model import Block, DocumentInfo, Page
from tests.unit.extractors.made_pdf import text, write

Blocks = Callable[[Path], list[Block]]
Read = Callable[[Path], tuple[DocumentInfo, list[Page]]]

PROSE = "The quick brown fox jumps over the lazy dog and on"
SCAN = "q 600 0 0 800 0 0 cm /Im Do Q"


def test_two_columns_are_read_one_after_the_other(tmp_path: Path, blocks: Blocks) -> None:
    title = text(150, 740, "A title that reaches over both of the columns", size=14, font="F2")
    lines = [text(x, 700 - 12 * row, f"{side}{row} {PROSE}") for row in range(8) for x, side in ((40, "L"), (320, "R"))]
    found = blocks(write(tmp_path / "a.pdf", ["\n".join([title, *lines])]))
    words = " ".join(block.text for block in found)
    assert found[0].kind == "heading"
    assert words.index("L7") < words.index("R0")


def test_larger_or_bold_lines_are_headings_with_levels(tmp_path: Path, blocks: Blocks) -> None:
    lines = [text(40, 740, "Chapter", size=24), text(40, 700, "Section", size=16)]
    lines += [text(40, 660 - 12 * row, PROSE) for row in range(6)]
    found = blocks(write(tmp_path / "a.pdf", ["\n".join(lines)]))
    assert [(block.kind, block.level) for block in found[:3]] == [("heading", 1), ("heading", 2), ("paragraph", None)]


def test_lines_become_paragraphs_and_divided_words_whole(tmp_path: Path, blocks: Blocks) -> None:
    lines = [text(40, 700, f"{PROSE} some-"), text(40, 688, f"thing else {PROSE}"), text(40, 660, "Another one.")]
    found = blocks(write(tmp_path / "a.pdf", ["\n".join(lines)]))
    assert len(found) == 2
    assert "something else" in found[0].text


def test_boxes_count_from_the_top_left(tmp_path: Path, blocks: Blocks) -> None:
    (block,) = blocks(write(tmp_path / "a.pdf", [text(50, 700, "Here", size=10)]))
    assert block.bbox is not None
    x, y, width, height = block.bbox
    assert 49 < x < 52
    assert 88 < y < 100 < y + height < 106
    assert 15 < width < 30


def test_a_ruled_table_is_a_table_and_not_doubled(tmp_path: Path, blocks: Blocks) -> None:
    rules = [f"40 {y} m 340 {y} l S" for y in (600, 620, 640, 660)] + [f"{x} 600 m {x} 660 l S" for x in (40, 190, 340)]
    cells = [("Item", "Price"), ("Serum", "2,980"), ("Mask", "1,200")]
    words = [text(x, 646 - 20 * r, row[c]) for r, row in enumerate(cells) for c, x in enumerate((45, 195))]
    found = blocks(write(tmp_path / "a.pdf", ["\n".join([*rules, *words, text(40, 700, "Prices of the day")])]))
    assert [block.kind for block in found] == ["paragraph", "table"]
    assert found[1].rows == (("Item", "Price"), ("Serum", "2,980"), ("Mask", "1,200"))
    assert sum(block.text.count("Serum") for block in found) == 1


def test_cells_that_stand_in_columns_are_a_table_without_rules(small: Path, blocks: Blocks) -> None:
    table = next(block for block in blocks(small / "senate-expenditures.pdf") if block.kind == "table")
    assert table.rows is not None
    row = next(row for row in table.rows if row[0] == "DHAW20190001")
    assert row[2] == "CITIBANK - TRAVEL CBA CARD"
    assert row[-1] == "920.68"


def test_label_and_amount_of_a_receipt_stay_on_one_line(small: Path, read: Read) -> None:
    _, (page,) = read(small / "RECEIPT-2024-TXN-98765_retail_purchase.pdf")
    assert "TOTAL $821.14" in page.text
    assert "Sales Tax (8.5%) $66.23" in page.text


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_rotated_page_is_read_as_it_is_seen(tmp_path: Path, read: Read, rotation: int) -> None:
    lines = [text(40, 700 - 12 * row, f"{row} {PROSE}") for row in range(4)]
    _, (page,) = read(write(tmp_path / "a.pdf", ["\n".join(lines)], page=f"/Rotate {rotation}"))
    assert (page.width, page.height) == ((600, 800) if rotation in (0, 180) else (800, 600))
    assert page.text.count("quick brown fox") == 4
    assert all(0 <= block.bbox[0] < (page.width or 0) for block in page.blocks if block.bbox)


def test_running_heads_stay_on_the_first_page_only(tmp_path: Path, read: Read) -> None:
    pages = [
        "\n".join([text(40, 780, f"Company guide {n}"), *(text(40, 600 - 12 * r, f"{n}{r} {PROSE}") for r in range(4))])
        for n in (1, 2, 3)
    ]
    _, found = read(write(tmp_path / "a.pdf", pages))
    assert ["Company guide" in page.text for page in found] == [True, False, False]


def test_a_scan_with_a_footer_needs_ocr_and_a_covered_one_does_not(tmp_path: Path, read: Read) -> None:
    footer = text(250, 20, "page 1 of 2")
    full = "\n".join(text(40, 780 - 14 * row, PROSE) for row in range(50))
    _, (bare, covered, plain) = read(write(tmp_path / "a.pdf", [f"{SCAN}\n{footer}", f"{SCAN}\n{full}", full]))
    assert (bare.needs_ocr, covered.needs_ocr, plain.needs_ocr) == (True, False, False)


def test_a_real_scan_needs_ocr(small: Path, read: Read) -> None:
    _, (page,) = read(small / "ocr_test.pdf")
    assert page.needs_ocr
    assert page.text == ""


def test_the_page_picture_is_webp_of_a_bounded_size(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf", [text(40, 700, "Hello")])
    _, page = extract(path, "a.pdf")
    assert isinstance(page, Page)
    assert page.image is not None
    picture = Image.open(io.BytesIO(page.image))
    assert (picture.format, max(picture.size)) == ("WEBP", 1400)


def test_a_password_is_told_apart_from_damage(tmp_path: Path, read: Read) -> None:
    key = "00" * 32
    lock = f"/ID[<{key}><{key}>]/Encrypt<</Filter/Standard/V 1/R 2/O<{key}>/U<{key}>/P -4>>"
    with pytest.raises(DocumentEncryptedError):
        read(write(tmp_path / "a.pdf", [text(40, 700, "secret")], trailer=lock))
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\n garbage")
    with pytest.raises(DocumentBrokenError):
        read(tmp_path / "b.pdf")
