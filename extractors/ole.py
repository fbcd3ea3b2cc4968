"""Old container files: never read, but told apart, so that the owner learns what to do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extractors.errors import (
    DocumentBrokenError,
    DocumentEncryptedError,
    DocumentOldOfficeError,
    DocumentUnsupportedError,
)
from extractors.model import Part
from extractors.options import Options

_FILEPASS = b"\x2f\x00"
_WORD_ENCRYPTED = 0x01


def extract(path: Path, _options: Options) -> Iterator[Part]:
    """Raise what the file is: encrypted Office, Office from before 2007, or something else."""
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as ole:
            _tell(ole)
    except OSError as error:
        raise DocumentBrokenError(str(error)) from error
    yield from ()


def _tell(ole: Any) -> None:
    if ole.exists("EncryptedPackage") or ole.exists("EncryptionInfo"):
        raise DocumentEncryptedError
    if ole.exists("WordDocument"):
        flags = ole.openstream("WordDocument").read(12)[11:12]
        raise DocumentEncryptedError if flags and flags[0] & _WORD_ENCRYPTED else DocumentOldOfficeError
    for name in ("Workbook", "Book"):
        if ole.exists(name):
            raise DocumentEncryptedError if _has_password(ole.openstream(name).read(4096)) else DocumentOldOfficeError
    if ole.exists("PowerPoint Document"):
        raise DocumentOldOfficeError
    raise DocumentUnsupportedError


def _has_password(stream: bytes) -> bool:
    """Look for a FILEPASS record among the first records of a workbook."""
    at = 0
    while at + 4 <= len(stream):
        if stream[at : at + 2] == _FILEPASS:
            return True
        at += 4 + int.from_bytes(stream[at + 2 : at + 4], "little")
    return False
