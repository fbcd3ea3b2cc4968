"""What is read of a document, page by page, made into what is stored, with a bookmark to go on from."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.bookmarks import Bookmark
from db.chunks import NewChunk
from db.pages import PageRow, TableRow
from extractors.chunking import Chunk, Chunker, Place
from extractors.model import DocumentInfo, ExtractionWarning, Page
from ingesters.stages import Part, Tools
from retrieval.terms import document_weights

LONGEST_NAME = 300


@dataclass(frozen=True)
class Group:
    """Some pages with their tables and chunks, pictures already stored as blobs; `info` comes with the first."""

    info: DocumentInfo | None
    bookmark: Bookmark
    """Where the reading goes on behind them."""
    pages: Sequence[PageRow]
    tables: Sequence[TableRow]
    chunks: Sequence[NewChunk]
    warnings: Sequence[ExtractionWarning]


class Reading:
    """What has been read and not yet been handed on. Pictures go to the blob store at once, so memory stays flat."""

    def __init__(self, tools: Tools, start: Bookmark) -> None:
        self.given = start.page - 1
        self._tools = tools
        place = Place(start.ordinal, tuple(start.headings), start.sheet)
        self._chunker = Chunker(place, count_tokens=tools.embedder(None, None).count_tokens)
        self._margins = list(start.margins)
        self._resumed = start.page > 1
        self._last = start.page - 1
        self._info: DocumentInfo | None = None
        self._total = 1
        self._empty()

    @property
    def waiting(self) -> int:
        """The number of pages that were read and not handed on."""
        return len(self._rows)

    def begin(self, info: DocumentInfo) -> None:
        """Take what is known before the first page; a document that is gone on with has been begun already."""
        self._total = max(info.pages, 1)
        self._info = None if self._resumed else info

    def add(self, page: Page) -> None:
        """Take a page apart into what is to be stored of it."""
        self._rows.append(page_row(self._tools, page))
        self._tables.extend(table_rows(page))
        self._warnings.extend(page.warnings)
        self._chunks.extend(new_chunk(chunk) for chunk in self._chunker.take(page))
        self._margins.extend(page.margins)

    def group(self) -> Part:
        """Hand on everything that was read."""
        self.given += len(self._rows)
        self._last = self._rows[-1].number if self._rows else self._last
        group = Group(self._info, self._bookmark(), self._rows, self._tables, self._chunks, self._warnings)
        self._info = None
        self._empty()
        return Part(group, self.given / self._total)

    def _bookmark(self) -> Bookmark:
        place = self._chunker.place
        headings = [(level, storable(text)) for level, text in place.headings]
        margins = [storable(line) for line in self._margins]
        sheet = None if place.sheet is None else storable(place.sheet)
        return Bookmark(self._last + 1, place.ordinal, headings, sheet, margins)

    def _empty(self) -> None:
        self._rows: list[PageRow] = []
        self._tables: list[TableRow] = []
        self._chunks: list[NewChunk] = []
        self._warnings: list[ExtractionWarning] = []


def page_row(tools: Tools, page: Page) -> PageRow:
    """Give what is stored of a page; its picture becomes a blob."""
    image = tools.blobs.put(page.image).key if page.image else None
    return PageRow(page.number, short(page.label), page.width, page.height, storable(page.text), image, page.needs_ocr)


def table_rows(page: Page) -> list[TableRow]:
    """Give a page's tables."""
    found = [block for block in page.blocks if block.rows is not None]
    return [
        TableRow(
            page.number, ordinal, short(block.sheet), block.cell_range, list(block.bbox) if block.bbox else None,
            [[storable(cell) for cell in row] for row in block.rows or ()],
        )
        for ordinal, block in enumerate(found)
    ]  # fmt: skip


def new_chunk(chunk: Chunk) -> NewChunk:
    """Give a chunk with its search terms."""
    return NewChunk(
        ordinal=chunk.ordinal,
        text=storable(chunk.text),
        tokens=chunk.tokens_estimate,
        weights=document_weights(chunk.text, chunk.heading_path),
        page=chunk.page,
        sheet=short(chunk.sheet),
        cell_range=chunk.cell_range,
        bbox=chunk.bbox,
        heading_path=[storable(part) for part in chunk.heading_path],
    )


def storable(text: str) -> str:
    """Drop what Postgres can't keep in a text: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def short(text: str | None) -> str | None:
    """Bound what a file calls itself or a part of itself: it stands in lists, whole."""
    return storable(text)[:LONGEST_NAME] if text else text
