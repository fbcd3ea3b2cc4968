"""Look at a ZIP's directory before anything is unpacked: sizes, ratio, paths, passwords, and entity bombs."""

import re
import zipfile
from pathlib import Path

from extractors.errors import (
    ArchiveUnsafeError,
    DocumentBombError,
    DocumentBrokenError,
    DocumentEncryptedError,
)

MAX_ENTRIES = 10_000
MAX_TOTAL_BYTES = 1 << 30
MAX_ENTRY_BYTES = 512 << 20
MAX_RATIO = 200
RATIO_COUNTS_FROM = 8 << 20
"""A small file of spaces packs 1,000 : 1 without harm; the ratio is held against big entries only."""

MAX_DIRECTORY_BYTES = 4 << 20

_DRIVE = re.compile(r"^[A-Za-z]:")
_HEAD = 65_536
_PROLOG = re.compile(rb"(?:\s|<\?(?:(?!\?>).)*+\?>|<!--(?:(?!-->).)*+-->)*+", re.S)
_ELEMENT = re.compile(rb"<[A-Za-z_:\x80-\xff]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_DIRECTORY_BYTES, _ENTRIES = 5, 4  # places in what the library finds at the end of an archive


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a ZIP whose directory is harmless, or raise what is wrong with it."""
    if not has_small_directory(path):
        raise DocumentBombError("directory")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DocumentBrokenError(str(error)) from error
    try:
        check(archive)
    except BaseException:
        archive.close()
        raise
    return archive


def has_small_directory(path: Path) -> bool:
    """Tell whether the list of entries can be read in little memory; the library itself reads one of any size."""
    with path.open("rb") as file:
        try:
            # Its own reader of the archive's end (zip64 included), so that nothing can be read in two ways.
            end = zipfile._EndRecData(file)  # type: ignore[attr-defined] # known to CPython 3.2-3.14, not to typeshed
        except (zipfile.BadZipFile, OSError, ValueError):
            end = None
    return end is None or (end[_ENTRIES] <= MAX_ENTRIES and end[_DIRECTORY_BYTES] <= MAX_DIRECTORY_BYTES)


def check(archive: zipfile.ZipFile) -> None:
    """Raise when the archive's directory promises trouble."""
    entries = archive.infolist()
    for entry in entries:
        _check_path(entry.filename)
        _check_size(entry)
        if entry.flag_bits & 1:
            raise DocumentEncryptedError(entry.filename)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise DocumentBombError(f"{len(entries)} entries")


def check_xml(archive: zipfile.ZipFile) -> None:
    """Refuse XML parts that declare entities: Office files never do, bombs must."""
    for entry in archive.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                _check_prolog(part.read(_HEAD), entry.filename)


def _check_prolog(head: bytes, name: str) -> None:
    """Insist that the root element follows: declarations must come before it, so behind it there are none."""
    if head.startswith(_UTF16):
        head = head.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")
    head = head.removeprefix(b"\xef\xbb\xbf")
    rest = _PROLOG.sub(b"", head, count=1)
    if rest.startswith(b"<!") or (len(head) >= _HEAD // 2 - 3 and not _ELEMENT.match(rest)):
        raise DocumentBombError(name)
    if rest and not _ELEMENT.match(rest):
        raise DocumentBrokenError(name)


def _check_path(name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or _DRIVE.match(name) or "\0" in name:
        raise ArchiveUnsafeError(name)


def _check_size(entry: zipfile.ZipInfo) -> None:
    ratio = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > MAX_ENTRY_BYTES or (entry.file_size > RATIO_COUNTS_FROM and ratio > MAX_RATIO):
        raise DocumentBombError(entry.filename)
