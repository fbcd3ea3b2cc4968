"""What the runs of text on a dashboard are: values, changes, dates, labels, other texts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from extractors import numbers
from extractors.dashboard_boxes import beside, level, right, same_row
from extractors.dashboard_segments import Segment
from extractors.model import Box
from extractors.numbers import Found, Number
from extractors.vocabulary import Match, Vocabulary

Kind = Literal["value", "change", "earlier", "share", "date", "span", "label", "text", "compare", "noise"]
SURE = 0.985
"""A label read with less than this confidence may be compared with a tolerance."""
_LOOSE = " \t:：・|/()（）[]【】-–—~,、。=＝"
_SPAN_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line that is one thing. `run` numbers the run of text it was cut from."""

    kind: Kind
    text: str
    box: Box
    confidence: float
    number: Number | None = None
    match: Match | None = None
    run: int = 0


def pieces(runs: Sequence[Segment], words: Vocabulary) -> list[Piece]:
    """Say what each run is, cutting runs that hold several things."""
    found = [piece for at, run in enumerate(runs) for piece in _of_run(run, at, words)]
    return _beside_words_of_change(found)


def _of_run(run: Segment, at: int, words: Vocabulary) -> list[Piece]:
    whole = _piece("text", run, 0, len(run.text), at)
    kind = _kind_of_text(run.text, words)
    match = words.label(run.text, doubtful=False)
    if match and (kind != "noise" or match.score == 1.0):
        return [replace(whole, kind="label", match=match)]
    if kind in ("span", "noise", "compare"):
        return [replace(whole, kind=kind)]
    found = numbers.find(run.text)
    if not found:
        match = words.label(run.text, doubtful=whole.confidence < SURE)
        return [replace(whole, kind="label" if match else "text", match=match)]
    return _mixed(run, at, found, words) or [whole]


def _kind_of_text(text: str, words: Vocabulary) -> Kind:
    if words.has("spans", _SPAN_NUMBER.sub("#", text)):
        return "span"
    if words.has("changes", text):
        return "compare"
    return "noise" if words.has("noise", text) and not _SPAN_NUMBER.search(text) else "text"


def _piece(kind: Kind, run: Segment, start: int, end: int, at: int) -> Piece:
    return Piece(kind, run.text[start:end], run.cut(start, end), run.sure(start, end), run=at)


def _mixed(run: Segment, at: int, found: Sequence[Found], words: Vocabulary) -> list[Piece] | None:
    """Cut a run into its numbers and the texts between them; None when the numbers are part of a text."""
    done: list[Piece] = []
    place = 0
    for one in [*found, None]:
        end = one.start if one else len(run.text)
        text = _between(run, place, end, at, words)
        if text is not None:
            done.append(text)
        if one:
            done.append(_value(run, one, at))
            place = one.end
    return _told(done, run, words)


def _between(run: Segment, start: int, end: int, at: int, words: Vocabulary) -> Piece | None:
    while start < end and run.text[start] in _LOOSE:
        start += 1
    while (
        end > start
        and run.text[end - 1] in _LOOSE
        and not (run.text[end - 1] in ")）" and "(" in run.text[start:end].replace("（", "("))
    ):
        end -= 1
    if start == end:
        return None
    piece = _piece("text", run, start, end, at)
    kind = _kind_of_text(piece.text, words)
    match = words.label(piece.text, doubtful=piece.confidence < SURE)
    if kind == "compare":
        return replace(piece, kind="compare")
    return replace(piece, kind="label", match=match) if match else replace(piece, kind=kind)


def _value(run: Segment, one: Found, at: int) -> Piece:
    piece = replace(_piece("value", run, one.start, one.end, at), number=one.number)
    around = run.text[: one.start].rstrip()[-1:], run.text[one.end :].lstrip()[:1]
    return replace(piece, kind=_kind_of_number(one.number, around[0] in "(（" and around[0] != ""))


def _kind_of_number(number: Number, bracketed: bool) -> Kind:
    if number.unit == "date":
        return "date"
    if number.arrow or number.sign == "+" or number.unit == "pt" or (number.sign == "-" and number.unit == "%"):
        return "change"
    return "share" if bracketed and number.unit == "%" else "value"


def _told(done: list[Piece], run: Segment, words: Vocabulary) -> list[Piece] | None:
    """Keep a mix whose texts are known or stand apart; anything else is a text with digits in it."""
    done = _with_counters(done, words)
    unknown = [piece for piece in done if piece.kind in ("text", "noise")]
    if any(piece.kind in ("span",) for piece in done):
        return None
    dated = any(piece.kind == "date" for piece in done)
    glued = [piece for piece in unknown if _is_glued(piece, done, run)]
    if glued and not dated:
        return None
    if dated and unknown and not any(piece.kind in ("label", "value") for piece in done):
        return [piece for piece in done if piece.kind == "date"] + unknown
    return done


def _with_counters(done: list[Piece], words: Vocabulary) -> list[Piece]:
    """Read 12,345回再生 and 153人が視聴中: the counter belongs to the label behind it."""
    for at in range(len(done) - 1):
        number, after = done[at].number, done[at + 1]
        if number and number.counter and after.kind == "text":
            match = words.label(number.counter + after.text, doubtful=False)
            if match:
                done[at + 1] = replace(after, kind="label", match=match)
    return done


def _is_glued(piece: Piece, done: Sequence[Piece], run: Segment) -> bool:
    """Tell whether a text touches a number: Top10, iPhone 15, 30ml."""
    for other in done:
        if other.number is None or other is piece or _stands_alone(other):
            continue
        gap = max(other.box[0] - right(piece.box), piece.box[0] - right(other.box))
        colon = run.text.find(piece.text) >= 0 and re.search(
            re.escape(piece.text) + r"\s?[:：]\s?" + re.escape(other.text), run.text
        )
        if gap < 0.55 * run.box[3] and not colon:
            return True
    return False


def _stands_alone(piece: Piece) -> bool:
    """Tell whether an amount can't be part of a name: a currency and groups of digits."""
    return piece.number is not None and piece.number.currency is not None and len(piece.text) > 5


def _beside_words_of_change(found: list[Piece]) -> list[Piece]:
    """Turn the number beside 前日比 or "vs. last LIVE" into a change, or into an earlier value."""
    done = list(found)
    for word in [piece for piece in found if piece.kind == "compare"]:
        near = [at for at, piece in enumerate(done) if piece.kind in ("value", "share") and _is_compared(word, piece)]
        same_run = [at for at in near if done[at].run == word.run]
        for at in (same_run or near)[:1]:
            number = done[at].number
            changed = number is not None and (number.unit in ("%", "pt") or number.sign != "")
            done[at] = replace(done[at], kind="change" if changed else "earlier")
    return done


def _is_compared(word: Piece, piece: Piece) -> bool:
    if piece.run == word.run:
        return True
    if not same_row(word.box, piece.box) or piece.box[3] > 1.35 * word.box[3]:
        return False
    gap = max(piece.box[0] - right(word.box), word.box[0] - right(piece.box))
    return gap < 2.5 * word.box[3]


def close_below(upper: Box, lower: Box) -> bool:
    """Tell whether a box is the next line of another."""
    gap = lower[1] - (upper[1] + upper[3])
    return (
        -0.4 * upper[3] < gap < 0.8 * min(upper[3], lower[3])
        and beside(upper, lower) > 0.5
        and level(lower) > level(upper)
    )
