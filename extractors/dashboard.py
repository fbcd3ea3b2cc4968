"""Dashboards: from the lines on a screenshot to named values, tables and charts, by geometry and a vocabulary."""

from collections.abc import Sequence

from extractors import (
    dashboard_changes,
    dashboard_charts,
    dashboard_check_sums,
    dashboard_checks,
    dashboard_labels,
    dashboard_metrics,
    dashboard_naming,
    dashboard_noise,
    dashboard_page,
    dashboard_panels,
    dashboard_skew,
    dashboard_tables,
    dashboard_totals,
    receipt,
)
from extractors.dashboard_model import Change, Chart, Dashboard, Grid, Metric
from extractors.dashboard_pieces import Piece, pieces
from extractors.dashboard_segments import segments
from extractors.vocabulary import Vocabulary, load
from extractors.words import Reading

__all__ = ["Change", "Chart", "Dashboard", "Grid", "Metric", "read"]

Part = tuple[list[Metric], list[Grid], list[Chart]]


def read(reading: Reading, vocabulary: Vocabulary | None = None) -> Dashboard:
    """Read a dashboard, or the fields of a receipt or a form."""
    words = vocabulary or load()
    level, skew = dashboard_skew.straighten(reading)
    runs = segments(level)
    layout = dashboard_page.layout(runs, words)
    found = dashboard_noise.without_status_bar(pieces(runs, words), reading.height)
    metrics, grids, charts = [], [], []  # type: list[Metric], list[Grid], list[Chart]
    panels = dashboard_panels.split(found, level)
    for at, panel in enumerate(panels, 1):
        part = _panel(panel, words, at)
        metrics += [dashboard_skew.metric_back(one, skew) for one in part[0]]
        grids += [dashboard_skew.grid_back(one, skew) for one in part[1]]
        charts += [dashboard_skew.chart_back(one, skew) for one in part[2]]
    if layout and layout.kind == "receipt" and sum(one.name != "other" for one in metrics) < 6:
        metrics = list(receipt.read(reading, words))
    period = dashboard_page.period(found, words, reading.height)
    values = [piece for piece in found if piece.kind == "value"]
    return Dashboard(
        metrics=dashboard_metrics.with_periods(metrics, period),
        grids=tuple(grids),
        charts=tuple(charts),
        account=dashboard_page.account(runs, words, reading.height),
        period=period,
        layout=layout.name if layout else None,
        panels=len(panels),
        outcome=dashboard_page.outcome(reading, values, metrics, grids, charts),
    )


def _panel(found: Sequence[Piece], words: Vocabulary, at: int) -> Part:
    charts, rest = dashboard_charts.take(dashboard_labels.wrapped(found, words), at)
    tables, rest = dashboard_tables.take(rest, words)
    currency = dashboard_metrics.currency_of(found)
    metrics = _metrics(rest, at, currency)
    totals = [
        one
        for table in tables
        for one in dashboard_check_sums.check(dashboard_totals.metrics(table, words, at, currency), table)
    ]
    known = {one.name for one in metrics}
    metrics += [one for one in totals if one.name not in known]
    grids = [dashboard_tables.grid(table, words, at) for table in tables]
    return dashboard_checks.check(dashboard_metrics.instead(metrics, words)), grids, charts


def _metrics(found: Sequence[Piece], at: int, currency: str | None) -> list[Metric]:
    values = [piece for piece in found if piece.kind in ("value", "date")]
    labels = [piece for piece in found if piece.kind in ("label", "text") and _is_word(piece)]
    changes = [piece for piece in found if piece.kind == "change"]
    named = [
        one for one in dashboard_naming.name(values, labels, found) if one.label.match or one.value.kind == "value"
    ]
    beside = dashboard_changes.attach(named, changes, labels)
    return [dashboard_metrics.metric(one, beside.get(i), at, currency) for i, one in enumerate(named)]


def _is_word(piece: Piece) -> bool:
    """Tell whether a text may name something: a lone letter is an icon or a button."""
    return piece.match is not None or sum(one.isalpha() for one in piece.text) > 1
