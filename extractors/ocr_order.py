"""The order in which a person reads lines: rows from the top, each from the left; columns from the right."""

from collections.abc import Sequence

from extractors.words import Line

_SHARED = 0.5


def ordered(lines: Sequence[Line]) -> list[Line]:
    """Put lines in reading order; a page of columns is read from the right."""
    standing = [one for one in lines if one.vertical]
    if len(standing) * 2 > len(lines):
        return sorted(lines, key=lambda one: (-_middle(one, 0), one.box[1])) if lines else []
    rows: list[list[Line]] = []
    for one in sorted(lines, key=lambda one: _middle(one, 1)):
        if rows and _beside(rows[-1], one):
            rows[-1].append(one)
        else:
            rows.append([one])
    return [one for row in rows for one in sorted(row, key=lambda one: one.box[0])]


def _beside(row: Sequence[Line], line: Line) -> bool:
    """Tell whether the line is level with the row's nearest line."""
    nearest = min(row, key=lambda one: abs(_middle(one, 0) - _middle(line, 0)))
    height = min(nearest.box[3], line.box[3])
    return abs(_middle(nearest, 1) - _middle(line, 1)) < _SHARED * height


def _middle(line: Line, side: int) -> float:
    return line.box[side] + line.box[side + 2] / 2
