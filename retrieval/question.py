"""What a question looks for in a passage: its words as written, each with how rare it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.folding import fold
from retrieval.terms import KINDS, PAIR, SPACED, WORD, pairs, rarity, spaced, term_id
from retrieval.words import written_words

_numbers = re.compile("[0-9]+")


@dataclass(frozen=True)
class Question:
    """A question made ready to be held against many passages.

    `pieces` are looked up as character strings, `words` as whole (stemmed) words; both map to a weight.
    """

    folded: str
    pieces: Mapping[str, float]
    words: Mapping[str, float]
    numbers: frozenset[str]

    @property
    def weight(self) -> float:
        """Sum what could be found."""
        return sum(self.pieces.values()) + sum(self.words.values())

    @property
    def is_spaced(self) -> bool:
        """Tell whether it is mostly written with spaces; such text is longer for the same content."""
        return len(self.words) > len(self.pieces)


def question(text: str, frequencies: Mapping[int, int], documents: int) -> Question:
    """Make a question ready; `frequencies` are those of its `query_terms`."""

    def weight(kind: str, term: str) -> float:
        return KINDS[kind].weight * rarity(max(1, frequencies.get(term_id(kind + term), 0)), documents)

    folded = fold(text)
    pieces = {pair: weight(PAIR, pair) for pair in pairs(folded)}
    pieces |= {written: weight(WORD, normal) for written, normal in written_words(folded).items()}
    words = {word: weight(SPACED, word) for _, _, word in spaced(folded)}
    return Question(folded, pieces, words, frozenset(_numbers.findall(folded)))
