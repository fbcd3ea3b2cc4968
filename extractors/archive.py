"""ZIP of documents: checked before anything is unpacked, then unpacked and read one file at a time."""

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from extractors import media_type
from extractors.encodings import decode
from extractors.errors import DocumentBombError, DocumentBrokenError, DocumentEmptyError, ExtractionError
from extractors.inner import InnerFiles
from extractors.model import DocumentInfo, Page, Part
from extractors.options import MAX_DEPTH, Options
from extractors.zip_safety import open_zip

MAX_FILES = 500
_CHUNK = 1 << 20
_IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def extract(path: Path, options: Options) -> Iterator[Part]:
    """Read every file inside; `pages` counts the files, for their pages are known only when they have been read."""
    if options.depth >= MAX_DEPTH:
        raise DocumentBombError("archives within archives")
    with open_zip(path) as archive:
        entries = [entry for entry in archive.infolist() if not _is_ignored(entry)]
        if not entries:
            raise DocumentEmptyError
        yield DocumentInfo(media_type.ZIP, None, None, len(entries))
        inner, read = InnerFiles(), False
        for entry in entries[:MAX_FILES]:
            for page in _pages(archive, entry, inner, options):
                read = read or bool(page.blocks)
                yield page
        yield from (inner.skipped(name_of(entry), "too many files") for entry in entries[MAX_FILES : MAX_FILES + 1])
        if not read and inner.errors:
            raise inner.errors[0]


def name_of(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; Japanese Windows writes it in cp932 and says nothing about it."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return decode(entry.filename.encode("cp437")).text
    except UnicodeEncodeError:
        return entry.filename


def _is_ignored(entry: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(entry.filename)
    return entry.is_dir() or entry.filename.startswith(_IGNORED) or name.name in _IGNORED or name.name.startswith("._")


def _pages(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, inner: InnerFiles, options: Options) -> Iterator[Page]:
    name = name_of(entry)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "entry"
        try:
            _unpack(archive, entry, target)
        except ExtractionError as error:
            inner.errors.append(error)
            yield inner.skipped(name, error.code)
            return
        yield from inner.pages(target, name, options)


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    """Write one entry, and no more of it than its directory promised."""
    left = entry.file_size
    try:
        with archive.open(entry) as source, target.open("wb") as file:
            while data := source.read(_CHUNK):
                left -= len(data)
                if left < 0:
                    raise DocumentBombError(entry.filename)
                file.write(data)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise DocumentBrokenError(str(error)) from error
