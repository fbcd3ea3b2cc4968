"""Bring a page's segments into reading order: columns that stand side by side are read one after the other."""

from collections import Counter
from collections.abc import Sequence

from extractors.pdf_text import Segment

_MIN_ROWS = 4
_MAX_DEPTH = 4


def columns(segments: Sequence[Segment], depth: int = 0) -> list[list[Segment]]:
    """Split the page into regions in reading order; a region is read row by row."""
    gutter = _gutter(segments) if depth < _MAX_DEPTH else None
    if gutter is None:
        return [list(segments)] if segments else []
    regions: list[list[Segment]] = []
    for band in _bands(segments, gutter):
        left = [segment for segment in band if segment.x1 <= gutter + 1]
        right = [segment for segment in band if segment.x0 >= gutter - 1]
        if len(left) + len(right) < len(band) or not left or not right:
            regions.append(band)
        else:
            regions.extend(columns(left, depth + 1))
            regions.extend(columns(right, depth + 1))
    return _joined(regions)


def rows(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Group segments that stand on one line, top to bottom, each from left to right."""
    found: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda item: (item.middle, item.x0)):
        if found and _on_line(found[-1], segment):
            found[-1].append(segment)
        else:
            found.append([segment])
    return [sorted(row, key=lambda item: item.x0) for row in found]


def _on_line(row: list[Segment], segment: Segment) -> bool:
    top, bottom = max(item.y0 for item in row), min(item.y1 for item in row)
    overlap = min(bottom, segment.y1) - max(top, segment.y0)
    if overlap <= 0.5 * min(bottom - top, segment.y1 - segment.y0):
        return False
    last = max(row, key=lambda item: item.x1)
    near = segment.x0 - last.x1 < 1.5 * last.size
    return near or abs(segment.size - last.size) < 0.2 * last.size


def _gutter(segments: Sequence[Segment]) -> float | None:
    """Find x where a right column begins: many rows start there and hardly anything crosses."""
    if len(segments) < 2 * _MIN_ROWS:
        return None
    first, last = min(item.x0 for item in segments), max(item.x1 for item in segments)
    low, high = first + 0.2 * (last - first), first + 0.8 * (last - first)
    starts = Counter(round(item.x0 / 2) for item in segments if low < item.x0 < high)
    for start, count in starts.most_common(3):
        x = start * 2 - 2.0
        if count >= _MIN_ROWS and _stands(segments, x):
            return x
    return None


def _stands(segments: Sequence[Segment], x: float) -> bool:
    """Judge a gutter: prose on both sides, or rows that do not line up with each other (so: not a table)."""
    left = [item for item in segments if item.x1 <= x + 1]
    right = [item for item in segments if item.x0 >= x - 1]
    crossing = len(segments) - len(left) - len(right)
    if min(len(left), len(right)) < _MIN_ROWS or crossing > 0.6 * min(len(left), len(right)):
        return False
    if _prose(left) and _prose(right):
        return True
    middles = [item.middle for item in left]
    aligned = sum(any(abs(item.middle - middle) < 0.25 * item.size for middle in middles) for item in right)
    return aligned < 0.4 * len(right) and _wide(left) and _wide(right)


def _prose(segments: Sequence[Segment]) -> bool:
    """Tell whether most lines fill the column they stand in."""
    left, right = min(item.x0 for item in segments), max(item.x1 for item in segments)
    full = sum(item.x1 - item.x0 > 0.7 * (right - left) for item in segments)
    return full >= 0.5 * len(segments) and _wide(segments)


def _wide(segments: Sequence[Segment]) -> bool:
    width = max(item.x1 for item in segments) - min(item.x0 for item in segments)
    return width > 12 * sorted(item.size for item in segments)[len(segments) // 2]


def _bands(segments: Sequence[Segment], gutter: float) -> list[list[Segment]]:
    """Cut the page at the segments that cross the gutter (titles, full-width figures)."""
    bands: list[list[Segment]] = [[]]
    crosses = False
    for segment in sorted(segments, key=lambda item: item.middle):
        over = segment.x0 < gutter - 1 and segment.x1 > gutter + 1
        if over != crosses and bands[-1]:
            bands.append([])
        crosses = over
        bands[-1].append(segment)
    return [band for band in bands if band]


def _joined(regions: list[list[Segment]]) -> list[list[Segment]]:
    return [region for region in regions if region]
