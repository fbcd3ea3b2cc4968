"""Printed values: amounts, shares, durations and dates, in the shapes of Japanese and English dashboards.

`parse` reads a text that is one value; `find` looks for values inside a line. What had to be repaired (O for 0, V for
¥) says so, because a repaired value deserves less trust.
"""

import unicodedata
from dataclasses import dataclass, replace

from extractors import numbers_amounts, numbers_dates, numbers_durations, numbers_repair


@dataclass(frozen=True, slots=True)
class Number:
    """A value in base units; `step` is the worth of its last printed place (1.2万: 1000)."""

    value: float | None
    unit: str
    currency: str | None = None
    text: str | None = None
    step: float = 1.0
    sign: str = ""
    arrow: bool = False
    counter: str = ""
    clock: bool = False
    """True when the text may as well be a time of day (20:30)."""
    millions: bool = False
    """True for 25m, minutes that may as well be millions."""
    thousandths: bool = False
    """True for 1.234, which may be a 1,234 whose comma was misread."""
    repaired: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A value inside a text, with its place there."""

    start: int
    end: int
    number: Number


def parse(text: str) -> Number | None:
    """Read a text that is one value and nothing else, or return None."""
    stripped = text.strip()
    bare = stripped[1:-1].strip() if _is_bracketed(stripped) else stripped
    found = find(bare)
    if len(found) == 1 and not bare[: found[0].start].strip(" :") and not bare[found[0].end :].strip(" .。"):
        return found[0].number
    return None


def find(text: str) -> tuple[Found, ...]:
    """Return the values in a line of text, from left to right."""
    folded, places = fold(text)
    mended, touched, doubtful = numbers_repair.mend(folded)
    found = []
    for start, end, number in _scan(mended):
        changed = any(touched[start:end])
        last = _behind_blanks(mended, touched, end)
        changed = changed or last > end
        marked = replace(
            number, repaired=changed or number.repaired, doubtful=number.doubtful or any(doubtful[start:end])
        )
        found.append(Found(places[start], places[last - 1] + 1, marked))
    return tuple(found)


def _behind_blanks(mended: str, touched: list[bool], end: int) -> int:
    """Return where the blanks end that a repair left behind a value (11.26%6)."""
    while end < len(mended) and touched[end] and mended[end] == " ":
        end += 1
    return end


def fold(text: str) -> tuple[str, list[int]]:
    """Fold full-width and compatible characters; the second list gives each new character's place in `text`."""
    folded: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        for piece in unicodedata.normalize("NFKC", character):
            folded.append(_SAME.get(piece, piece))
            places.append(at)
    return "".join(folded), places


_SAME = {"−": "-", "–": "-", "—": "-", "〜": "~", "∼": "~", "△": "▲", "▽": "▼", "，": ",", "\\": "¥", "\u2019": "'"}


def _is_bracketed(text: str) -> bool:
    return len(text) > 2 and text[0] in "((（[" and text[-1] in "))）]"


def _scan(text: str) -> list[tuple[int, int, Number]]:
    found: list[tuple[int, int, Number]] = []
    taken = [False] * len(text)
    for shapes in (_dates, _durations, _amounts):
        for start, end, number in shapes(text):
            if not any(taken[start:end]):
                taken[start:end] = [True] * (end - start)
                found.append((start, end, number))
    return sorted(found, key=lambda one: one[0])


def _dates(text: str) -> list[tuple[int, int, Number]]:
    spans = numbers_dates.spans(text)
    return [(start, end, Number(None, "date", text=text[start:end].strip())) for start, end in spans]


def _durations(text: str) -> list[tuple[int, int, Number]]:
    return [
        (
            one.start,
            one.end,
            Number(one.seconds, "s", step=one.step, sign=one.sign, clock=one.clock, millions=one.millions),
        )
        for one in numbers_durations.spans(text)
    ]


def _amounts(text: str) -> list[tuple[int, int, Number]]:
    return [
        (
            one.start,
            one.end,
            Number(
                one.value,
                one.unit,
                currency=one.currency,
                step=one.step,
                sign=one.sign,
                arrow=one.arrow,
                counter=one.counter,
                thousandths=one.thousandths,
                repaired=one.repaired,
            ),
        )
        for one in numbers_amounts.spans(text)
    ]
