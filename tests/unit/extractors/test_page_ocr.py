"""What OCR reads is laid out like a page, and the text layer's own words win where both say the same."""

from extractors import page_ocr
from extractors.model import Box
from extractors.page_ocr import Frame
from extractors.page_ocr_merge import without_doubles
from extractors.pdf_text import Segment
from extractors.words import Line, Reading, Word


def line(text: str, box: Box, *, vertical: bool = False, confidence: float = 0.99) -> Line:
    """Make a line whose words share its box by their lengths."""
    words, at = [], box[0]
    for word in text.split():
        wide = box[2] * len(word) / len(text)
        words.append(Word(word, (at, box[1], wide, box[3]), confidence))
        at += wide + box[2] / len(text)
    return Line(text, box, confidence, tuple(words), vertical)


def reading(*lines: Line) -> Reading:
    return Reading(1000, 1000, lines)


def segment(text: str, x0: float, x1: float, y0: float = 100, y1: float = 112) -> Segment:
    return Segment(text, x0, y0, x1, y1, y1 - y0)


def test_places_come_out_in_units_of_the_page() -> None:
    (found,) = page_ocr.segments(reading(line("売上", (100, 200, 80, 40))), Frame(10, 20, 0.5, 0.25))
    assert (found.x0, found.x1, round((found.y0 + found.y1) / 2, 2)) == (60, 100, 75)


def test_words_far_apart_are_columns() -> None:
    far = Line(
        "Serum 357,600",
        (0, 0, 600, 20),
        0.9,
        (Word("Serum", (0, 0, 90, 20), 0.9), Word("357,600", (500, 0, 100, 20), 0.9)),
    )
    assert [piece.text for piece in page_ocr.segments(reading(far), Frame())] == ["Serum", "357,600"]


def test_a_texture_is_not_a_text() -> None:
    assert page_ocr.segments(reading(line("~#", (0, 0, 50, 20), confidence=0.2)), Frame()) == []


def test_lines_of_nearly_one_height_make_no_heading_and_a_tall_one_does() -> None:
    lines = [line(f"a line of some words number {at}", (50, 200 + 60 * at, 500, 20 + at % 3)) for at in range(6)]
    lines.insert(0, line("Quarterly report", (50, 50, 500, 48)))
    found = page_ocr.blocks(page_ocr.segments(reading(*lines), Frame()), 1, headings=True)
    assert [block.kind for block in found].count("heading") == 1
    assert (found[0].kind, found[0].text, {block.source for block in found}) == ("heading", "Quarterly report", {"ocr"})
    plain = page_ocr.blocks(page_ocr.segments(reading(*lines), Frame()), 1, headings=False)
    assert "heading" not in {block.kind for block in plain}


def test_vertical_columns_are_read_from_right_to_left() -> None:
    columns = [line(text, (900 - 40 * at, 50, 30, 500), vertical=True) for at, text in enumerate("春夏秋")]
    found = page_ocr.blocks(page_ocr.segments(reading(*columns), Frame()), 1, headings=True)
    assert [block.text for block in found] == ["春夏秋"]
    assert page_ocr.turns_of(reading(*columns)) == 0


def test_a_turn_to_the_left_and_its_place() -> None:
    words = (Word("of", (10, 20, 20, 80), 0.9), Word("sales", (10, 120, 20, 200), 0.9))
    down = Reading(100, 400, (Line("of sales", (10, 20, 20, 300), 0.9, words, vertical=True),))
    assert page_ocr.turns_of(down) == 1
    upright = page_ocr.turned_left(down, 1)
    assert (upright.width, upright.height, upright.lines[0].box) == (400, 100, (20, 70, 300, 20))
    assert not upright.lines[0].vertical


def test_the_text_layer_wins_where_both_say_the_same() -> None:
    read = [segment("Tota1 amount due: $5,000.00", 40, 300), segment("Only drawn", 40, 120, 200, 212)]
    written = [segment("Total amount due:", 41, 180), segment("$5,000.00", 220, 300)]
    assert [kept.text for kept in without_doubles(read, written)] == ["Only drawn"]


def test_what_only_ocr_sees_on_the_same_line_stays() -> None:
    (kept,) = without_doubles([segment("Approved by Tanaka", 40, 300)], [segment("Approved by", 40, 150)])
    assert (kept.text, kept.x0) == ("Tanaka", 150)


def test_different_words_at_one_place_both_stay() -> None:
    assert len(without_doubles([segment("見積書", 40, 100)], [segment("xyz", 40, 100)])) == 1
