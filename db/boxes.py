"""Boxes as Postgres takes them: x, y, width, height, all of one type."""

from collections.abc import Sequence


def box(edges: Sequence[float]) -> list[float]:
    """Give a box as floats, whatever numbers it is made of."""
    return [float(edge) for edge in edges]


def box_or_none(edges: Sequence[float] | None) -> list[float] | None:
    """Give a box as floats, or None where there is none."""
    return box(edges) if edges else None
