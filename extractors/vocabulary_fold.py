"""Fold a label so that spellings of it, and what text recognition makes of them, come out equal or close."""

import unicodedata
from functools import lru_cache

_CONFUSED = str.maketrans(
    "力口夕二工卜八ヘ一―ｰッャュョァィゥェォっゃゅょぃぁぇぉパピプペポぱぴぷぺぽ0〇1l|髙",
    "カロタニエトハへーーーツヤユヨアイウエオつやゆよいあえおバビブベボばびぶべぼooiii高",
)


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Fold case, width, spaces, punctuation and characters that look alike."""
    plain = unicodedata.normalize("NFKC", text).translate(_CONFUSED).casefold().translate(_CONFUSED)
    return "".join(one for one in plain if one.isalnum() or one in "ー%#")


def distance(first: str, second: str, most: int) -> int:
    """Return the edit distance of two texts, or most + 1 when it is greater than `most`."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    before = list(range(len(second) + 1))
    for row, one in enumerate(first, 1):
        line = [row]
        for column, other in enumerate(second, 1):
            line.append(min(before[column] + 1, line[-1] + 1, before[column - 1] + (one != other)))
        if min(line) > most:
            return most + 1
        before = line
    return before[-1]
