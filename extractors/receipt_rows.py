"""The rows of a receipt, and what the words in them mean."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from extractors import numbers
from extractors.dashboard_boxes import level
from extractors.dashboard_segments import Segment
from extractors.numbers import Found
from extractors.vocabulary import Vocabulary
from extractors.vocabulary_fold import distance, fold

_UNIT = re.compile(r"[(（]\s*(?:RM|MYR|円|税込|JPY|\$|USD)\s*[)）]|\bRM\b|@?\s*\d{1,2}(?:\.\d+)?\s*%", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """Runs of text side by side."""

    runs: tuple[Segment, ...]
    level: float


def rows(runs: Sequence[Segment]) -> list[Row]:
    """Group runs into rows from top to bottom."""
    groups: list[list[Segment]] = []
    for run in sorted(runs, key=lambda one: level(one.box)):
        if groups and level(run.box) - level(groups[-1][0].box) < 0.55 * min(run.box[3], groups[-1][0].box[3]):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [Row(tuple(sorted(group, key=lambda one: one.box[0])), level(group[0].box)) for group in groups]


def field(text: str, words: Vocabulary) -> str | None:
    """Return the field a text is the label of."""
    found = ranked(text, words)
    return found[0] if found else None


def ranked(text: str, words: Vocabulary) -> tuple[str, int] | None:
    """Return the field a text is the label of, and the label's place in that field's list."""
    for folded in dict.fromkeys((fold(text), fold(_UNIT.sub("", text)))):
        for name, labels in words.fields.items():
            if name not in ("company_words", "currency") and folded in labels:
                return name, labels.index(folded)
    folded = fold(_UNIT.sub("", text))
    if len(folded) < 5:
        return None
    near = [
        (distance(folded, label, 1), name, at)
        for name, labels in words.fields.items()
        for at, label in enumerate(labels)
        if name != "company_words" and len(label) > 4 and abs(len(label) - len(folded)) < 2
    ]
    best = min(near, default=(9, "", 0))
    return (best[1], best[2]) if best[0] <= 1 else None


def amounts(run: Segment) -> list[Found]:
    """Return the sums of money a run may hold: with decimals, groups or a currency."""
    return [one for one in numbers.find(run.text) if _is_sum(run.text, one)]


def _is_sum(text: str, one: Found) -> bool:
    number, printed = one.number, text[one.start : one.end]
    if number.value is None or number.unit in ("%", "s") or number.counter:
        return False
    return bool(number.currency) or bool(re.search(r"\d[.,]\d{2,3}(?!\d)", printed)) or printed.strip().isdigit()


def currency(paper: Sequence[Row]) -> str | None:
    """Return the currency printed most, or that of a text such as Total (RM)."""
    seen: Counter[str] = Counter()
    for row in paper:
        for run in row.runs:
            seen.update(one.number.currency for one in numbers.find(run.text) if one.number.currency)
            seen.update("MYR" for _ in re.findall(r"\bRM\b|\bMYR\b|SDN\.? ?BHD", run.text))
            seen.update("JPY" for _ in re.findall(r"円|税込", run.text))
    return seen.most_common(1)[0][0] if seen else None
