"""Cut a long text at the best place there is: paragraph, sentence, clause, word, and only then anywhere."""

import re
from collections.abc import Callable, Iterator

CountTokens = Callable[[str], int]
CHARACTERS_PER_TOKEN = 16
"""No more count as one token: a tokenizer takes any length of what it doesn't know, and of blanks, for one or none."""

_SENTENCE = re.compile(r"(?:[^。！？.!?\n]|[.!?](?![\s\"”’)]|$))*(?:[。！？.!?]+[」』）)\"”’]*|\n|$)\s*")
_CLAUSE = re.compile(r"[^、，,;；：\s]*(?:[、，,;；：]|$)?\s*")


def split_text(text: str, first: int, limit: int, count: CountTokens) -> Iterator[str]:
    """Yield slices of the text: the first of at most `first` tokens, the others of at most `limit`."""
    room, gathered, used = first, "", 0
    for unit in _units(text, limit, count):
        tokens = count(unit)
        if gathered.strip() and used + tokens > room:
            yield gathered.strip()
            room, gathered, used = limit, "", 0
        gathered += unit
        used += tokens
    if gathered.strip():
        yield gathered.strip()


def bounded(count: CountTokens) -> CountTokens:
    """Give a count that grows with the text's length whatever the text is, so that a chunk's length has an end."""
    return lambda text: max(count(text), -(-len(text) // CHARACTERS_PER_TOKEN))


def _units(text: str, limit: int, count: CountTokens) -> Iterator[str]:
    """Yield sentences, and the clauses or cuts of sentences that are too long."""
    for sentence in _SENTENCE.findall(text):
        if not sentence or count(sentence) <= limit:
            yield sentence
            continue
        for clause in _CLAUSE.findall(sentence):
            yield from _cut(clause, limit, count)


def _cut(text: str, limit: int, count: CountTokens) -> Iterator[str]:
    start = 0
    while start < len(text):
        size = min(len(text) - start, max(limit, 1) * CHARACTERS_PER_TOKEN)
        while size > 1 and count(text[start : start + size]) > limit:
            size = max(1, size * 3 // 4)
        yield text[start : start + size]
        start += size
