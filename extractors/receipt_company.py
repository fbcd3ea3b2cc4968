"""Who wrote a receipt: the line near the top that looks like the name of a company."""

import re
from collections.abc import Sequence
from statistics import median

from extractors.dashboard_boxes import bottom, middle, union
from extractors.dashboard_model import Metric
from extractors.dashboard_segments import Segment
from extractors.receipt_rows import Row, field
from extractors.vocabulary import Vocabulary
from extractors.vocabulary_fold import fold

_ADDRESS = re.compile(
    r"\b(?:JALAN|JLN|TAMAN|LOT|FLOOR|STREET|ROAD|AVENUE|TEL|FAX|PHONE|HP|NO\s?[.:]|GST|ROC|REG|EMAIL|WWW|HTTP)\b|"
    r"\b(?:UNIT|BLOCK)\b|[〒@]|\d{5}|[都道府県市区町村]\S*\d|電話|登録番号|住所",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"invoice|receipt|cash bill|bill to|welcome|thank|date|cashier|copy|tax|member|table|order|"
    r"領収|請求書|レシート|御中|様$",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"(?:S\.?D\.?N\.?|S[DO]N)\s*\.?\s*B\s?[HN]\s?[DN]|\bBHD\b|"
    r"\bS/?B\b(?=$|\()|\b(?:Inc|LLC|Ltd|GmbH)\b|\bCorp|株式会社|\(株\)|有限会社|合同会社",
    re.IGNORECASE,
)
_REGISTERED = re.compile(
    r"\s*[(（\[]?\s*(?:[A-Z]{0,3}\d{4,}\s?-?\s?[A-Z]{0,2})\s*[)）\]]?\s*$|\s*[(（]\s*[A-Z]{0,3}\d{4,}\s?-?\s?[A-Z]{0,2}\s*[)）].*$"
)


def company(paper: Sequence[Row], words: Vocabulary) -> Metric | None:
    """Return the name of the company; the heads of receipts come first, the feet last."""
    runs = [run for row in paper for run in row.runs]
    if not runs:
        return None
    high = median(run.box[3] for run in runs)
    scored = [(_score(run, at, len(runs), high, words), -at) for at, run in enumerate(runs)]
    best, negative = max(scored)
    if best < 1.0:
        return None
    run = runs[-negative]
    above = runs[-negative - 1] if negative else None
    parts = [above, run] if above and _is_cut(above, run) else [run]
    name = _REGISTERED.sub("", " ".join(part.text.strip() for part in parts)).strip(" :,-")
    return Metric(
        name="company",
        label="company",
        raw=name,
        value=None,
        text=name,
        unit="text",
        currency=None,
        confidence=round(min(part.sure(0, len(part.text)) for part in parts) * (0.93 if best >= 4 else 0.8), 4),
        box=union(part.box for part in parts),
        label_box=None,
    )


def _score(run: Segment, at: int, count: int, high: float, words: Vocabulary) -> float:
    text = run.text.strip()
    letters = sum(one.isalpha() for one in text)
    if letters < 3 or letters < 0.5 * len(text.replace(" ", "")) or _NO_NAME.search(text) or field(text, words):
        return 0.0
    folded = fold(text)
    score = 4.0 if _STRONG.search(text) else 0.0
    score += (
        1.5
        if not score
        and any(
            folded.endswith(word) or word in folded.split() for word in words.fields["company_words"] if len(word) > 2
        )
        else 0.0
    )
    score -= 3.0 if _ADDRESS.search(text) and not _STRONG.search(text) else 0.0
    score += max(0.0, 1.5 - 0.25 * at) if at < 0.4 * count else 0.0
    return score + min(1.0, max(0.0, run.box[3] / high - 1.1))


def _is_cut(above: Segment, run: Segment) -> bool:
    """Tell whether a company's name begins in the line above: its own line is short, of one size with that one."""
    core = _STRONG.sub("", _REGISTERED.sub("", run.text)).replace(".", " ").split()
    if not _STRONG.search(run.text) or len(core) > 1 or not above.text.strip().replace(" ", "").isalpha():
        return False
    alike = max(above.box[3], run.box[3]) < 1.35 * min(above.box[3], run.box[3])
    near = run.box[1] - bottom(above.box) < 0.8 * run.box[3]
    return (
        alike and near and abs(middle(above.box) - middle(run.box)) < 2 * run.box[3] and not _NO_NAME.search(above.text)
    )
