"""Arithmetic with boxes (x, y, width, height)."""

from collections.abc import Iterable

from extractors.model import Box


def right(box: Box) -> float:
    """Return the right edge."""
    return box[0] + box[2]


def bottom(box: Box) -> float:
    """Return the lower edge."""
    return box[1] + box[3]


def middle(box: Box) -> float:
    """Return the horizontal centre."""
    return box[0] + box[2] / 2


def level(box: Box) -> float:
    """Return the vertical centre."""
    return box[1] + box[3] / 2


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around some boxes."""
    some = list(boxes)
    x, y = min(box[0] for box in some), min(box[1] for box in some)
    return x, y, max(map(right, some)) - x, max(map(bottom, some)) - y


def beside(first: Box, second: Box) -> float:
    """Return how far two boxes overlap horizontally, as a share of the narrower one; negative is a gap in pixels."""
    shared = min(right(first), right(second)) - max(first[0], second[0])
    return shared / max(min(first[2], second[2]), 1.0) if shared > 0 else shared


def same_row(first: Box, second: Box) -> bool:
    """Return whether two boxes stand in one row: half of the lower one's height is shared."""
    shared = min(bottom(first), bottom(second)) - max(first[1], second[1])
    return shared >= 0.5 * min(first[3], second[3])


def misaligned(first: Box, second: Box) -> float:
    """Return the least distance between the left edges, the centres or the right edges of two boxes."""
    return min(abs(first[0] - second[0]), abs(middle(first) - middle(second)), abs(right(first) - right(second)))
