"""Where the words of a question stand in a passage."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from retrieval.folding import fold
from retrieval.question import Question
from retrieval.scripts import spaced_letter
from retrieval.terms import word_at

_MOST = 12  # places of one piece that are looked at
_sentence_ends = re.compile(r"[。！？\n]|[.!?] ")


@dataclass(frozen=True)
class Passage:
    """A folded passage and, sentence by sentence, the question's words in it."""

    folded: str
    sentences: list[set[str]]

    @property
    def found(self) -> set[str]:
        """Give the words that occur anywhere."""
        return set().union(*self.sentences)

    def best_sentence(self, weights: Mapping[str, float]) -> float:
        """Give the weight of the words that the richest sentence has."""
        return max((sum([weights[word] for word in sentence]) for sentence in self.sentences), default=0.0)


def read(asked: Question, text: str) -> Passage:
    """Find the question's words in a passage."""
    folded = fold(text)
    places = [(at, piece) for piece in asked.pieces for at in _places(folded, piece)]
    places += [(at, word) for word in asked.words for at in _whole_words(folded, word)]
    places.sort()
    return Passage(folded, _by_sentence(folded, places))


def shared_runs(asked: str, folded: str, *, shortest: int) -> list[int]:
    """Give the lengths of the question's stretches that the passage repeats letter by letter."""
    lengths, start = [], 0
    while start + shortest <= len(asked):
        end = start + shortest
        if asked[start:end] not in folded:
            start += 1
            continue
        while end < len(asked) and asked[start : end + 1] in folded:
            end += 1
        lengths.append(end - start)
        start = end
    return lengths


def _by_sentence(folded: str, places: list[tuple[int, str]]) -> list[set[str]]:
    sentences: list[set[str]] = []
    end = 0
    for at, word in places:
        if at >= end:
            found = _sentence_ends.search(folded, at)
            end = found.end() if found else len(folded)
            sentences.append(set())
        sentences[-1].add(word)
    return sentences


def _places(folded: str, piece: str) -> Iterator[int]:
    at = folded.find(piece)
    for _ in range(_MOST):
        if at < 0:
            return
        yield at
        at = folded.find(piece, at + 1)


def _whole_words(folded: str, word: str) -> Iterator[int]:
    """Find a stem by the beginning of the words it stands for, and a number also with its commas."""
    beginnings = {word.removesuffix("y")}
    if word.isdecimal() and 3 < len(word) < 20:
        beginnings.add(f"{int(word):,}")
    for beginning in beginnings:
        for at in _places(folded, beginning):
            if (at == 0 or not spaced_letter(folded, at - 1)) and word_at(folded, at) == word:
                yield at
