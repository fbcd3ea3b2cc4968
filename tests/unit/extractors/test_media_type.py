"""A file is what its content says; its name decides only between kinds of text."""

import time
import zipfile
from pathlib import Path

import pytest

from extractors import media_type
from extractors.errors import DocumentBombError
from extractors.media_type import detect
from extractors.zip_safety import open_zip

MAIL = "From: a@example.jp\nTo: b@example.jp\nSubject: 会議\n\n本文"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"BM\x36\0\0\0\0\0\0\0\x36", "image/bmp"),
        (b"\0\0\0\x18ftypavif", "image/avif"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"\0\0\0\x18ftypisom", "video/mp4"),
        (b"\0\0\0\x14ftypqt  ", "video/quicktime"),
        (b"\x1aE\xdf\xa3....webm", "video/webm"),
        (b"\x1aE\xdf\xa3....matroska", "video/x-matroska"),
        (b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"ID3\x04\0\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x64\0\0", "audio/mpeg"),
        (b"fLaC\0\0\0\x22", "audio/flac"),
        (b"\0\0\0\x1cftypM4A ", "audio/mp4"),
        (b"", "application/x-empty"),
        (bytes(range(256)) * 4, "application/octet-stream"),
    ],
)
def test_the_first_bytes_name_the_type(tmp_path: Path, head: bytes, expected: str) -> None:
    path = tmp_path / "misleading.txt"
    path.write_bytes(head)
    assert detect(path, "misleading.txt") == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("notes.md", "売上メモ", media_type.MARKDOWN),
        ("notes.txt", "# 売上\n\n- a\n", media_type.TEXT),
        ("data.tsv", "a\tb\n1\t2\n", media_type.TSV),
        ("page.html", "ただの文章です。", media_type.TEXT),
        ("page.txt", "<!DOCTYPE html><html><body>x</body></html>", media_type.HTML),
        ("mail.eml", MAIL, media_type.EMAIL),
        ("unnamed", MAIL, media_type.EMAIL),
        ("unnamed", "a,b,c\n1,2,3\n4,5,6\n", media_type.CSV),
        ("unnamed", "# 題\n\n[a](https://example.jp)\n", media_type.MARKDOWN),
        ("called.docx", "これはWordではありません。", media_type.TEXT),
        ("mail.eml", "手紙ではない文章", media_type.TEXT),
    ],
)
def test_a_name_decides_only_between_kinds_of_text(tmp_path: Path, name: str, text: str, expected: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    assert detect(path, name) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp932", "euc_jp"])
def test_text_is_text_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "file"
    path.write_bytes("日本語の文章です。売上は増えました。\n".encode(encoding) * 3_000)
    assert detect(path, "a.txt") == media_type.TEXT


def test_office_files_are_known_by_their_content_types_whatever_they_are_called(small: Path) -> None:
    assert detect(small / "word_tables.docx", "a.zip") == media_type.WORD
    assert detect(small / "powerpoint_sample.pptx", "a.docx") == media_type.SLIDES
    assert detect(small / "2023-half-year-analyses-by-segment.xlsx", "a") == media_type.EXCEL
    assert detect(small / "PasswordProtected.doc", "a.docx") == media_type.OLE


def test_a_zip_that_is_no_office_file_is_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert detect(path, "a.docx") == media_type.ZIP


@pytest.mark.parametrize(
    "head",
    ["<!---->" * 9_000 + "x", "<p " * 21_800, "[\n" * 32_700, "[a](\n" * 13_000, "\n" * 65_000 + "x", "<!--" * 16_000],
    ids=["comments", "tags", "brackets", "links", "lines", "open comments"],
)
def test_no_text_makes_its_recognition_slow(tmp_path: Path, head: str) -> None:
    path = tmp_path / "file"
    path.write_text(head, encoding="utf-8")
    started = time.process_time()
    detect(path, "unnamed")
    assert time.process_time() - started < 0.3


@pytest.mark.parametrize("said", ["a\0b", "text/html", "image/png", "", "x" * 200, "application/vnd.a\r\nb"])
def test_a_zip_may_not_call_itself_anything_it_likes(tmp_path: Path, said: str) -> None:
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        archive.writestr("mimetype", said)
    assert detect(tmp_path / "file", "a.zip") == media_type.ZIP


def test_an_opendocument_file_is_known_by_what_it_says(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    assert detect(tmp_path / "file", "a.odt") == "application/vnd.oasis.opendocument.text"


def test_a_zip_with_a_damaged_member_is_still_recognised(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "file", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>" * 100)
    data = bytearray((tmp_path / "file").read_bytes())
    data[49:60] = b"\xff" * 11
    (tmp_path / "file").write_bytes(data)
    assert detect(tmp_path / "file", "a.docx") == media_type.ZIP


@pytest.mark.parametrize("claimed", [None, 1], ids=["honest", "lying"])
def test_a_zip_with_a_huge_directory_is_not_listed(tmp_path: Path, claimed: int | None) -> None:
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        archive.writestr("[Content_Types].xml", "/word/ main+xml")
        for number in range(12_000 if claimed is None else 150):
            archive.writestr(f"{number}" if claimed is None else f"{number:030000}", "")
    if claimed is not None:
        data = (tmp_path / "file").read_bytes()
        end = data.rindex(b"PK\5\6")
        (tmp_path / "file").write_bytes(data[: end + 8] + b"\1\0\1\0" + data[end + 12 :])
    assert detect(tmp_path / "file", "a.docx") == media_type.ZIP
    with pytest.raises(DocumentBombError):
        open_zip(tmp_path / "file")
