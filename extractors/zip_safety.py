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

_DRIVE = re.compile(r"^[A-Za-z]:")
_HEAD = 4096


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a ZIP whose directory is harmless, or raise what is wrong with it."""
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
                head = part.read(_HEAD).replace(b"\0", b"")
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise DocumentBombError(entry.filename)


def _check_path(name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or _DRIVE.match(name) or "\0" in name:
        raise ArchiveUnsafeError(name)


def _check_size(entry: zipfile.ZipInfo) -> None:
    ratio = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > MAX_ENTRY_BYTES or (entry.file_size > RATIO_COUNTS_FROM and ratio > MAX_RATIO):
        raise DocumentBombError(entry.filename)
