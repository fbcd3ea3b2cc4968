"""A table's row of totals against the rows over it."""

from collections.abc import Sequence
from dataclasses import replace

from extractors.dashboard_boxes import union
from extractors.dashboard_model import REVIEW_LINE, Metric
from extractors.dashboard_tables import Cell, Table


def check(totals: Sequence[Metric], table: Table) -> list[Metric]:
    """Trust a total more that its rows add up to; doubt one that is less than they are."""
    return [_judged(one, table) for one in totals]


def _judged(one: Metric, table: Table) -> Metric:
    at = next(
        (i for i, cell in enumerate(table.rows[table.total or 0]) if cell and union(p.box for p in cell) == one.box),
        None,
    )
    if at is None or one.value is None or one.unit in ("%", "ratio", "s", "date"):
        return one
    values = [_value(row[at]) for number, row in enumerate(table.rows) if number != table.total]
    if not values or any(value is None for value in values):
        return one
    total, slack = (
        sum(value for value in values if value is not None),
        sum(_step(row[at]) for row in table.rows if row[at]),
    )
    slack = 0.0 if slack <= len(table.rows) else slack
    if abs(total - one.value) <= slack + 1e-6:
        return replace(
            one, confidence=round(1 - (1 - one.confidence) * 0.35, 4), notes=(*one.notes, "check_agreed:rows")
        )
    if total > one.value + slack:
        return replace(one, confidence=min(one.confidence, REVIEW_LINE - 0.05), notes=(*one.notes, "check_failed:rows"))
    return one


def _value(cell: Cell) -> float | None:
    found = [piece.number.value for piece in cell if piece.number and piece.kind == "value"]
    return found[0] if len(found) == 1 else None


def _step(cell: Cell) -> float:
    return next((piece.number.step for piece in cell if piece.number), 1.0)
