"""The table from media type to reader, and the one function that reads any document.

A new file type is one new file with `extract(path, options)` and one line here.
"""

import importlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from extractors import media_type, sandbox_models
from extractors.errors import (
    DocumentBrokenError,
    DocumentEmptyError,
    DocumentUnsupportedError,
    LimitMemoryError,
    MediaNotDocumentError,
)
from extractors.model import DocumentInfo, Part
from extractors.options import Options

READERS: dict[str, str] = {
    media_type.PDF: "pdf",
    media_type.WORD: "word",
    media_type.EXCEL: "excel",
    media_type.SLIDES: "slides",
    media_type.CSV: "table_text",
    media_type.TSV: "table_text",
    media_type.HTML: "html",
    media_type.MARKDOWN: "markdown",
    media_type.TEXT: "text",
    media_type.EMAIL: "email",
    media_type.ZIP: "archive",
    media_type.OLE: "ole",
}
"""Media type -> module of this package, imported when the first file of its type comes."""

PICTURES = "image"
"""The module for every media type that begins with image/."""

FAULTS = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    ArithmeticError,
    SyntaxError,
    OSError,
    EOFError,
    NotImplementedError,
    RecursionError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)
"""What the parsing libraries raise on files that break their format's rules."""


def extract(path: Path, filename: str, *, options: Options | None = None) -> Iterator[Part]:
    """Read a document: first its DocumentInfo, then its Pages one by one; raise an ExtractionError if it cannot be."""
    chosen = options or Options(filename)
    kind = media_type.detect(path, filename)
    reader = importlib.import_module(f"extractors.{_reader(kind)}")
    try:
        for part in reader.extract(path, chosen):
            if isinstance(part, DocumentInfo) or part.number >= chosen.first_page:
                yield part
    except MemoryError as error:
        raise LimitMemoryError(kind) from error
    except FAULTS as error:
        raise DocumentBrokenError(f"{type(error).__name__}: {error}"[:500]) from error


def _reader(kind: str) -> str:
    if kind == media_type.EMPTY:
        raise DocumentEmptyError
    if kind.startswith("image/"):
        return PICTURES
    if media_type.is_media(kind):
        raise MediaNotDocumentError(kind)
    if kind not in READERS:
        raise DocumentUnsupportedError(kind)
    return READERS[kind]


def stream(path: Path, params: dict[str, str | int | bool]) -> Iterator[Part]:
    """Read a document for the sandbox; params: filename, images, first_page, margins (divided by line ends)."""
    options = Options(
        filename=str(params.get("filename", path.name)),
        images=bool(params.get("images", True)),
        ocr=sandbox_models.reader if sandbox_models.available() else None,
        first_page=int(params.get("first_page", 1)),
        margins=frozenset(str(params.get("margins", "")).splitlines()),
    )
    yield from extract(path, options.filename, options=options)
