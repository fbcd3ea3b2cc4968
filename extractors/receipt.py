"""Receipts and invoices: company, date, total, subtotal, tax and number, by place on the paper and by words."""

import re
from collections.abc import Sequence

from extractors import receipt_company, receipt_dates, receipt_totals
from extractors.dashboard_model import Metric
from extractors.dashboard_segments import Segment, segments
from extractors.receipt_rows import Row, currency, field, rows
from extractors.vocabulary import Vocabulary, load
from extractors.words import Reading

_NUMBER = re.compile(r"(?=[A-Za-z0-9\-/]*\d)[A-Za-z0-9][A-Za-z0-9\-/]{2,}")


def read(reading: Reading, vocabulary: Vocabulary | None = None) -> tuple[Metric, ...]:
    """Return the fields that were found; a field that isn't there is left out."""
    words = vocabulary or load()
    paper = rows(segments(reading))
    money = currency(paper)
    found = [
        receipt_company.company(paper, words),
        receipt_dates.date(paper, words),
        *receipt_totals.totals(paper, words, money),
    ]
    return tuple(one for one in (*found, _invoice_number(paper, words)) if one is not None)


def _invoice_number(paper: Sequence[Row], words: Vocabulary) -> Metric | None:
    """Return what stands behind "Invoice No", 領収書番号 and the like."""
    for at, row in enumerate(paper):
        for i, run in enumerate(row.runs):
            inside = _after_label(run, words)
            if inside:
                return _text(run, inside)
            if field(run.text, words) != "invoice_number":
                continue
            after = [*row.runs[i + 1 : i + 2], *(paper[at + 1].runs[:1] if at + 1 < len(paper) else ())]
            for other in after:
                match = _NUMBER.search(other.text)
                if match:
                    return _text(other, match[0])
    return None


def _after_label(run: Segment, words: Vocabulary) -> str | None:
    for match in _NUMBER.finditer(run.text):
        if match.start() and field(run.text[: match.start()], words) == "invoice_number":
            return match[0]
    return None


def _text(run: Segment, text: str) -> Metric:
    start = run.text.find(text)
    return Metric(
        name="invoice_number",
        label=run.text[:start].strip(" :：#") or "invoice_number",
        raw=text,
        value=None,
        text=text,
        unit="text",
        currency=None,
        confidence=round(0.9 * run.sure(start, start + len(text)), 4),
        box=run.cut(start, start + len(text)),
        label_box=None,
    )
