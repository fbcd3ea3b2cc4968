"""What is known of the whole picture: its layout, period and account, and whether it could be read."""

import re
from collections.abc import Sequence
from statistics import median

from extractors.dashboard_boxes import bottom, right, same_row
from extractors.dashboard_model import Chart, Grid, Metric, Outcome
from extractors.dashboard_pieces import Piece
from extractors.dashboard_segments import Segment
from extractors.vocabulary import Layout, Vocabulary
from extractors.vocabulary_fold import fold
from extractors.words import Reading

_HANDLE = re.compile(r"@[\w.\-]{2,30}")
_SMALL = 9.0
"""Lines lower than this many pixels are read badly."""


def layout(runs: Sequence[Segment], words: Vocabulary) -> Layout | None:
    """Return the layout most of whose marks are on the page, if enough of them are."""
    texts = [fold(run.text) for run in runs]
    scored = [(len(_seen(one, texts)), one) for one in words.layouts]
    fitting = [(count, one) for count, one in scored if count >= one.needs]
    return max(fitting, key=lambda item: (item[0] / item[1].needs, item[0]))[1] if fitting else None


def _seen(one: Layout, texts: Sequence[str]) -> set[str]:
    found = {mark for mark in one.marks for text in texts if mark == text or (len(mark) >= 4 and text.startswith(mark))}
    return found | {mark for mark in one.marks if len(mark) >= 5 and any(mark in text for text in texts)}


def period(found: Sequence[Piece], words: Vocabulary, height: int) -> str | None:
    """Return the period the page says it is about: a labelled one, a range, a date near the top."""
    dates = [piece for piece in found if piece.kind in ("date", "span")]
    for piece in found:
        if words.has("periods", piece.text):
            near = [one for one in dates if _follows(piece, one)]
            if near:
                return min(near, key=lambda one: one.box[0]).text
    top = sorted((one for one in dates if one.box[1] < 0.35 * height), key=lambda one: one.box[1])
    ranges = [
        one
        for one in top
        if re.search(r"[-–—~〜～]|to|から", one.text[4:-2]) and len(one.text) > 9 and one.kind == "date"
    ]
    spans = [one for one in top if one.kind == "span"]
    whole = [one for one in top if one.kind == "date" and len(one.text) > 4]
    return next((one.text for one in (*ranges, *spans, *whole)), None)


def _follows(label: Piece, value: Piece) -> bool:
    high = max(label.box[3], value.box[3])
    beside = same_row(label.box, value.box) and -high < value.box[0] - right(label.box) < 12 * high
    under = (
        0 <= value.box[1] - bottom(label.box) + 0.3 * high < 2 * high and abs(label.box[0] - value.box[0]) < 2 * high
    )
    return beside or under


def account(runs: Sequence[Segment], words: Vocabulary, height: int) -> str | None:
    """Return the account or shop the page belongs to: a handle, or what stands behind アカウント or Shop."""
    top = sorted((run for run in runs if run.box[1] < 0.4 * height), key=lambda run: run.box[1])
    for run in top:
        handle = _HANDLE.search(run.text)
        if handle and not run.text[: handle.start()].rstrip().endswith(tuple("abcdefghijklmnopqrstuvwxyz0123456789")):
            return handle[0]
    for run in top:
        head, colon, tail = run.text.replace("：", ":").partition(":")
        if colon and tail.strip() and words.has("accounts", head):
            return tail.strip()
        if words.has("accounts", run.text):
            near = [
                one
                for one in top
                if one is not run and same_row(one.box, run.box) and 0 < one.box[0] - right(run.box) < 8 * run.box[3]
            ]
            if near:
                return min(near, key=lambda one: one.box[0]).text
    return None


def outcome(
    reading: Reading, values: Sequence[Piece], metrics: Sequence[Metric], grids: Sequence[Grid], charts: Sequence[Chart]
) -> Outcome:
    """Say what came of the picture."""
    high = median([line.box[3] for line in reading.lines] or [0.0])
    sure = median([line.confidence for line in reading.lines] or [0.0])
    known = [one for one in metrics if one.name != "other"]
    named = any(name for grid in grids for name in grid.columns)
    blurred = (high and high < _SMALL) or (reading.lines and sure < 0.6)
    if blurred and (not known or sum(one.confidence < 0.6 for one in known) > 0.5 * len(known)):
        return "low_resolution"
    if known or named:
        return "read"
    if not values and not grids and not charts:
        return "no_numbers"
    return "unknown_layout"
