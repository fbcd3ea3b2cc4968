"""The little grammar English words need before they are compared."""

from functools import lru_cache

_FUNCTION_WORDS = (
    "a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it"
    " its may me my no not of on or our she should so such than that the their them then there these they this those to"
    " us was we were what when where which who whom whose why will with would you your"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
_ENDINGS = (("sses", "ss"), ("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Cut plural and verb endings, lightly: better to miss a pair than to join two words."""
    if len(word) <= 3 or not (word.isascii() and word.isalpha()):
        return word
    return _tidy(_without_ending(word))


def _without_ending(word: str) -> str:
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word if word.endswith(("ss", "us", "is")) else word[: -len(ending)] + instead
    return word


def _tidy(word: str) -> str:
    if len(word) > 3 and word.endswith("e"):
        return word[:-1]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        return word[:-1]
    return word
