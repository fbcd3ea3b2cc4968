"""Show a cell's value as the person sees it in Excel: dates, percentages, thousands, decimals."""

import datetime as dt
import re
from functools import lru_cache

Value = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_DIGITS = re.compile(r"[#0?][#0?,]*(\.([0#?]+))?")
_CURRENCY = re.compile(r"\[\$([^\]-]*)[^\]]*\]")


def shown(value: Value, number_format: str) -> str:
    """Return the text that stands in the cell; negative numbers keep a minus, also where Excel uses brackets."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time(0)
        return (
            value.date().isoformat() if midnight else value.isoformat(" ", "minutes" if not value.second else "seconds")
        )
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).strip()


def plain(value: float) -> str:
    """Write a number without format, as the column would: no trailing zeros, no float noise."""
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.11g}"


def _number(value: float, number_format: str) -> str:
    section = _section(value, number_format)
    digits = _DIGITS.search(_QUOTED.sub("", section))
    if "general" in section.lower() or section == "@" or digits is None or "E+" in section.upper() or "/" in section:
        literal = _literals(section)[0]
        return literal if section and value == 0 and literal and digits is None else plain(value)
    before, after = _literals(section)
    percent = "%" in _QUOTED.sub("", section)
    decimals = len(digits.group(2) or "")
    grouped = "," if "," in digits.group(0).rstrip(",") else ""
    text = f"{abs(value) * (100 if percent else 1):{grouped}.{decimals}f}"
    width = digits.group(0).split(".")[0].replace(",", "").count("0")
    whole, dot, rest = text.partition(".")
    minus = "-" if value < 0 and float(text.replace(",", "")) != 0 else ""
    return f"{minus}{before}{whole.zfill(width)}{dot}{rest}{'%' if percent else ''}{after}"


def _section(value: float, number_format: str) -> str:
    """Choose the format's part for positive, negative or zero."""
    sections = _sections(number_format)
    if value < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if value == 0 and len(sections) > 2 else sections[0]


@lru_cache(maxsize=512)
def _sections(number_format: str) -> tuple[str, ...]:
    return tuple(re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', number_format))


@lru_cache(maxsize=512)
def _literals(section: str) -> tuple[str, str]:
    """Return the words before and after the digits: currency signs, units."""
    match = re.search(r"[#0?]", _QUOTED.sub(lambda found: "\x00" * len(found.group(0)), section))
    at = match.start() if match else len(section)
    return _words(section[:at]), _words(section[at:])


def _words(part: str) -> str:
    part = _CURRENCY.sub(lambda found: f'"{found.group(1)}"', part)
    quoted = "".join((found.group(1) or found.group(2) or "") for found in _QUOTED.finditer(part))
    bare = "".join(sign for sign in _QUOTED.sub("", part) if sign in "¥$€£")
    return (bare + quoted).strip().strip("()").strip()
