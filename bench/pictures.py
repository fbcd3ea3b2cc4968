"""Other people's pictures: what is printed on them, what their screens say, and the key fields of receipts.

Strings: a string counts as read when its text stands in what was read (NFKC, no spaces, any case); characters are
counted as the length of the string minus the smallest edit distance to any stretch of what was read.
Values of screens: each printed number or word must stand there by itself; "with label" asks whether the dashboard
reading has it as a value with its label, or in one row of a table with it.
Receipts (SROIE): company compared without case, spaces and punctuation, date as a day, total as an amount.
"""

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench import samples
from bench.dashboards.matching import folded
from bench.tables import show, verdict
from extractors import dashboard, ocr, ocr_model, picture
from extractors.words import Ocr, Reading

PRINTED = 0.95
RECEIPTS = {"total": 0.90, "date": 0.90, "company": 0.75}
_DAYS = ("%d/%m/%Y", "%d-%m-%Y", "%d/%m/%y", "%d-%m-%y", "%Y-%m-%d", "%Y/%m/%d", "%d %b %Y", "%d.%m.%Y", "%d%b%Y")
_NOT_PRINTED = " uniques/total/CR"


@dataclass(frozen=True, slots=True)
class Known:
    """A picture whose text a person has written down."""

    name: str
    text: tuple[str, ...]
    fields: dict[str, str]
    is_handwriting: bool


def main(*, quick: bool) -> None:
    """Print what is read of other people's pictures; quick takes every third receipt."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as made:
        ocr.use(ocr_model.ensure(Path(made)))
        reader = ocr.reader(2)
        _texts(reader)
        _screens(reader)
        _receipts(reader, step=3 if quick else 1)


def missing(text: str, read: str) -> int:
    """Give the smallest edit distance between a text and any stretch of what was read."""
    before = [0] * (len(read) + 1)
    for row, one in enumerate(text, 1):
        now = [row]
        for column, other in enumerate(read, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (one != other)))
        before = now
    return min(before)


def same_company(truth: str, read: str) -> bool:
    """Compare as is usual for SROIE: without case, spaces and punctuation."""
    return _letters(truth) == _letters(read)


def same_day(truth: str, *read: str | None) -> bool:
    """Tell whether one of these is the day, however it is written (the day comes before the month)."""
    return _day(truth) is not None and _day(truth) in [_day(one) for one in read if one]


def _texts(reader: Ocr) -> None:
    rows, found, characters, wrong = [], 0, 0, 0
    printed = [known for known in _known() if known.text]
    for known in printed:
        text = _plain(_open(reader, samples.folder() / known.name))
        wanted = [folded(one).lower() for one in known.text]
        errors = [missing(one, text) for one in wanted]
        length = sum(map(len, wanted))
        kind = "handwriting, not counted" if known.is_handwriting else ""
        rows.append((known.name, f"{errors.count(0)}/{len(wanted)}", f"{100 * (1 - sum(errors) / length):.1f}", kind))
        if not known.is_handwriting:
            found, characters, wrong = found + errors.count(0), characters + length, wrong + sum(errors)
    share = 1 - wrong / characters
    strings = sum(len(known.text) for known in printed if not known.is_handwriting)
    rows.append(("printed ones", f"{found}/{strings}", f"{100 * share:.1f}", verdict(share, PRINTED)))
    note = f"target: {PRINTED:.0%} of the printed characters"
    show("Other people's pictures: strings", ("picture", "whole strings", "characters %", "reached"), rows, note)


def _screens(reader: Ocr) -> None:
    fields = {Path(known.name).name: known.fields for known in _known() if known.fields}
    rows: list[tuple[str, ...]] = []
    there = wanted = 0
    for path in samples.documents("screens"):
        reading = _open(reader, path)
        board = dashboard.read(reading)
        values = [value for text in fields.get(path.name, {}).values() for value in text.split() if value != "/"]
        text = " ".join(line.text for line in reading.lines)
        read = sum(_stands(value, text) for value in values)
        there, wanted = there + read, wanted + len(values)
        paired = sum(_paired(label, value, board) for label, value in fields.get(path.name, {}).items())
        known = len(fields.get(path.name, {}))
        rows.append((path.name, f"{read}/{len(values)}", f"{paired}/{known}", f"{len(board.metrics)}", board.outcome))
    rows.append(("all", f"{there}/{wanted}", "", "", verdict(there / wanted, PRINTED)))
    columns = ("screen", "values read", "with label", "metrics", "outcome")
    show("Other people's screens", columns, rows, f"target: {PRINTED:.0%} of the values read")


def _receipts(reader: Ocr, *, step: int) -> None:
    right = dict.fromkeys(RECEIPTS, 0)
    failed: list[str] = []
    paths = sorted((samples.folder() / "images" / "sroie").glob("*.json"))[::step]
    for path in paths:
        truth = json.loads(path.read_text(encoding="utf-8"))
        board = dashboard.read(_open(reader, path.with_suffix(".jpg")))
        for name in RECEIPTS:
            is_right = any(_same(name, truth[name], metric) for metric in board.metrics if metric.name == name)
            right[name] += is_right
            failed += [] if is_right else [f"{path.stem} {name}"]
    rows = [
        (name, f"{right[name]}/{len(paths)}", f"{wanted:.0%}", verdict(right[name] / len(paths), wanted))
        for name, wanted in RECEIPTS.items()
    ]
    show("Receipts (SROIE)", ("field", "right", "target", "reached"), rows, f"not right: {', '.join(failed) or 'none'}")


def _same(name: str, truth: str, metric: dashboard.Metric) -> bool:
    if name == "company":
        return same_company(truth, metric.text or metric.raw)
    if name == "date":
        return same_day(truth, metric.text, metric.raw)
    return metric.value is not None and abs(metric.value - float(re.sub(r"[^0-9.]", "", truth))) < 0.005


def _paired(label: str, value: str, board: dashboard.Dashboard) -> bool:
    name, wanted = _letters(label.removesuffix(_NOT_PRINTED)), _value(value.replace(" / ", ""))
    if name == "period":
        return board.period is not None and _letters(board.period) == _letters(value)
    if any(_letters(one.label).startswith(name) and _value(one.raw) == wanted for one in board.metrics):
        return True
    rows = (row for grid in board.grids for row in grid.rows)
    return any(_letters(row[0]).startswith(name) and wanted in _value("".join(row[1:])) for row in rows if row)


def _known() -> Iterator[Known]:
    for line in (samples.folder() / "GT_images.jsonl").read_text(encoding="utf-8").splitlines():
        one: dict[str, Any] = json.loads(line)
        yield Known(one["file"], tuple(one["text"]), one["fields"], one["note"] == "handwriting")


def _open(reader: Ocr, path: Path) -> Reading:
    return reader.read(picture.read(path).image)


def _plain(reading: Reading) -> str:
    return folded("".join(line.text for line in reading.lines)).lower()


def _stands(value: str, text: str) -> bool:
    return re.search(rf"(?<![0-9.]){re.escape(value)}(?![0-9])", text, re.IGNORECASE) is not None


def _value(text: str) -> str:
    return re.sub(r"[()]", "", folded(text)).lower()


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", folded(text)).upper()


def _day(text: str) -> date | None:
    found = re.search(r"\d{1,4}[-/. ]?(?:\d{1,2}|[A-Za-z]{3})[-/. ]?\d{2,4}", text)
    for way in _DAYS:
        try:
            return datetime.strptime(found.group() if found else text, way).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None
