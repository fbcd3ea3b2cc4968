"""Dates, times of day with a date, and ranges of them; kept as text, as printed."""

import re

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?:uary|ruary|ch|il|e|y|ust|tember|ober|ember)?\.?"
_TIME = r"(?:[01]?\d|2[0-9]):[0-5]\d(?::[0-5]\d)?(?:\s?[AaPp]\.?[Mm]\.?)?|\d{1,2}時(?:\d{1,2}分)?(?!間)"
_WEEKDAY_BEFORE = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,?\s)"
_WEEKDAY = r"(?:\s?\((?:[月火水木金土日](?:曜日?)?|Mon|Tue|Wed|Thu|Fri|Sat|Sun)[・･祝]*\)|\s?[月火水木金土日]曜日)"
_DAY = "|".join(
    (
        r"(?:19|20)\d{2}\s?年\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?",
        r"(?:19|20)\d{2}(?P<q>[/.\-])(?:0?[1-9]|1[0-2])(?P=q)(?:[0-2]?\d|3[01])",
        r"(?:令和|平成|R|H)\s?\d{1,2}[年./]\s?\d{1,2}[月./]\s?\d{1,2}日?",
        r"(?:[0-2]?\d|3[01])(?P<p>[/.\-])(?:[0-2]?\d|3[01])(?P=p)(?:(?:19|20)\d{2}|\d{2})",
        r"\d{1,2}\s?月\s?\d{1,2}\s?日",
        rf"{_MONTH}\s?\d{{1,2}}(?:,?\s?(?:19|20)\d{{2}})?(?![\d,])",
        rf"\d{{1,2}}[\s\-]?{_MONTH}(?:,?[\s\-]?(?:19|20)\d{{2}})?",
        rf"{_MONTH}\s(?:19|20)\d{{2}}",
        r"(?:19|20)\d{2}/(?:0?[1-9]|1[0-2])(?![\d/])",
        r"(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?![\d/])",
    )
)
_FOLLOWS = r"(?:-|~|から|to|→|until)"


def _numbered(pattern: str, mark: str) -> str:
    """Give the groups of a pattern used twice their own names."""
    return (
        pattern.replace("<q>", f"<q{mark}>")
        .replace("=q)", f"=q{mark})")
        .replace("<p>", f"<p{mark}>")
        .replace("=p)", f"=p{mark})")
    )


def _stamp(mark: str) -> str:
    return rf"{_WEEKDAY_BEFORE}?(?:{_numbered(_DAY, mark)}){_WEEKDAY}?(?:\s?,?\s?(?:{_TIME}))?"


_DATES = re.compile(
    rf"(?<![\dA-Za-z.,/¥$])(?:{_stamp('a')})(?:\s*{_FOLLOWS}\s*(?:{_stamp('b')}|{_TIME}|\d{{1,2}}日?))?"
    r"(?:\s?\((?:JST|UTC|GMT|PST|UTC\+9)\)|\s(?:JST|UTC|GMT|PST))?(?![\d%:])(?!/\d)",
    re.IGNORECASE,
)
_CLOCKS = re.compile(
    rf"(?<![\d:.,])(?:{_TIME})\s*[-~]\s*(?:{_TIME})(?![\d:])|\d{{1,2}}時(?:\d{{1,2}}分)?(?!間|\d)|"
    r"(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?\s?[AaPp]\.?[Mm]\.?(?![a-z])"
)


def spans(text: str) -> list[tuple[int, int]]:
    """Return the places of dates and of ranges (2026/11/20 20:00, Nov 14 - Nov 20, 20:00~22:00)."""
    found = [one.span() for one in _DATES.finditer(text)]
    taken = [range(start, end) for start, end in found]
    return found + [one.span() for one in _CLOCKS.finditer(text) if not any(one.start() in span for span in taken)]
