"""A file is what its content says; its name decides only between kinds of text."""

import zipfile
from pathlib import Path

import pytest

from extractors import media_type
from extractors.media_type import detect

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
