"""Archives: looked at before they are opened, read file by file, every page named by its path."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from extractors.errors import (
    ArchiveUnsafeError,
    DocumentBombError,
    DocumentEmptyError,
    DocumentEncryptedError,
    DocumentOldOfficeError,
    DocumentUnsupportedError,
    MediaNotDocumentError,
)
from extractors.model import DocumentInfo, Page
from extractors.ole import extract as read_ole
from extractors.options import Options
from extractors.zip_safety import check_xml

Read = Callable[[Path], tuple[DocumentInfo, list[Page]]]


def packed(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return path


def test_each_file_inside_is_read_and_named(tmp_path: Path, read: Read) -> None:
    path = packed(tmp_path / "a.zip", 資料__一_txt="売上".encode(), b_csv=b"a,b\n1,2\n", c_png=b"\x89PNG\r\n\x1a\n")
    info, pages = read(path)
    assert info.pages == 3
    assert [(page.number, page.label, page.text) for page in pages[:2]] == [
        (1, "資料/一.txt", "売上"),
        (2, "b.csv", "a\tb\n1\t2"),
    ]
    assert pages[0].blocks[0].sheet == "資料/一.txt"
    assert pages[2].warnings[0].code == "entry_skipped"


def test_names_written_by_japanese_windows_are_read(tmp_path: Path, read: Read) -> None:
    name = "売上報告.txt".encode("cp932").decode("cp437")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        entry = zipfile.ZipInfo("x" * len(name.encode("cp437")))
        archive.writestr(entry, "本文")
    raw = data.getvalue().replace(b"x" * len(name.encode("cp437")), name.encode("cp437"))
    (tmp_path / "a.zip").write_bytes(raw)
    assert read(tmp_path / "a.zip")[1][0].label == "売上報告.txt"


def test_a_path_that_leaves_the_archive_is_refused(small: Path, read: Read) -> None:
    with pytest.raises(ArchiveUnsafeError):
        read(small / "zipslip.zip")


@pytest.mark.parametrize("name", ["/etc/x.txt", "a/../../x.txt", "..\\x.txt", "C:\\x.txt"])
def test_every_way_out_is_refused(tmp_path: Path, read: Read, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(ArchiveUnsafeError):
        read(tmp_path / "a.zip")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, read: Read) -> None:
    with pytest.raises(DocumentBombError):
        read(packed(tmp_path / "a.zip", a_txt=b" " * (16 << 20)))


def test_an_archive_in_an_archive_is_read_and_deeper_ones_are_not(tmp_path: Path, read: Read) -> None:
    third = packed(tmp_path / "3.zip", deep_txt=b"third").read_bytes()
    second = packed(tmp_path / "2.zip", inner_txt=b"second", c_zip=third).read_bytes()
    _, pages = read(packed(tmp_path / "1.zip", b_zip=second))
    assert [page.text for page in pages if page.text] == ["second"]
    assert pages[0].label == "b.zip / inner.txt"


def test_an_archive_of_nothing_is_empty_and_one_of_pictures_unsupported(tmp_path: Path, read: Read) -> None:
    with pytest.raises(DocumentEmptyError):
        read(packed(tmp_path / "a.zip"))
    with pytest.raises(DocumentUnsupportedError):
        read(packed(tmp_path / "b.zip", c_png=b"\x89PNG\r\n\x1a\n"))


def test_pictures_videos_and_sounds_are_sent_to_their_own_kind(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(MediaNotDocumentError) as caught:
        read(tmp_path / "a.png")
    assert caught.value.code == "document_unsupported"


def test_an_encrypted_office_file_is_told_from_an_old_one(small: Path) -> None:
    with pytest.raises(DocumentEncryptedError):
        list(read_ole(small / "PasswordProtected.doc", Options()))
    assert DocumentOldOfficeError.code == "document_old_office"


@pytest.mark.parametrize(
    "head",
    [
        b"<!--" + b"x" * 5_000 + b"--><!DOCTYPE a [<!ENTITY b 'c'>]><a/>",
        b" " * 70_000 + b"<!DOCTYPE a><a/>",
        b"<?xml version='1.0'?>" + b"<!---->" * 10_000 + b"<!DOCTYPE a><a/>",
        "<!--\u5b57-->".encode("utf-16") * 1 + "<!DOCTYPE a><a/>".encode("utf-16-le"),
    ],
    ids=["comment", "blanks", "comments", "utf-16"],
)
def test_a_declaration_is_found_wherever_it_hides(tmp_path: Path, head: bytes) -> None:
    with zipfile.ZipFile(packed(tmp_path / "a.zip", a_xml=head)) as archive, pytest.raises(DocumentBombError):
        check_xml(archive)


@pytest.mark.parametrize(
    "part",
    [b"", b"<a/>", b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <!DOCTYPE a> --><a>" + b"x" * 99_999 + b"</a>"],
    ids=["nothing", "root", "prolog"],
)
def test_a_part_without_declarations_passes(tmp_path: Path, part: bytes) -> None:
    with zipfile.ZipFile(packed(tmp_path / "a.zip", a_xml=part)) as archive:
        check_xml(archive)
