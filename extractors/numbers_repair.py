"""Undo what text recognition does to numbers (O for 0, l for 1, V for ¥, a comma for a point) where the rest proves it.

Every repair keeps the length of the text, so that places stay places; what was touched is returned with it.
"""

import re

_DIGITS = {
    "O": "0",
    "o": "0",
    "〇": "0",
    "Q": "0",
    "D": "0",
    "l": "1",
    "I": "1",
    "|": "1",
    "!": "1",
    "S": "5",
    "B": "8",
    "Z": "2",
}
_DAMAGED = re.compile(
    r"(?<![A-Za-z\d])[¥$€£+\-▲▼]?(?=[^\s]*\d)[\dOoQDlI|!SBZ〇][\dOoQDlI|!SBZ〇.,]*[\dOoQDlI|〇](?=$|[\s%円万億人件個回名点枚秒分時)])"
)
_YEN = re.compile(r"(?<![A-Za-z\d])[VvYX羊半](?=\s?\d{1,3}(?:[.,]\d{3})+(?!\d)|\d+(?:\.\d+)?[万億])")
_DOLLAR = re.compile(r"(?<![A-Za-z\d])[Ss](?=\s?\d{1,3}(?:,\d{3})*\.\d{2}(?!\d))")
_TWICE = re.compile(r"(?<=\d%)(?:[6%8]|[96]6|\s?%)(?=$|[\s)])")
_SPLIT_SHARE = re.compile(r"(?<=\d)\s?(?:[0oO9]/[0oO6])(?=$|[\s)])")
_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?![\d.,])")
_MONEY_BEFORE = re.compile(r"[¥]\s?$")
_COUNTED_AFTER = re.compile(r"\s?[円人件個回名点枚]")
_DECIMAL_COMMA = re.compile(r"(?<![\d.,])\d{1,3},\d{1,2}(?=\s?[%万億KMkm])")
_BROKEN = re.compile(r"(?<![\d.,])\d+(?:,\d+)+(?![\d.,])")
_TWO_MARKS = re.compile(r"(?<=\d)(?:,\.|\.,|,,|\.\.)(?=\d{3}(?!\d))")


def mend(text: str) -> tuple[str, list[bool], list[bool]]:
    """Return the repaired text, which characters were touched, and which stand in a number that stays in doubt."""
    mended = _DAMAGED.sub(_as_digits, _DOLLAR.sub("$", text))
    mended = _YEN.sub("¥", mended)
    mended = _TWICE.sub(_blank, mended)
    mended = _SPLIT_SHARE.sub(lambda match: "%".ljust(len(match[0])), mended)
    mended = _TWO_MARKS.sub(", ", mended)
    mended = _GROUPS.sub(_as_groups, mended)
    mended = _DECIMAL_COMMA.sub(lambda match: match[0].replace(",", "."), mended)
    doubtful = [False] * len(mended)
    mended = _BROKEN.sub(lambda match: _without_groups(match, doubtful), mended)
    touched = [before != after for before, after in zip(text, mended, strict=True)]
    return mended, touched, doubtful


def _as_digits(match: re.Match[str]) -> str:
    """Turn look-alikes into digits when at least half of the places are digits already."""
    body = match[0]
    wrong = sum(one in _DIGITS for one in body)
    if wrong == 0 or sum(one.isdigit() for one in body) < wrong or (body[-1] in "SBZ" and wrong == 1):
        return body
    return "".join(_DIGITS.get(one, one) for one in body)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _as_groups(match: re.Match[str]) -> str:
    """Read 1.234,567 and ¥1.234 as groups: three places behind each mark, and no yen has thousandths."""
    body = match[0]
    whole = match.string
    if "." not in body or (re.fullmatch(r"\d{1,3}(?:\.\d{3})+", body) and body.count(".") > 1):
        return body
    mixed = "," in body
    counted = _MONEY_BEFORE.search(whole[: match.start()]) or _COUNTED_AFTER.match(whole[match.end() :])
    return body.replace(".", ",") if mixed or counted else body


def _without_groups(match: re.Match[str], doubtful: list[bool]) -> str:
    """Join groups that are no groups of three (12,34): the digits stay, the doubt is marked."""
    body = match[0]
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", body):
        return body
    doubtful[match.start() : match.end()] = [True] * len(body)
    joined = body.replace(",", "")
    return joined.ljust(len(body)) if joined.isdigit() else body
