"""What of a text is counted for word search, and how much: BM25 as two sparse vectors.

A document's vector holds saturated counts and can be computed without knowing other documents, because the average
length is a constant; how rare a term is goes into the question's vector, from the counts the database keeps.
Their inner product is the BM25 score.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from retrieval.english import FUNCTION_WORDS, stem
from retrieval.folding import fold
from retrieval.scripts import compounds, counted, hiragana_only, spaced_words, unspaced_runs
from retrieval.words import japanese_words

DIMENSIONS = 1_000_000_000
VERSION = 1  # raise it when the terms of a text change: stored vectors must then be made again


@dataclass(frozen=True)
class Kind:
    """A kind of term: how much it counts and how many of them a usual text has."""

    weight: float
    usual: float


WORD, PAIR, SPACED, WHOLE = "w", "b", "l", "i"
KINDS = {WORD: Kind(1.0, 200), PAIR: Kind(0.5, 400), SPACED: Kind(1.0, 200), WHOLE: Kind(1.0, 200)}
SATURATION = 0.9
LENGTH_SHARE = 0.5
HEADING = 0.5


def terms(text: str) -> list[str]:
    """Cut a text into terms; the first letter names the kind."""
    folded = fold(text)
    found = [WORD + word for word in japanese_words(folded)]
    found += [PAIR + pair for pair in pairs(folded)]
    found += [SPACED + word for _, _, word in spaced(folded)]
    found += [WHOLE + whole for whole in compounds.findall(folded)]
    found += [WHOLE + number + unit for number, unit in counted.findall(folded)]
    return found


def term_id(term: str) -> int:
    """Give a term its place in the sparse vectors: 1 to DIMENSIONS, the same on every machine."""
    return crc32(term.encode("utf-8", "ignore")) % DIMENSIONS + 1


def document_weights(text: str, headings: Sequence[str] = ()) -> dict[int, float]:
    """Weigh the terms of a passage; those of the headings above it count less than its own."""
    counts: Counter[str] = Counter(terms(text))
    lengths: Counter[str] = Counter()
    for term, count in counts.items():
        lengths[term[0]] += count
    amounts: dict[str, float] = dict(counts)
    for term in terms("\n".join(headings)):
        amounts[term] = amounts.get(term, 0.0) + HEADING
    return {term_id(term): _saturated(amount, term[0], lengths) for term, amount in amounts.items()}


def query_terms(text: str) -> dict[int, float]:
    """Weigh the terms of a question before it is known how rare they are."""
    counts = Counter(terms(text))
    return {term_id(term): KINDS[term[0]].weight * math.sqrt(count) for term, count in counts.items()}


def query_weights(asked: Mapping[int, float], frequencies: Mapping[int, int], documents: int) -> dict[int, float]:
    """Weigh the question's terms by rarity; those that no document has are left out."""
    return {
        term: weight * rarity(frequencies[term], documents)
        for term, weight in asked.items()
        if frequencies.get(term, 0) > 0
    }


def rarity(frequency: int, documents: int) -> float:
    """Give the inverse document frequency, always above zero."""
    return math.log(1 + (max(documents, frequency) - frequency + 0.5) / (frequency + 0.5))


def pairs(folded: str) -> Iterator[str]:
    """Give character pairs, so that a word the dictionary cuts differently is still found."""
    for run in unspaced_runs.findall(folded):
        found = [run[i : i + 2] for i in range(len(run) - 1)] or [run]
        yield from (pair for pair in found if not hiragana_only(pair))


def spaced(folded: str) -> Iterator[tuple[int, int, str]]:
    """Give the words of scripts with spaces, stemmed, with where they begin and end."""
    for match in spaced_words.finditer(folded):
        plain = _plain(match.group())
        if plain not in FUNCTION_WORDS:
            yield match.start(), match.end(), stem(plain)


def word_at(folded: str, place: int) -> str | None:
    """Give the stemmed word that begins here."""
    match = spaced_words.match(folded, place)
    return stem(_plain(match.group())) if match else None


def _plain(word: str) -> str:
    return word.replace(",", "").replace("’", "'").removesuffix("'s")


def _saturated(amount: float, kind: str, lengths: Mapping[str, int]) -> float:
    length = 1 - LENGTH_SHARE + LENGTH_SHARE * lengths.get(kind, 0) / KINDS[kind].usual
    return amount * (SATURATION + 1) / (amount + SATURATION * length)
