"""Runs of text that stand together on a line: lines cut at wide gaps, values joined with the units beside them."""

import re
from dataclasses import dataclass

from extractors.dashboard_boxes import right, same_row, union
from extractors.model import Box
from extractors.words import Line, Reading, Word

WIDE = 1.1
"""A gap wider than this many heights parts two runs."""
_UNIT = re.compile(
    r"[%％‰人名件個回点枚本台位円]|時間|分間?|秒間?|[万億千]円?|[KMBkmb]|pt|JPY|USD|RM|hours?|hrs?|mins?|secs?|[hms]|ポイント|日"
)
_TIMED = re.compile(r"\d\s?(?:時間|分|秒|h|m|s|min|hr)$", re.IGNORECASE)
_SIGN = re.compile(r"[¥￥$€£+\-−▲▼△▽↑↓]|US\$|RM|NT\$")
_CONTINUES = re.compile(r"\s*(?:[\d.,%％‰人名件個回点枚本台位円分秒時万億千KMBkmbphs日JRUポ]|min|sec|hour|hr)")
_NUMERIC = re.compile(r"[\d¥￥$][\d,.:]*(?:[万億千KMB]|時間|分|h|m)?")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text; `edges` holds the left and right edge of each of its characters."""

    text: str
    box: Box
    edges: tuple[tuple[float, float], ...]
    confidences: tuple[float, ...]

    def cut(self, start: int, end: int) -> Box:
        """Return the box of a part of the text."""
        left = min(edge[0] for edge in self.edges[start:end])
        return left, self.box[1], max(edge[1] for edge in self.edges[start:end]) - left, self.box[3]

    def sure(self, start: int, end: int) -> float:
        """Return the confidence of a part of the text: that of its least sure word."""
        return min(self.confidences[start:end], default=0.0)


def segments(reading: Reading) -> list[Segment]:
    """Cut a reading's lines into runs, and join runs that are one value."""
    found = [segment for line in reading.lines if not line.vertical for segment in _of_line(line)]
    return _joined(sorted(found, key=lambda one: (one.box[0], one.box[1])))


def _of_line(line: Line) -> list[Segment]:
    whole = _whole(line)
    cuts, start = [], 0  # type: list[tuple[int, int]], int
    for at in range(1, len(whole.text)):
        if whole.text[at] == " " and whole.edges[at][1] - whole.edges[at][0] > WIDE * line.box[3]:
            cuts.append((start, at))
            start = at + 1
    return [
        _part(whole, first, last) for first, last in [*cuts, (start, len(whole.text))] if whole.text[first:last].strip()
    ]


def _whole(line: Line) -> Segment:
    """Give each character of a line its place: that of its part of its word; spaces are as the line has them."""
    text, edges, sure = "", [], []  # type: str, list[tuple[float, float]], list[float]
    place = 0
    for word in line.words or (Word(line.text, line.box, line.confidence),):
        found = line.text.find(word.text, place)
        if text and (found > place or (found < 0 and word.box[0] - edges[-1][1] > 0.2 * line.box[3])):
            edges.append((min(edges[-1][1], word.box[0]), word.box[0]))
            sure.append(1.0)
            text += " "
        place = found + len(word.text) if found >= 0 else place
        each = word.box[2] / max(len(word.text), 1)
        edges += [(word.box[0] + at * each, word.box[0] + (at + 1) * each) for at in range(len(word.text))]
        sure += [word.confidence] * len(word.text)
        text += word.text
    return Segment(text, line.box, tuple(edges), tuple(sure))


def _part(whole: Segment, start: int, end: int) -> Segment:
    return Segment(whole.text[start:end], whole.cut(start, end), whole.edges[start:end], whole.confidences[start:end])


def _joined(found: list[Segment]) -> list[Segment]:
    """Join a number with a unit, a sign or a further part of a duration that stands close by in the same row."""
    done: list[Segment] = []
    tallest = max((one.box[3] for one in found), default=0.0)
    for segment in found:
        x, y = segment.box[0] - 0.6 * tallest, segment.box[1]
        close = [one for one in done if right(one.box) > x and abs(one.box[1] - y) < tallest]
        near = [one for one in close if _belongs(one, segment)] if _CONTINUES.match(segment.text) else []
        if near:
            nearest = max(near, key=lambda one: right(one.box))
            done.remove(nearest)
            done.append(_join(nearest, segment))
        else:
            done.append(segment)
    return done


def _belongs(first: Segment, second: Segment) -> bool:
    gap = second.box[0] - right(first.box)
    high = max(first.box[3], second.box[3])
    if not -0.3 * high < gap < 0.6 * high or not same_row(first.box, second.box):
        return False
    before, after = first.text.strip(), second.text.strip()
    unit = bool(_UNIT.fullmatch(after)) and before[-1:].isdigit()
    sign = bool(_SIGN.fullmatch(before)) and after[:1].isdigit()
    further = bool(_TIMED.search(before)) and bool(re.match(r"\d{1,2}\s?(?:分|秒|m|s|min|sec)?$", after))
    rest = bool(_NUMERIC.fullmatch(before)) and bool(re.fullmatch(r"[.,]\d[\d,.]*.?", after))
    return unit or sign or further or rest


def _join(first: Segment, second: Segment) -> Segment:
    gap = second.box[0] - right(first.box) > 0.12 * max(first.box[3], second.box[3])
    edge = (((right(first.box), second.box[0])),) if gap else ()
    return Segment(
        first.text + (" " if gap else "") + second.text,
        union((first.box, second.box)),
        first.edges + edge + second.edges,
        first.confidences + ((1.0,) if gap else ()) + second.confidences,
    )
