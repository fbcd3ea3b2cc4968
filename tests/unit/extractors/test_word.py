"""Word files: everything once, in order, with headings and tables as such."""

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from extractors.errors import DocumentBrokenError
from extractors.model import Block

Blocks = Callable[[Path], list[Block]]
BOX = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    "<mc:AlternateContent>"
    "<mc:Choice><w:txbxContent><w:p><w:r><w:t>囲み記事</w:t></w:r></w:p></w:txbxContent></mc:Choice>"
    "<mc:Fallback><w:txbxContent><w:p><w:r><w:t>囲み記事</w:t></w:r></w:p></w:txbxContent></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


def test_merged_cells_are_not_doubled(small: Path, blocks: Blocks) -> None:
    tables = [block for block in blocks(small / "word_tables.docx") if block.kind == "table"]
    assert tables[0].rows == (
        ("Header 0.0", "Header 0.1", "Header 0.2"),
        ("Cell 1.0", "Cell 1.1", "Cell 1.2"),
        ("Cell 2.0", "Cell 2.1", "Cell 2.2"),
    )
    assert tables[1].rows is not None
    assert tables[1].rows[1] == ("Cell 1.0", "Merged Cell 1.1 1.2", "")
    assert tables[3].text.count("Merged Cell 1.1 2.1") == 1


def test_headings_lists_and_paragraphs_keep_their_order(tmp_path: Path, blocks: Blocks) -> None:
    document = docx.Document()
    document.add_heading("配信の準備", 1)
    document.add_paragraph("前日までに確認します。")
    document.add_paragraph("商品", style="List Bullet")
    document.add_heading("当日", 2)
    document.save(str(tmp_path / "a.docx"))
    found = [(block.kind, block.level, block.text) for block in blocks(tmp_path / "a.docx")]
    assert found == [
        ("heading", 1, "配信の準備"),
        ("paragraph", None, "前日までに確認します。"),
        ("list_item", None, "- 商品"),
        ("heading", 2, "当日"),
    ]


def test_a_header_on_every_page_comes_once(tmp_path: Path, blocks: Blocks) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "社外秘資料"
    document.add_section()
    document.add_paragraph("本文")
    document.save(str(tmp_path / "a.docx"))
    assert [block.text for block in blocks(tmp_path / "a.docx")] == ["社外秘資料", "本文"]


def test_a_text_box_comes_once_though_word_saves_it_twice(tmp_path: Path, blocks: Blocks) -> None:
    document = docx.Document()
    document.add_paragraph("本文")._p.append(parse_xml(BOX))
    document.save(str(tmp_path / "a.docx"))
    assert [block.text for block in blocks(tmp_path / "a.docx")] == ["本文", "囲み記事"]


def test_a_truncated_file_is_broken(small: Path, blocks: Blocks) -> None:
    with pytest.raises(DocumentBrokenError):
        blocks(small / "truncated62886.docx")
