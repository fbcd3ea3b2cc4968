"""Amounts: money, counts and shares with their signs, groups, scales (万 億 K M) and unit words."""

import re
from dataclasses import dataclass

_GROUPED = r"\d{1,3}(?:,\s?\d{3})+(?!\d)(?:\.\d+)?"
_EUROPEAN = r"\d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)"
_DOTTED = r"\d{1,3}(?:\.\d{3}){2,}(?![\d,])"
_SPACED = r"\d{1,3}(?: \d{3}){2,}(?!\d)"
_PLAIN = rf"(?:{_GROUPED}|{_EUROPEAN}|{_DOTTED}|{_SPACED}|\d+(?:\.\d+)?)"
_SCALES = {"千": 1e3, "万": 1e4, "億": 1e8, "兆": 1e12, "k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9, "mn": 1e6}
_CHAIN = rf"{_PLAIN}\s?[千万億兆](?:\s?{_PLAIN}\s?[千万億])*(?:(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?![\d.]))?"
_SHORT = rf"{_PLAIN}\s?(?:bn|mn|[KkMmBb])(?![A-Za-z])"
_PREFIXES = {
    "¥": "JPY", "JPY": "JPY", "US$": "USD", "USD": "USD", "$": "USD", "€": "EUR", "EUR": "EUR",
    "£": "GBP", "GBP": "GBP", "RM": "MYR", "MYR": "MYR", "NT$": "TWD", "HK$": "HKD", "S$": "SGD",
    "SGD": "SGD", "A$": "AUD", "₩": "KRW", "KRW": "KRW", "₱": "PHP", "฿": "THB", "THB": "THB",
    "Rp": "IDR", "IDR": "IDR", "₫": "VND", "₹": "INR", "CNY": "CNY", "RMB": "CNY", "CN¥": "CNY",
}  # fmt: skip
_SUFFIXES = {
    "円": "JPY", "JPY": "JPY", "USD": "USD", "ドル": "USD", "EUR": "EUR", "€": "EUR", "ユーロ": "EUR",
    "£": "GBP", "元": "CNY", "ウォン": "KRW", "฿": "THB", "₫": "VND", "RM": "MYR", "MYR": "MYR",
}  # fmt: skip
_COUNTERS = (
    "人",
    "名",
    "件",
    "個",
    "回",
    "点",
    "枚",
    "本",
    "台",
    "位",
    "票",
    "通",
    "着",
    "セット",
    "pcs",
    "ppl",
)
_SHARES = ("%", "‰", "pt", "pts", "pp", "ポイント", "倍", "x")


def _any(words: object) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))  # type: ignore[call-overload]


_AMOUNT = re.compile(
    r"(?<![A-Za-z\d_#@])(?<![\d][.,:/])(?P<sign>[+\-±▲▼↑↓↗↘]{0,2})\s?"
    rf"(?P<prefix>(?:{_any(_PREFIXES)})\s?)?(?P<inner>[+\-]?)"
    rf"(?P<body>{_CHAIN}|{_SHORT}|{_PLAIN})(?![\d])"
    rf"(?:\s?(?P<suffix>{_any(_SUFFIXES)})(?![A-Za-z])|\s?(?P<share>%|‰|(?:{_any(_SHARES[2:])})(?![A-Za-z]))|"
    rf"\s?(?P<counter>{_any(_COUNTERS)})(?![A-Za-z]))?(?P<arrow>\s?[▲▼↑↓↗↘])?"
)
_PART = re.compile(rf"({_PLAIN})\s?(bn|mn|[千万億兆KkMmBb])?")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount at a place in a text."""

    start: int
    end: int
    value: float
    unit: str
    currency: str | None
    step: float
    sign: str
    arrow: bool
    counter: str
    thousandths: bool
    repaired: bool


def spans(text: str) -> list[Amount]:
    """Return the amounts in a text (folded by numbers.fold)."""
    return [_amount(match) for match in _AMOUNT.finditer(text) if not _is_part_of_a_word(text, match)]


_CALENDAR = (
    "日",
    "週",
    "か月",
    "ヶ月",
    "カ月",
    "ヵ月",
    "月",
    "年",
    "歳",
    "代",
    "days",
    "day",
    "weeks",
    "months",
    "hours",
    "位中",
)


def _is_part_of_a_word(text: str, match: re.Match[str]) -> bool:
    after = text[match.end() : match.end() + 2]
    before = text[: match.start()].rstrip(" ")
    glued = bool(after) and ((after[0].isascii() and after[0].isalpha()) or after[0] in "_@")
    calendar = text[match.end() :].lstrip().startswith(_CALENDAR) and not match["suffix"]
    broken = len(after) == 2 and after[0] in ".,:/" and after[1].isdigit()
    return glued or broken or calendar or before.endswith(("#", "No.", "no."))


def _amount(match: re.Match[str]) -> Amount:
    value, step, european = _worth(match["body"])
    sign, arrow = _sign(match)
    prefix = (match["prefix"] or "").strip()
    currency = _PREFIXES.get(prefix) or _SUFFIXES.get(match["suffix"] or "")
    unit = currency or _UNIT.get(match["share"] or "", "count")
    per_mille = 0.1 if match["share"] == "‰" else 1.0
    return Amount(
        start=match.start(),
        end=match.end(),
        value=round((-value if sign == "-" else value) * per_mille, 9),
        unit=unit,
        currency=currency,
        step=step * per_mille,
        sign=sign,
        arrow=arrow,
        counter=match["counter"] or "",
        thousandths=bool(re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", match["body"])),
        repaired=european and currency not in ("EUR", "IDR", "VND"),
    )


_UNIT = {"%": "%", "‰": "%", "pt": "pt", "pts": "pt", "pp": "pt", "ポイント": "pt", "倍": "ratio", "x": "ratio"}


def _sign(match: re.Match[str]) -> tuple[str, bool]:
    """Return "+", "-" or "", and whether an arrow was printed; a printed sign outweighs an arrow."""
    marks = match["sign"] + match["inner"] + (match["arrow"] or "")
    arrow = any(mark in "▲▼↑↓↗↘" for mark in marks)
    if "-" in marks or ("+" not in marks and any(mark in "▼↓↘" for mark in marks)):
        return "-", arrow
    return ("+" if "+" in marks or arrow else ""), arrow


def _worth(body: str) -> tuple[float, float, bool]:
    """Return the value, the worth of the last printed place, and whether it is grouped by dots or spaces."""
    total, step, strange = 0.0, 1.0, False
    for digits, scale in _PART.findall(body):
        times = _SCALES[scale.lower()] if scale else 1.0
        plain, odd = _plain(digits)
        strange = strange or odd
        total += float(plain) * times
        step = times * 10.0 ** -len(plain.partition(".")[2])
    return round(total, 6), step, strange


def _plain(digits: str) -> tuple[str, bool]:
    bare = digits.replace(" ", "")
    odd = " " in digits.replace(", ", ",")
    if re.fullmatch(_EUROPEAN, bare):
        return bare.replace(".", "").replace(",", "."), True
    if re.fullmatch(_DOTTED, bare):
        return bare.replace(".", ""), True
    return bare.replace(",", ""), odd
