"""Metrics out of named values: base units, currency, confidence."""

from collections.abc import Sequence
from dataclasses import replace

from extractors import numbers
from extractors.dashboard_confidence import confidence
from extractors.dashboard_model import Change, Metric
from extractors.dashboard_naming import Named
from extractors.dashboard_pieces import Piece
from extractors.numbers import Number
from extractors.vocabulary import Match, Vocabulary


def metric(named: Named, change: Change | None, panel: int, currency: str | None) -> Metric:
    """Turn a value with its label into a metric."""
    label, value = named.label, named.value
    number = fitting(value, label)
    name = label.match.name if label.match else "other"
    return Metric(
        name=name,
        label=label.text,
        raw=value.text,
        value=number.value,
        text=number.text or (value.text if number.value is None else None),
        unit=_unit(number, label, currency),
        currency=number.currency or (currency if label.match and label.match.kind == "money" else None),
        confidence=confidence(named, number),
        box=value.box,
        label_box=label.box,
        change=change,
        panel=panel,
    )


def currency_of(values: Sequence[Piece]) -> str | None:
    """Return the currency all printed amounts share: it holds for amounts without one, too."""
    found = {piece.number.currency for piece in values if piece.number and piece.number.currency}
    return found.pop() if len(found) == 1 else None


def fitting(value: Piece, label: Piece) -> Number:
    """Read a value once more in the light of its label: units in the label, times of day, lost commas."""
    number, match = value.number, label.match
    assert number is not None
    if match is None:
        return number
    if number.millions and match.kind in ("count", "money"):
        return replace(number, value=(number.value or 0.0) / 60 * 1e6, unit="count", step=1e6)
    if match.kind == "date" and number.unit == "s":
        return Number(None, "date", text=value.text)
    if match.unit or match.times != 1.0:
        return _scaled(number, match)
    if number.thousandths and match.kind in ("count", "money") and number.currency in (None, "JPY"):
        return _grouped(number, value.text)
    return number


def _scaled(number: Number, match: Match) -> Number:
    """Apply the unit a label prints: 売上 (千円), 平均視聴時間 (分)."""
    if number.value is None or number.unit not in ("count", match.unit):
        return number
    times = 1.0 if number.unit == match.unit and match.times == 1.0 else match.times
    scaled = replace(number, value=round(number.value * times, 6), step=number.step * times)
    if not match.unit:
        return scaled
    return replace(scaled, unit=match.unit, currency=match.unit if len(match.unit) == 3 else None)


def _grouped(number: Number, text: str) -> Number:
    """Read 1.234 as 1,234 where thousandths make no sense."""
    again = numbers.parse(text.replace(".", ","))
    return replace(again, repaired=True) if again else number


def _unit(number: Number, label: Piece, currency: str | None) -> str:
    kind = label.match.kind if label.match else ""
    if kind == "money" and number.unit == "count" and currency:
        return currency
    return "ratio" if kind == "ratio" and number.unit in ("count", "ratio") else number.unit


def with_periods(found: Sequence[Metric], period: str | None) -> tuple[Metric, ...]:
    """Give every metric the page's period."""
    return tuple(replace(one, period=period) for one in found)


def instead(found: Sequence[Metric], words: Vocabulary) -> list[Metric]:
    """Call sales the gmv of a panel that prints no other gmv."""
    names = words.settled([one.name for one in found])
    return [replace(one, name=name) for one, name in zip(found, names, strict=True)]
