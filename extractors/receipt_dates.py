"""The date of a receipt: the one with a label, else the first that is whole."""

import re
from collections.abc import Sequence

from extractors import numbers
from extractors.dashboard_model import Metric
from extractors.dashboard_segments import Segment
from extractors.numbers import Found
from extractors.receipt_rows import Row, field
from extractors.vocabulary import Vocabulary

_TIME = re.compile(r"[\s,]*(?:\d{1,2}:\d{2}(?::\d{2})?\s?(?:[AaPp]\.?[Mm]\.?)?|\d{1,2}時.*)\s*$")
_RANGE = re.compile(r"\s*(?:-|~|〜)\s+.*$")
_WHOLE = re.compile(r"\d{4}|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}|年")


def date(paper: Sequence[Row], words: Vocabulary) -> Metric | None:
    """Return the day of the receipt, without its time."""
    dates = [(at, run, one) for at, row in enumerate(paper) for run in row.runs for one in _dates(run)]
    if not dates:
        return None
    scored = [(_score(at, run, one, paper, words), -order, run, one) for order, (at, run, one) in enumerate(dates)]
    score, _, run, one = max(scored, key=lambda item: item[:2])
    return _metric(run, one, score)


def _dates(run: Segment) -> list[Found]:
    return [
        one
        for one in numbers.find(run.text)
        if one.number.unit == "date" and _WHOLE.search(run.text[one.start : one.end])
    ]


def _score(at: int, run: Segment, one: Found, paper: Sequence[Row], words: Vocabulary) -> float:
    before = [run.text[: one.start], *(other.text for other in paper[at].runs if other.box[0] < run.box[0])]
    over = [other.text for other in paper[at - 1].runs] if at else []
    if any(field(text, words) == "due_date" for text in before):
        return -1.0
    if any(field(text, words) == "date" for text in before):
        return 3.0
    timed = 1.0 if _TIME.search(run.text[one.start : one.end]) or ":" in run.text[one.end :] else 0.0
    return timed + (1.0 if any(field(text, words) == "date" for text in over) else 0.0)


def _metric(run: Segment, one: Found, score: float) -> Metric:
    printed = run.text[one.start : one.end]
    day = _TIME.sub("", _RANGE.sub("", printed)).strip()
    end = one.start + max(len(day), 1)
    return Metric(
        name="date",
        label=run.text[: one.start].strip(" :：") or "date",
        raw=day,
        value=None,
        text=day,
        unit="date",
        currency=None,
        confidence=round(run.sure(one.start, end) * (0.97 if score >= 3 else 0.9 if score else 0.84), 4),
        box=run.cut(one.start, end),
        label_box=None,
    )
