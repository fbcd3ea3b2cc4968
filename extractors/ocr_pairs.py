"""Which characters follow each other in Japanese: settles what the eye alone can't, such as カ and 力.

Only characters the network doubts, and those that look alike in most fonts, are ever changed.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from extractors.ocr_recognise import Character

NUMBERS, WEIGHTS = "pair-numbers.npy", "pair-weights.npy"

_ALIKE = ("カ力", "ニ二", "ロ口", "ハ八", "タ夕", "エ工", "ト卜", "ヘへ", "ベべ", "ペぺ", "ー一", "チ千", "ミ三")
_TWINS = {one: other for pair in _ALIKE for one, other in (tuple(pair), tuple(reversed(pair)))}
_TWIN_SHARE = 0.5
"""A look-alike is taken to be half as likely as what the network chose."""
_JOINED = 0.9
"""Share of characters whose follower stands in the same word."""
_FLOOR = 1e-7
_TRUST = 0.45
"""How much the neighbours count beside what the network saw."""
Option = tuple[str, float]


class Pairs:
    """How well characters go together; read from the models' folder on first use."""

    def __init__(self, folder: Path, alphabet: Sequence[str]) -> None:
        """Remember where it is."""
        self._folder = folder
        self._places = {character: place for place, character in enumerate(alphabet) if _japanese(character)}

    def settle(self, characters: Sequence[Character]) -> list[Character]:
        """Choose the likeliest sequence of what each character may be."""
        options = [_options(one) for one in characters]
        if all(len(choice) == 1 for choice in options):
            return list(characters)
        chosen = self._path(options)
        return [
            one if text == one.text else replace(one, text=text, likelihood=likelihood)
            for one, (text, likelihood) in zip(characters, chosen, strict=True)
        ]

    def _path(self, options: Sequence[Sequence[Option]]) -> list[Option]:
        """Viterbi: keep the best way to each option of each character."""
        before = ""
        ways: list[tuple[float, list[Option], str]] = [(0.0, [], before)]
        for choice in options:
            ways = [
                max(
                    (
                        (score + math.log(option[1]) + _TRUST * self._log(last, option[0]), [*way, option], option[0])
                        for score, way, last in ways
                    ),
                    key=lambda way: way[0],
                )
                for option in choice
            ]
        return max(ways, key=lambda way: way[0] + _TRUST * self._log(way[2], ""))[1]

    def _log(self, one: str, other: str) -> float:
        """Give the logarithm of how likely `other` follows `one`; nothing Japanese counts as a word's edge."""
        first, second = self._places.get(one, 0), self._places.get(other, 0)
        if not first and not second:
            return 0.0
        starts, ends = self._count(0, second), self._count(first, 0)
        joined = self._count(first, second) / self._followed(first) if first and second else 0.0
        apart = (ends / self._followed(first) if first else 1.0) * (starts / self._followed(0) if second else 1.0)
        return math.log(_JOINED * joined + (1 - _JOINED) * apart + _FLOOR)

    def _count(self, one: int, other: int) -> float:
        key = one << 16 | other
        place = bisect_left(self._numbers, key)
        found = place < len(self._numbers) and self._numbers[place] == key
        return math.exp(float(self._weights[place])) if found else 0.0

    def _followed(self, one: int) -> float:
        return float(self._sums[one]) + 1.0

    @cached_property
    def _numbers(self) -> npt.NDArray[np.uint32]:
        return np.asarray(np.load(self._folder / NUMBERS), np.uint32)

    @cached_property
    def _weights(self) -> npt.NDArray[np.float64]:
        return np.asarray(np.load(self._folder / WEIGHTS), np.float64)

    @cached_property
    def _sums(self) -> npt.NDArray[np.float64]:
        sums = np.bincount(self._numbers >> 16, weights=np.exp(self._weights), minlength=1 << 16)
        return np.asarray(sums, np.float64)


def _options(character: Character) -> list[Option]:
    options = {character.text: character.likelihood, **dict(character.others)}
    for text in list(options):
        twin = _TWINS.get(text)
        if twin:
            options[twin] = max(options.get(twin, 0.0), options[text] * _TWIN_SHARE)
    return list(options.items())


def _japanese(character: str) -> bool:
    return "ぁ" <= character <= "ヿ" or "一" <= character <= "鿿" or character == "々"
