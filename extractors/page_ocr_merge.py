"""Keep a text layer and what OCR reads on the same page from saying everything twice."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from extractors.pdf_text import Segment

_OVERLAP = 0.5
_ALIKE = 0.6


def without_doubles(read: Sequence[Segment], written: Sequence[Segment]) -> list[Segment]:
    """Drop what the text layer says at the same place; where it says something else, both stay."""
    kept: list[Segment] = []
    for segment in read:
        over = [other for other in written if _covers(other, segment)]
        if not over or not _same(segment, over):
            kept.append(segment)
            continue
        rest = _uncovered(segment, over)
        if rest is not None:
            kept.append(rest)
    return kept


def _covers(other: Segment, segment: Segment) -> bool:
    """Tell whether two segments share a line: half of the lower one's height, and some of the width."""
    down = min(other.y1, segment.y1) - max(other.y0, segment.y0)
    across = min(other.x1, segment.x1) - max(other.x0, segment.x0)
    return (
        down > _OVERLAP * min(other.y1 - other.y0, segment.y1 - segment.y0)
        and across > 0.1 * min(other.x1 - other.x0, segment.x1 - segment.x0)
    )  # fmt: skip


def _same(segment: Segment, over: Sequence[Segment]) -> bool:
    """Tell whether the shorter of both texts is found in the longer one, as far as OCR can be trusted."""
    read = _plain(segment.text)
    written = _plain("".join(other.text for other in sorted(over, key=lambda item: item.x0)))
    if not read or not written:
        return not read
    matched = sum(part.size for part in SequenceMatcher(None, read, written, autojunk=False).get_matching_blocks())
    return matched >= _ALIKE * min(len(read), len(written))


def _uncovered(segment: Segment, over: Sequence[Segment]) -> Segment | None:
    """Give the end of a line that only OCR sees (a stamp behind a printed word); None when nothing is left."""
    width = segment.x1 - segment.x0
    left = min(other.x0 for other in over) - segment.x0
    right = segment.x1 - max(other.x1 for other in over)
    if max(left, right) < max(0.15 * width, 1.5 * segment.size):
        return None
    written = _plain("".join(other.text for other in over))
    words = [word for word in segment.text.split() if _plain(word) not in written]
    if not words:
        return None
    if right >= left:
        return replace(segment, text=" ".join(words), x0=segment.x1 - right)
    return replace(segment, text=" ".join(words), x1=segment.x0 + left)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
