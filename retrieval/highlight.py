"""Show a reader why a passage was found: the question's words in it, and the stretch where they stand closest."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.folding import fold, fold_with_places
from retrieval.scripts import has_hiragana, hiragana_only
from retrieval.terms import pairs, spaced
from retrieval.words import written_words

SNIPPET = 160
_MOST = 100
_LEAD = 40
_BREAKS = "。！？!?\n"
_ASKING = {"何", "誰", "幾"}


@dataclass(frozen=True)
class Snippet:
    """A stretch of a passage; `start` is its place there, `spans` are places in the stretch."""

    text: str
    start: int
    spans: list[tuple[int, int]]


def spans(question: str, text: str) -> list[tuple[int, int]]:
    """Give the places of the question's words in the original text, in order, none touching another."""
    folded = fold_with_places(text)
    found = {folded.original(start, end) for start, end in _matches(fold(question), folded.text)}
    return _joined(sorted(found))


def snippet(question: str, text: str, *, length: int = SNIPPET) -> Snippet:
    """Cut out the stretch of about `length` characters that says most about the question."""
    found = spans(question, text)
    start = _beginning(text, _densest(text, found, length), length)
    end = min(len(text), start + length)
    inside = [(max(first, start) - start, min(last, end) - start) for first, last in found]
    return Snippet(text[start:end], start, [(first, last) for first, last in inside if first < last])


def _matches(asked: str, folded: str) -> Iterator[tuple[int, int]]:
    for word in written_words(asked):
        if word in _ASKING or hiragana_only(word):
            continue
        for piece in [word] if word in folded else pairs(word):
            if not has_hiragana(piece) or piece == word:
                yield from ((match.start(), match.end()) for match in re.finditer(re.escape(piece), folded))
    words = {word for _, _, word in spaced(asked)}
    yield from ((start, end) for start, end, word in spaced(folded) if word in words)


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _densest(text: str, found: list[tuple[int, int]], length: int) -> int:
    """Give the first match of the stretch with the most different matched characters."""
    best, best_start = 0, 0
    for number, (start, _) in enumerate(found[:_MOST]):
        words = {text[first:last] for first, last in found[number:] if last <= start + length}
        weight = sum(map(len, words))
        if weight > best:
            best, best_start = weight, start
    return best_start


def _beginning(text: str, match: int, length: int) -> int:
    """Begin at the sentence if that is near, or a little before the match; use the whole length."""
    sentence = max(text.rfind(mark, 0, match) for mark in _BREAKS) + 1
    start = sentence if match - sentence <= _LEAD else match - _LEAD // 2
    return max(0, min(start, len(text) - length))
