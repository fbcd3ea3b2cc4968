"""Presentations: a slide is a page."""

from collections.abc import Callable
from pathlib import Path

from pptx import Presentation
from pptx.util import Pt

from extractors.model import Block, DocumentInfo, Page

Blocks = Callable[[Path], list[Block]]
Read = Callable[[Path], tuple[DocumentInfo, list[Page]]]


def test_each_slide_is_a_page_with_its_title_table_and_notes(small: Path, read: Read) -> None:
    info, pages = read(small / "powerpoint_sample.pptx")
    assert info.pages == len(pages) == 3
    assert pages[0].blocks[0].kind == "heading"
    assert pages[0].blocks[0].text == "Test Table Slide"
    assert pages[0].blocks[1].rows is not None
    assert pages[0].blocks[1].rows[0] == ("", "Class1", "", "", "Class2", "", "")
    assert pages[1].blocks[-1].kind == "note"


def test_words_inside_groups_are_found(tmp_path: Path, blocks: Blocks) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_group_shape()
    inner.shapes.add_textbox(Pt(10), Pt(200), Pt(100), Pt(20)).text_frame.text = "奥の言葉"
    deck.save(str(tmp_path / "a.pptx"))
    assert [block.text for block in blocks(tmp_path / "a.pptx")] == ["奥の言葉"]


def test_a_short_line_at_the_top_is_the_title_where_none_is_set(tmp_path: Path, blocks: Blocks) -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_textbox(Pt(10), Pt(200), Pt(300), Pt(20)).text_frame.text = "本文です。"
    slide.shapes.add_textbox(Pt(10), Pt(20), Pt(300), Pt(20)).text_frame.text = "調査の概要"
    deck.save(str(tmp_path / "a.pptx"))
    found = blocks(tmp_path / "a.pptx")
    assert [(block.kind, block.text) for block in found] == [("heading", "調査の概要"), ("paragraph", "本文です。")]
    assert found[0].bbox == (10.0, 20.0, 300.0, 20.0)
