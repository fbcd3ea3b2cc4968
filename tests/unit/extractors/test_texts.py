"""Plain text, CSV, Markdown, HTML and e-mail."""

import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from extractors.errors import DocumentEmptyError
from extractors.model import Block, DocumentInfo, Page
from extractors.parts import PART_CHARACTERS

Blocks = Callable[[Path], list[Block]]
Read = Callable[[Path], tuple[DocumentInfo, list[Page]]]

PAGE = """<html><head><title>配信 入門</title><script>var a = 1</script></head><body>
<nav><a href="/">戻る</a></nav><ul class="top-menu"><li><a href="/a">目次</a></li></ul>
<h1>配信の<b>基本</b></h1><p>一行目<br>二行目</p>
<ul><li>商品<ul><li>価格</li></ul></li></ul>
<table><tr><th>月</th><th colspan="2">売上</th></tr><tr><td>4月</td><td>10</td><td>20</td></tr></table>
<pre>a
  b</pre><div style="display: none">見えない</div><footer>会社</footer></body></html>"""


def test_plain_text_stays_exactly_as_it_was(tmp_path: Path, blocks: Blocks) -> None:
    text = "  一行目\r\n\r\n二行目　 \n\n"
    (tmp_path / "a.txt").write_bytes(text.encode())
    assert [block.text for block in blocks(tmp_path / "a.txt")] == [text]


def test_a_long_text_comes_in_parts_and_loses_nothing(tmp_path: Path, read: Read) -> None:
    text = "売上は先月より増えました。\n" * (3 * PART_CHARACTERS // 14)
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    info, pages = read(tmp_path / "a.txt")
    assert info.pages == len(pages) > 1
    assert "".join(page.text for page in pages) == text


@pytest.mark.parametrize("content", [b"", b"  \n\t ", b"\xef\xbb\xbf\n"])
def test_a_file_without_a_word_is_empty(tmp_path: Path, read: Read, content: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(DocumentEmptyError):
        read(tmp_path / "a.txt")


def test_a_japanese_csv_in_cp932_keeps_its_names(small: Path, read: Read) -> None:
    info, (page,) = read(small / "test_mskanji.csv")
    assert info.language == "ja"
    assert page.blocks[0].rows is not None
    assert page.blocks[0].rows[-1] == ("髙橋淳", "35", "名古屋")
    assert page.blocks[0].cell_range == "A2:C4"
    assert page.blocks[0].header


def test_quoted_line_ends_and_separators_belong_to_the_cell(tmp_path: Path, blocks: Blocks) -> None:
    (tmp_path / "a.csv").write_text('名前;備考\n"a";"x;y\nz"\nb;2\n', encoding="utf-8")
    (table,) = blocks(tmp_path / "a.csv")
    assert table.rows == (("名前", "備考"), ("a", "x;y\nz"), ("b", "2"))


def test_a_long_csv_repeats_its_header_in_every_block(tmp_path: Path, blocks: Blocks) -> None:
    (tmp_path / "a.csv").write_text("id,name\n" + "".join(f"{n},x{n}\n" for n in range(450)), encoding="utf-8")
    found = blocks(tmp_path / "a.csv")
    assert all(block.rows and block.rows[0] == ("id", "name") for block in found)
    assert found[-1].cell_range == "A401:B451"
    assert found[-1].rows is not None
    assert found[-1].rows[-1] == ("449", "x449")


def test_html_gives_its_main_content_only(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    info, (page,) = read(tmp_path / "a.html")
    assert info.title == "配信 入門"
    assert [(block.kind, block.text) for block in page.blocks[:4]] == [
        ("heading", "配信の基本"),
        ("paragraph", "一行目 二行目"),
        ("list_item", "- 商品"),
        ("list_item", "- 価格"),
    ]
    assert page.blocks[4].rows == (("月", "売上", ""), ("4月", "10", "20"))
    assert page.blocks[5].text == "a\n  b"
    assert not any(word in page.text for word in ("戻る", "目次", "見えない", "var a"))


def test_html_believes_its_declared_charset(tmp_path: Path, blocks: Blocks) -> None:
    page = '<html><head><meta charset="Shift_JIS"></head><body><p>①髙橋</p></body></html>'
    (tmp_path / "a.html").write_bytes(page.encode("cp932"))
    assert blocks(tmp_path / "a.html")[0].text == "①髙橋"


def test_deeply_nested_html_does_not_break_the_reader(tmp_path: Path, blocks: Blocks) -> None:
    (tmp_path / "a.html").write_text("<html><body><p>見える</p>" + "<div>" * 50_000, encoding="utf-8")
    assert blocks(tmp_path / "a.html")[0].text == "見える"


def test_markdown_gives_headings_lists_tables_code_and_addresses(tmp_path: Path, read: Read) -> None:
    text = "# 題\n\n- [例](https://example.jp/)\n1. 一\n\n|月|売上|\n|-|-|\n|4|10|\n\n```\nx = 1\n```\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    info, (page,) = read(tmp_path / "a.md")
    assert info.title == "題"
    assert [(block.kind, block.text) for block in page.blocks] == [
        ("heading", "題"),
        ("list_item", "- 例 (https://example.jp/)"),
        ("list_item", "1. 一"),
        ("table", "月\t売上\n4\t10"),
        ("paragraph", "x = 1"),
    ]


def test_a_rule_above_a_heading_is_not_front_matter(small: Path, read: Read) -> None:
    info, (page,) = read(small / "OSS_License.md")
    assert info.title == "第3章"
    assert "OSSライセンス" in page.text


def message(**attachments: bytes) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "山田 <y@example.jp>", "s@example.jp", "配信の件"
    mail.set_content("明日の配信を確認します。")
    for name, data in attachments.items():
        mail.add_attachment(data, "application", "octet-stream", filename=name.replace("_", "."))
    return mail


def test_an_email_gives_headers_body_and_attachments(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.eml").write_bytes(message(売上_csv="商品,数\n美容液,3\n".encode("cp932")).as_bytes())
    info, pages = read(tmp_path / "a.eml")
    assert info.title == "配信の件"
    assert "明日の配信" in pages[0].text
    assert "From: 山田 <y@example.jp>" in pages[0].text
    assert pages[1].label == "売上.csv"
    assert "美容液" in pages[1].text


def test_an_attachment_that_cannot_be_read_does_not_lose_the_mail(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.eml").write_bytes(message(bad_pdf=b"%PDF-1.4 broken").as_bytes())
    _, pages = read(tmp_path / "a.eml")
    assert "明日の配信" in pages[0].text
    assert pages[1].warnings[0].place == "bad.pdf: document_broken"


def test_an_html_mail_in_japanese_jis_is_read(tmp_path: Path, read: Read) -> None:
    head = "From: a@example.jp\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/html; charset=iso-2022-jp\n\n"
    (tmp_path / "a.eml").write_bytes(head.encode() + "<p>本日の<b>売上</b></p>".encode("iso2022_jp"))
    assert "本日の売上" in read(tmp_path / "a.eml")[1][0].text


def test_front_matter_of_empty_lines_is_no_trap(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.md").write_text("---\n" + "\n" * 5_000 + "!\n---\n本文\n", encoding="utf-8")
    started = time.process_time()
    assert "本文" in read(tmp_path / "a.md")[1][0].text
    assert time.process_time() - started < 2
