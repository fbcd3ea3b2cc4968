"""Lengths of time: 3分12秒, 1時間5分, 1:53:00, 2h 13m, 45s, 20 min 15 sec."""

import re
from dataclasses import dataclass

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_UNITS = (
    ("days", r"日間?|days?|d", 86400.0),
    ("hours", r"時間|hours?|hrs?|h", 3600.0),
    ("minutes", r"分間?|minutes?|mins?|m", 60.0),
    ("seconds", r"秒間?|seconds?|secs?|s", 1.0),
)
_WORDS = re.compile(
    r"(?<![A-Za-z\d.,:/¥$#])(?P<sign>[+\-▲▼↑↓]?)\s?(?=\d)"
    + r"\s?".join(
        rf"(?:(?P<{name}>{_NUMBER})\s?(?:{unit})(?![A-Za-z]|当たり|ごと|毎|あたり|以上|後|前))?"
        for name, unit, _ in _UNITS
    ),
    re.IGNORECASE,
)
_COLONS = re.compile(
    r"(?<![\dA-Za-z:.,/¥$])(?P<sign>[+\-]?)(?:(?P<hours>\d{1,3}):)?(?P<minutes>\d{1,3}):(?P<seconds>[0-5]\d)(?![\d:%A-Za-z])"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time at a place in a text; `clock` when it may be a time of day."""

    start: int
    end: int
    seconds: float
    step: float
    sign: str
    clock: bool = False
    millions: bool = False


def spans(text: str) -> list[Duration]:
    """Return the lengths of time in a text."""
    return [*_worded(text), *_with_colons(text)]


def _worded(text: str) -> list[Duration]:
    found = []
    for match in _WORDS.finditer(text):
        given = [(match[name], worth) for name, _, worth in _UNITS if match[name]]
        if not given or (match["days"] and len(given) == 1):
            continue
        seconds = sum(float(number.replace(",", "")) * worth for number, worth in given)
        last, worth = given[-1]
        short = len(given) == 1 and bool(re.search(r"\d\s?[mM]$", match[0].strip()))
        if short and (match[0].strip()[-1] == "M" or "." in match[0]):
            continue
        step = worth * 10.0 ** -len(last.partition(".")[2])
        end = match.start() + len(match[0].rstrip())
        found.append(Duration(match.start(), end, _signed(seconds, match["sign"]), step, match["sign"], millions=short))
    return found


def _with_colons(text: str) -> list[Duration]:
    found = []
    for match in _COLONS.finditer(text):
        hours, minutes = int(match["hours"] or 0), int(match["minutes"])
        if match["hours"] and minutes > 59:
            continue
        seconds = hours * 3600 + minutes * 60 + int(match["seconds"])
        clock = (hours if match["hours"] else minutes) < 24 and not match["sign"]
        found.append(Duration(*match.span(), _signed(float(seconds), match["sign"]), 1.0, match["sign"], clock))
    return found


def _signed(seconds: float, sign: str) -> float:
    return -seconds if sign in ("-", "▼", "↓") else seconds
