"""Running heads and feet: kept where they first appear, dropped where they repeat."""

import re
from collections.abc import Iterable, Iterator

from extractors.model import Block

_MARGIN = 0.09
_MOST = 1_000
"""Margin lines to remember: a document with more has no running heads, but something else at its edges."""
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")


class Running:
    """Remember the margin lines of a document while its pages pass by."""

    def __init__(self, seen: Iterable[str] = ()) -> None:
        """Start with what was seen on the pages before."""
        self._seen = set(seen)
        self._news: list[str] = []

    def keep(self, blocks: Iterable[Block], height: float, body: float) -> Iterator[Block]:
        """Yield the blocks except for margin lines that were on an earlier page (page numbers aside)."""
        for block in blocks:
            key = "".join(_DIGITS.sub("#", block.text).split())
            if not _in_margin(block, height, body):
                yield block
            elif key not in self._seen:
                if len(self._seen) < _MOST:
                    self._seen.add(key)
                    self._news.append(key)
                if key.strip("#-–/|.") or len(key) > 3:
                    yield block

    def news(self) -> tuple[str, ...]:
        """Give what was seen for the first time since the last call."""
        news, self._news = self._news, []
        return tuple(news)


def _in_margin(block: Block, height: float, body: float) -> bool:
    if block.bbox is None or len(block.text) > 200:
        return False
    _, y, _, tall = block.bbox
    return tall < 2.6 * body and (y + tall < _MARGIN * height or y > (1 - _MARGIN) * height) and tall < 1.5 * body
