"""What a document looks like once it has been read: one DocumentInfo, then its Pages one by one.

A page is a PDF page, a slide or a sheet. Formats without pages (Word, HTML, Markdown, text, CSV, e-mail) arrive
as parts of bounded size: Page.number counts the parts, and their blocks carry page=None, because nobody who opens
the original will find a "page 3" in it.
"""

from dataclasses import dataclass
from typing import Literal

Box = tuple[float, float, float, float]
"""x, y, width, height in page units (PDF points), origin at the top left."""

Kind = Literal["heading", "paragraph", "list_item", "table", "note"]
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item, table or note, with the place it came from."""

    kind: Kind
    text: str
    page: int | None = None
    sheet: str | None = None
    cell_range: str | None = None
    bbox: Box | None = None
    level: int | None = None
    rows: Rows | None = None
    header: bool = False
    """True when rows[0] names the columns (several header rows are folded into one)."""
    source: Literal["text", "ocr"] = "text"


@dataclass(frozen=True, slots=True)
class ExtractionWarning:
    """Something that could not be read in full; `place` names the page, sheet or entry."""

    code: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page, slide, sheet or part, complete in itself."""

    number: int
    label: str | None
    width: float | None
    height: float | None
    text: str
    blocks: tuple[Block, ...]
    image: bytes | None = None
    needs_ocr: bool = False
    hidden: bool = False
    warnings: tuple[ExtractionWarning, ...] = ()
    margins: tuple[str, ...] = ()
    """What a reader that begins behind this page has to know of it: its running heads and feet."""


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What is known of a document before its first page."""

    media_type: str
    title: str | None
    language: str | None
    pages: int
    warnings: tuple[ExtractionWarning, ...] = ()


Part = DocumentInfo | Page
