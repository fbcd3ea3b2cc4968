"""The row of a table that sums it up: its cells are metrics of the whole."""

from dataclasses import replace

from extractors.dashboard_metrics import metric
from extractors.dashboard_model import Metric
from extractors.dashboard_naming import Named
from extractors.dashboard_tables import Table, text
from extractors.vocabulary import Vocabulary


def metrics(table: Table, words: Vocabulary, panel: int, currency: str | None) -> list[Metric]:
    """Return the values of a table's row of totals, named by its header."""
    if table.total is None or not table.header:
        return []
    found = []
    for head, cell in zip(table.header, table.rows[table.total], strict=True):
        match = words.label(text(head)) if head else None
        if match is None or len(cell) != 1 or cell[0].kind != "value":
            continue
        label = replace(head[0], text=text(head), match=match, kind="label")
        found.append(metric(Named(cell[0], label, "above", 0.5, 0.6, agreed=True), None, panel, currency))
    return found
