"""Mend what the network gets wrong where the characters around leave no doubt; boxes stay where they are."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from extractors import ocr_arrow
from extractors.ocr_page import Strip
from extractors.ocr_recognise import Character
from extractors.ocr_shapes import Pixels

Edit = tuple[int, str]
"""Place in the text, and what belongs there; nothing if the character does not exist."""
_MENDED = 0.9
"""Most that a mended character is trusted."""

_DIGITS = str.maketrans("OoＯDQlI|｜ｌＩ", "0000011" + "1111")
_NUMBER_LIKE = re.compile(r"(?<![A-Za-z0-9])[0-9OolI|｜.,:%]*\d[0-9OolI|｜.,:%]*(?![A-Za-z0-9])")
_YEN = re.compile(r"(?:^|(?<=[\s(（+\-~]))[VY](?=\s?\d{1,3}(?:[.,]\d{3})+(?!\d)|\s?\d{3,}(?![\w.]))")
_GROUPS = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?![\d.,])")
_YEN_GROUPS = re.compile(r"(?<=[¥￥])\s?\d{1,3}(?:[.,]\d{3})+(?![\d.,])")
_TWICE = re.compile(r"(?<=\d)%([0-9a-z]{1,2})(?![\w.,/])")
_PERCENT = re.compile(r"^[(（]?[▲▼△▽↑↓†+\-−]\s*\d+\.\d(9[60m]|016|%?0[16])[)）]?$")
_DECIMAL = re.compile(r"(?<=\d)[,，](?=\d{1,2}%)")
_DOWN = re.compile(r"^(?:∇(?=\s*[+\-]?\d)|[VvY](?=\s?-?\d+(?:\.\d+)?%))")
_DASH = re.compile(r"^\.(?=\d+\.\d+%)")
_MYRIADS = re.compile(r"(?<=\d)憶")
_UP = re.compile(r"^†(?=\s*\d)")
_MINUS = re.compile(r"(?:^|(?<=[\s\d]))[ー一](?=\d)")
_CLOCK = re.compile(r"(?<=\d[/\-.]\d\d)(?=\d\d:\d\d)|(?<=日)(?=\d{1,2}:\d\d)")
_GOSSIP = re.compile(r"ロ(?=コミ)")
_CHANGE = re.compile(r"^(?:[▲▼△▽∇VAvTY†▾▴Iil1]?\s?)??([+\-]?\d[\d.,]*)\s?%?\S{0,2}$")


def repaired(pixels: Pixels, strip: Strip) -> Strip:
    """Give a strip with its characters mended, and wider if a sign stands before it."""
    if not strip.vertical:
        strip = _signed(pixels, strip)
    return replace(strip, characters=tuple(mended(strip.characters)))


def mended(characters: Sequence[Character]) -> list[Character]:
    """Mend by the text alone."""
    result = list(characters)
    for rule in _RULES:
        for place, text in sorted(rule("".join(one.text for one in result)), reverse=True):
            old = result[place]
            mark = replace(old, text=text, likelihood=min(old.likelihood, _MENDED))
            result[place : place + 1] = [mark] if text else []
    return _spaced(result)


def _digits(text: str) -> list[Edit]:
    edits = []
    for found in _NUMBER_LIKE.finditer(text):
        token = found.group()
        if 2 * sum(one.isdigit() for one in token) >= sum(one not in ".,:%" for one in token):
            fixed = token.translate(_DIGITS)
            edits += [(found.start() + at, fixed[at]) for at in range(len(token)) if token[at] != fixed[at]]
    return edits


def _yen(text: str) -> list[Edit]:
    return [(found.start(), "¥") for found in _YEN.finditer(text)]


def _commas(text: str) -> list[Edit]:
    """Turn points into commas where groups prove it and in yen, which have no decimals; commas before tenths of %."""
    found = [one for one in _GROUPS.finditer(text) if "." in one.group() and len(re.findall(r"[.,]", one.group())) > 1]
    edits = [(one.start(), ".") for one in _DECIMAL.finditer(text)]
    return edits + [
        (one.start() + at, ",")
        for one in [*found, *_YEN_GROUPS.finditer(text)]
        for at, character in enumerate(one.group())
        if character == "."
    ]


def _percent(text: str) -> list[Edit]:
    """Drop what is read after a percent sign, and restore one that is read as 96 after one decimal."""
    edits = [(place, "") for found in _TWICE.finditer(text) for place in range(found.start(1), found.end(1))]
    if found := _PERCENT.match(text):
        edits = [(found.start(1), "%"), *((place, "") for place in range(found.start(1) + 1, found.end(1)))]
    return edits


def _signs(text: str) -> list[Edit]:
    edits = [(found.start(), "↑") for found in _UP.finditer(text)]
    edits += [(found.start(), "▼") for found in _DOWN.finditer(text)]
    edits += [(found.start(), "-") for rule in (_MINUS, _DASH) for found in rule.finditer(text)]
    edits += [(found.start(), "億") for found in _MYRIADS.finditer(text)]
    return edits + [(found.start(), "口") for found in _GOSSIP.finditer(text)]


_RULES: tuple[Callable[[str], list[Edit]], ...] = (_signs, _digits, _yen, _commas, _percent)


def _spaced(characters: list[Character]) -> list[Character]:
    """Part a date from the time behind it."""
    text = "".join(one.text for one in characters)
    for found in reversed(list(_CLOCK.finditer(text))):
        at = found.start()
        characters.insert(at, Character(" ", (characters[at - 1].place + characters[at].place) / 2, 1.0))
    return characters


def _signed(pixels: Pixels, strip: Strip) -> Strip:
    """Put the triangle before a change figure that the pixels show."""
    text = "".join(one.text for one in strip.characters)
    found = _CHANGE.match(text)
    if not found or text[0] in "▲▼" or (found.start(1) == 0 and "%" not in text):
        return strip  # beside a plain number a speck is no sign
    figure = strip.characters[found.start(1) :]
    seen = ocr_arrow.before(pixels, strip.region, figure[0].place)
    if seen is None:
        return strip
    sign, left = seen
    width = strip.region.width
    more = max(strip.region.x - width / 2 - left, 0.0)
    region = replace(strip.region, x=strip.region.x - more / 2, width=width + more)
    moved = [replace(one, place=(one.place * width + more) / region.width) for one in figure]
    place = (left - region.x + region.width / 2) / region.width + 0.3 * region.height / region.width
    return replace(strip, region=region, characters=(Character(sign, min(place, moved[0].place), _MENDED), *moved))
