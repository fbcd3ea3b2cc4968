"""Count which characters follow each other in the words of the Japanese dictionary that search already uses."""

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

EDGE = 0
"""Stands for the beginning or the end of a word."""

_NAME = "固有名詞"
_NAME_WEIGHT = 0.1
_LEAST = 0.35


def pairs(alphabet: Sequence[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float16]]:
    """Give the pairs of characters (as numbers, sorted) with the logarithm of how often they meet."""
    places = {character: place for place, character in enumerate(alphabet) if character}
    counts = _counts(places)
    kept = sorted(key for key, count in counts.items() if count >= _LEAST)
    return np.array(kept, np.uint32), np.array([math.log(counts[key]) for key in kept], np.float16)


def _counts(places: dict[str, int]) -> dict[int, float]:
    import sudachipy  # needed once per machine, not in every process

    counts: dict[int, float] = defaultdict(float)
    dictionary = sudachipy.Dictionary(dict="core")
    for entry in dictionary.entries():
        word = entry.surface()
        if word.isascii():
            continue
        weight = _NAME_WEIGHT if entry.part_of_speech()[1] == _NAME else 1.0
        numbers = [EDGE, *(places.get(character, -1) for character in word), EDGE]
        for one, other in pairwise(numbers):
            if one >= 0 <= other:
                counts[one << 16 | other] += weight
    return counts
