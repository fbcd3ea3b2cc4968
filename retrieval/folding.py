"""One spelling for matching: compatibility forms, case, old forms of name characters; with the way back.

Search compares folded text (㈱ = (株), Ｗ = w, 髙 = 高, ｶﾞ = ガ) while people are shown the original, so each folded
character remembers which original characters it came from.
"""

import re
import unicodedata
from dataclasses import dataclass

_HALF_WIDTH_MARKS = "ﾞﾟ"
_OLD = "髙﨑𠮷邊邉齋齊斎濵濱櫻澤廣國眞惠壽榮德瀨條會學藝縣〜"
_NEW = "高崎吉辺辺斉斉斉浜浜桜沢広国真恵寿栄徳瀬条会学芸県~"
_to_new = str.maketrans(_OLD, _NEW) | dict.fromkeys(range(0xD800, 0xE000))  # halves of characters are dropped
_has_old = re.compile(f"[{_OLD}\ud800-\udfff]").search


@dataclass(frozen=True)
class Folded:
    """Folded text; `starts[i]` and `ends[i]` bound the original characters of folded character i."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Give the original span of a folded span that is not empty."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """Fold text for matching."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    return folded.translate(_to_new) if _has_old(folded) else folded  # translating is slow, and seldom needed


def fold_with_places(text: str) -> Folded:
    """Fold text and keep where each character came from."""
    if text.isascii():
        places = range(len(text))
        return Folded(text.lower(), tuple(places), tuple(place + 1 for place in places))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        piece = fold(text[start:end])
        pieces.append(piece)
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))
    return Folded("".join(pieces), tuple(starts), tuple(ends))


def _clusters(text: str) -> list[tuple[int, int]]:
    """Cut before each character that stands alone; marks stay with what they change."""
    borders = [place for place, character in enumerate(text) if place == 0 or not _joins(character)]
    return list(zip(borders, [*borders[1:], len(text)], strict=True))


def _joins(character: str) -> bool:
    if character < "\u0300":
        return False
    if "\u1160" <= character <= "\u11ff":  # Hangul vowels and finals, written apart
        return True
    return character in _HALF_WIDTH_MARKS or unicodedata.combining(character) != 0
