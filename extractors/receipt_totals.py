"""The sums of a receipt: what is to be paid, before and without tax; checked against cash, change and each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.dashboard_boxes import right
from extractors.dashboard_model import Metric
from extractors.dashboard_segments import Segment
from extractors.numbers import Found
from extractors.receipt_rows import Row, amounts, ranked
from extractors.vocabulary import Vocabulary
from extractors.vocabulary_fold import fold


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount behind a label."""

    name: str
    rank: int
    label: Segment
    run: Segment
    found: Found

    @property
    def value(self) -> float:
        """Return the amount."""
        return self.found.number.value or 0.0


def totals(paper: Sequence[Row], words: Vocabulary, currency: str | None) -> list[Metric]:
    """Return total, subtotal and tax as far as they are there."""
    sums = [one for at, row in enumerate(paper) for one in _of_row(paper, at, row, words)]
    total = _total(sums) or _paid(paper, sums)
    others = [next((one for one in sums if one.name == name), None) for name in ("subtotal", "tax")]
    proofs = _proofs(total, sums) if total else 0
    found = [_metric(total, "total", currency, proofs)] if total else []
    return found + [_metric(one, one.name, currency, 0) for one in others if one]


def _of_row(paper: Sequence[Row], at: int, row: Row, words: Vocabulary) -> list[Sum]:
    done = []
    for i, run in enumerate(row.runs):
        inside = amounts(run)
        head = run.text[: inside[0].start] if inside else run.text
        known = ranked(head.strip(" :：.="), words) or _joined(row, i, head, words)
        if not known or known[0] in ("date", "due_date", "invoice_number"):
            continue
        place = (run, inside[-1]) if inside else _right_of(run, row) or _under(run, row, paper, at)
        if place:
            done.append(Sum(known[0], known[1], run, *place))
    return done


def _joined(row: Row, i: int, head: str, words: Vocabulary) -> tuple[str, int] | None:
    """Read a label that was cut in two: TOTAL | SALES."""
    before = row.runs[i - 1].text if i and not amounts(row.runs[i - 1]) else ""
    return ranked(f"{before} {head}".strip(" :："), words) if before else None


def _right_of(run: Segment, row: Row) -> tuple[Segment, Found] | None:
    after = [(other, found) for other in row.runs if other.box[0] >= right(run.box) - 2 for found in amounts(other)]
    return after[-1] if after else None


def _under(run: Segment, row: Row, paper: Sequence[Row], at: int) -> tuple[Segment, Found] | None:
    """Return the amount alone in the next row, when the label is alone in its own."""
    if at + 1 == len(paper) or len(row.runs) > 1:
        return None
    following = paper[at + 1]
    near = following.level - row.level < 1.6 * run.box[3]
    if not near or len(following.runs) > 1:
        return None
    found = amounts(following.runs[0])
    whole = found and found[0].end - found[0].start >= len(following.runs[0].text.strip(" :")) - 1
    return (following.runs[0], found[0]) if whole else None


def _total(sums: Sequence[Sum]) -> Sum | None:
    found = [one for one in sums if one.name == "total" and one.value > 0]
    rounded = _after_rounding(sums)
    if rounded:
        return rounded
    return max(
        found, key=lambda one: (_proofs(one, sums) >= 2, -one.rank + 4 * _proofs(one, sums), one.value), default=None
    )


def _after_rounding(sums: Sequence[Sum]) -> Sum | None:
    """Return the total that comes behind a rounding and differs from one before it by no more than that."""
    at = next(
        (i for i, one in enumerate(sums) if one.name == "not_total" and fold(one.label.text).startswith("round")), None
    )
    if at is None:
        return None
    before = [one.value for one in sums[:at] if one.name == "total"]
    after = [
        one
        for one in sums[at + 1 :]
        if one.name == "total" and any(0 < abs(one.value - other) < 0.051 for other in before)
    ]
    return after[0] if after else None


def _paid(paper: Sequence[Row], sums: Sequence[Sum]) -> Sum | None:
    """Return the amount without a label that cash less change, or cash alone, says was paid."""
    cash = next(
        (one for one in sums if one.name == "not_total" and fold(one.label.text).startswith(("cash", "現金", "お預"))),
        None,
    )
    if cash is None:
        return None
    change = _change(sums)
    due = round(cash.value - (change.value if change else 0.0), 2)
    for row in paper:
        for run in row.runs:
            for found in amounts(run):
                if found.number.value == due and due > 0:
                    return Sum("total", 99, cash.label, run, found)
    return None


def _change(sums: Sequence[Sum]) -> Sum | None:
    words = ("change", "お釣", "釣銭", "おつり")
    return next((one for one in sums if one.name == "not_total" and fold(one.label.text).startswith(words)), None)


def _proofs(total: Sum, sums: Sequence[Sum]) -> int:
    """Count what speaks for a total: cash less change, parts that add up, the same sum under another label."""
    proofs = 0
    change = _change(sums)
    if change:
        proofs += any(
            abs(one.value - change.value - total.value) < 0.051
            for one in sums
            if one.name == "not_total" and one is not change
        )
    subtotal = [one.value for one in sums if one.name == "subtotal"]
    tax = [one.value for one in sums if one.name == "tax"]
    proofs += any(abs(one + other - total.value) < 0.051 for one in subtotal for other in (*tax, 0.0))
    proofs += any(one is not total and one.name == "total" and one.value == total.value for one in sums)
    return proofs


def _metric(one: Sum, name: str, currency: str | None, proofs: int) -> Metric:
    number = one.found.number
    sure = one.run.sure(one.found.start, one.found.end)
    doubt = 0.75 if number.doubtful or number.repaired else 1.0
    base = (0.93 if one.rank < 99 else 0.8) + 0.03 * min(proofs, 2)
    return Metric(
        name=name,
        label=one.label.text.strip(" :："),
        raw=one.run.text[one.found.start : one.found.end],
        value=number.value,
        text=None,
        unit=number.currency or currency or "count",
        currency=number.currency or currency,
        confidence=round(base * sure * doubt, 4),
        box=one.run.cut(one.found.start, one.found.end),
        label_box=one.label.box,
    )
