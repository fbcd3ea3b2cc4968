"""Adding up sessions: sums of what can be added, ratios as sum over sum, and whether the latest sessions do better.

GMV within 24 hours, unique people and prices are never added; money never crosses currencies.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean
from typing import Literal

from db.sales import Figure

SUMMED = (
    "gmv", "orders", "created_orders", "items_sold", "views", "impressions", "product_impressions", "product_clicks",
    "likes", "comments", "shares", "new_followers", "gifts",
)  # fmt: skip
LATEST = 3
"""Sessions that are compared with as many before them."""
STEADY = 0.1
Direction = Literal["up", "down", "steady", "unknown"]


@dataclass(frozen=True)
class Trend:
    """Whether GMV of the latest sessions lies above that of those before; unknown with too few of one currency."""

    direction: Direction
    change: float | None
    currency: str | None
    compared: int


def totals(sessions: Sequence[Sequence[Figure]]) -> list[Figure]:
    """Add up the figures of several sessions."""
    sums: dict[tuple[str, str, str], Decimal] = {}
    for figures in sessions:
        for one in figures:
            if one.name in SUMMED:
                name = (one.name, one.currency, one.unit)
                sums[name] = sums.get(name, Decimal(0)) + one.value
    found = [Figure("session", "", name, currency, value, unit) for (name, currency, unit), value in sums.items()]
    return sorted(found, key=lambda one: (SUMMED.index(one.name), one.currency)) + _ratios(sessions)


def trend(sessions: Sequence[Sequence[Figure]]) -> Trend:
    """Compare the latest sessions, given newest first, with those before them."""
    by_currency: dict[str, list[float]] = {}
    for figures in sessions:
        for one in figures:
            if one.name == "gmv":
                by_currency.setdefault(one.currency, []).append(float(one.value))
    currency, values = max(by_currency.items(), key=lambda pair: len(pair[1]), default=("", []))
    count = min(LATEST, len(values) // 2)
    if not count or not (before := mean(values[count : 2 * count])):
        return Trend("unknown", None, currency or None, count)
    change = mean(values[:count]) / before - 1
    direction: Direction = "steady" if abs(change) < STEADY else "up" if change > 0 else "down"
    return Trend(direction, round(change, 4), currency, count)


def _ratios(sessions: Sequence[Sequence[Figure]]) -> list[Figure]:
    """Give CTR as clicks over impressions and the watch time weighted by views, over the sessions that say both."""
    ratios = (("ctr", "product_clicks", "product_impressions", "%"), ("avg_watch_seconds", None, "views", "s"))
    found = []
    for name, above, below, unit in ratios:
        over = under = Decimal(0)
        for figures in sessions:
            values = {one.name: one.value for one in figures}
            weight = values.get(below)
            share = values.get(above) if above else _product(values.get(name), weight)
            if weight and share is not None:
                over, under = over + share, under + weight
        if under:
            found.append(Figure("session", "", name, "", round(over / under * (100 if unit == "%" else 1), 4), unit))
    return found


def _product(value: Decimal | None, weight: Decimal | None) -> Decimal | None:
    return None if value is None or weight is None else value * weight
