"""Cut a document into chunks for search: whole thoughts of at most ~400 tokens that know where they stand."""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from extractors import ranges
from extractors.chunk_tables import split_table
from extractors.chunk_text import bounded, split_text
from extractors.model import Block, Box, Kind, Page

MAX_TOKENS = 400

CountTokens = Callable[[str], int]

_COSTS = (
    (re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff10-\uff9f]"), 0.72),
    (re.compile(r"[a-z]"), 0.3),
    (re.compile(r"[A-Z0-9]"), 0.62),
    (re.compile(r"[^\w\s]|_"), 0.95),
    (re.compile(r"[^\W\da-zA-Z_\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff10-\uff9f]"), 0.6),
)
"""Tokens per character, measured with the real tokenizer on manuals, tables and paragraphs in both languages."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document that is searched and shown as one."""

    ordinal: int
    text: str
    page: int | None
    sheet: str | None
    cell_range: str | None
    bbox: Box | None
    heading_path: tuple[str, ...]
    kind: Kind
    tokens_estimate: int


def estimate(text: str) -> int:
    """Estimate the tokens of multilingual-e5, rather a few too many than too few."""
    return math.ceil(sum(len(kind.findall(text)) * cost for kind, cost in _COSTS))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document's chunks go on between two pages: the next ordinal, and the headings and sheet that stand."""

    ordinal: int = 0
    headings: tuple[tuple[int, str], ...] = ()
    sheet: str | None = None


def chunk(
    pages: Iterable[Page], *, max_tokens: int = MAX_TOKENS, count_tokens: CountTokens = estimate
) -> Iterator[Chunk]:
    """Yield the chunks of a document in order; none reaches over a page, a sheet or a heading."""
    chunker = Chunker(max_tokens=max_tokens, count_tokens=count_tokens)
    for page in pages:
        yield from chunker.take(page)


class Chunker:
    """Cuts one page after the other, and can go on where another one stopped."""

    def __init__(
        self, place: Place | None = None, *, max_tokens: int = MAX_TOKENS, count_tokens: CountTokens = estimate
    ) -> None:
        """Begin at a place, without one at the start of the document."""
        start = place or Place()
        self._state = _State(max_tokens, bounded(count_tokens), start)
        self._sheet = start.sheet

    @property
    def place(self) -> Place:
        """Where another chunker goes on, once all chunks of a page are taken."""
        return Place(self._state.ordinal, tuple(self._state.headings), self._sheet)

    def take(self, page: Page) -> Iterator[Chunk]:
        """Yield the chunks of the next page."""
        if page.label != self._sheet:
            self._state.headings.clear()
            self._sheet = page.label
        for block in page.blocks:
            yield from self._state.take(block)
        yield from self._state.flush()


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    block: Block
    cell_range: str | None
    tokens: int


class _State:
    """What has been gathered for the next chunk, and the headings above it."""

    def __init__(self, limit: int, count: CountTokens, start: Place) -> None:
        self.headings = list(start.headings)
        self.ordinal = start.ordinal
        self._limit = limit
        self._count = count
        self._pieces: list[_Piece] = []

    def take(self, block: Block) -> Iterator[Chunk]:
        """Add a block; yield the chunks that are full."""
        if block.kind == "heading":
            if not self._only_headings():
                yield from self.flush()
            self._rise(block)
        if block.kind == "table" and block.rows:
            yield from self._take_table(block)
        else:
            yield from self._take_text(block)

    def flush(self) -> Iterator[Chunk]:
        """Yield what was gathered as one chunk."""
        pieces, self._pieces = self._pieces, []
        text = "\n".join(piece.text for piece in pieces)
        if not text.strip():
            return
        blocks = [piece.block for piece in pieces]
        body = [block for block in blocks if block.kind != "heading"]
        kind: Kind = "table" if any(b.kind == "table" for b in body) else body[0].kind if body else "heading"
        yield Chunk(
            self.ordinal,
            text,
            blocks[0].page,
            blocks[0].sheet,
            ranges.union(piece.cell_range for piece in pieces),
            _around([block.bbox for block in blocks if block.bbox]),
            tuple(words for _, words in self.headings),
            kind,
            sum(piece.tokens for piece in pieces),
        )
        self.ordinal += 1

    def _take_text(self, block: Block) -> Iterator[Chunk]:
        tokens = self._count(block.text)
        if tokens <= self._room():
            self._add(block.text, block, tokens)
            return
        if not self._only_headings():
            yield from self.flush()
        if tokens <= self._room():
            self._add(block.text, block, tokens)
            return
        for part in split_text(block.text, self._room(), self._limit, self._count):
            if self._count(part) > self._room():
                yield from self.flush()
            self._add(part, block, self._count(part))

    def _take_table(self, block: Block) -> Iterator[Chunk]:
        tokens = self._count(block.text)
        if tokens <= self._room():
            self._add(block.text, block, tokens)
            return
        if not self._only_headings():
            yield from self.flush()
        for part in split_table(block, self._room(), self._limit, self._count):
            if (self._pieces and not self._only_headings()) or part.tokens > self._room():
                yield from self.flush()
            self._pieces.append(_Piece(part.text, block, part.cell_range, part.tokens))

    def _add(self, text: str, block: Block, tokens: int) -> None:
        self._pieces.append(_Piece(text, block, block.cell_range, tokens))

    def _room(self) -> int:
        return self._limit - sum(piece.tokens + 1 for piece in self._pieces)

    def _only_headings(self) -> bool:
        return all(piece.block.kind == "heading" for piece in self._pieces)

    def _rise(self, block: Block) -> None:
        level = block.level or 1
        while self.headings and self.headings[-1][0] >= level:
            self.headings.pop()
        self.headings.append((level, block.text[:200]))


def _around(boxes: list[Box]) -> Box | None:
    if not boxes:
        return None
    x, y = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return (x, y, round(right - x, 1), round(bottom - y, 1))
