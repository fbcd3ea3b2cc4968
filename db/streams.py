"""Streams: several screenshots of one live stream, merged value by value, with what the others said.

A counter only grows during a stream, so the newest sure reading counts. Of anything else a correction counts first,
then the surest reading, then the newest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from psycopg.rows import class_row

from db.pool import Connection

GAUGES = frozenset({
    "acu", "current_viewers", "current_visitors", "stock", "rank", "rating", "target", "products_listed", "aov",
    "spend_per_customer", "unit_price", "gpm", "impression_gpm", "cpc", "cpm", "cpa", "gmv_per_hour", "gmv_per_viewer",
    "net_sales", "profit",
})  # fmt: skip
"""Amounts that may fall during a stream; every other named count, sum or length is a counter that only grows."""
COUNTED = ("count", "s")
AVERAGE = ("avg_", "visit_duration")
OTHER = "other"
TRUST = {"corrected": 2, "accepted": 1, "needs_review": 0}


@dataclass(frozen=True)
class Sighting:
    """A value as one screenshot shows it, with what counts of it now; `at` is when the picture was taken."""

    screenshot_id: UUID
    filename: str
    key: str
    name: str
    label: str
    value: float | None
    text: str | None
    raw: str
    unit: str
    currency: str | None
    confidence: float
    status: str
    bbox: list[float]
    panel: int
    period: str | None
    at: datetime


@dataclass(frozen=True)
class Merged:
    """One value of a stream: the sighting that counts and the others. `conflict` is `decreased` or `disagrees`."""

    chosen: Sighting
    others: tuple[Sighting, ...]
    cumulative: bool
    conflict: str | None


def merged(connection: Connection, stream_id: str) -> list[Merged]:
    """Merge all values of a stream's screenshots, in the order in which they were first seen."""
    return merge(sightings(connection, stream_id))


def sightings(connection: Connection, stream_id: str) -> list[Sighting]:
    """Read every value of a stream's screenshots, oldest picture first."""
    cursor = connection.cursor(row_factory=class_row(Sighting))
    return cursor.execute(
        "SELECT v.screenshot_id, d.filename, v.key, v.name, v.label, v.effective_value::float8 AS value, "
        "v.effective_text AS text, v.raw, v.unit, v.currency, v.confidence::float8 AS confidence, v.status, v.bbox, v.panel, "
        "v.period, coalesce(s.taken_at, s.created_at) AS at FROM metric_values v "
        "JOIN screenshots s ON s.id = v.screenshot_id JOIN documents d ON d.id = s.id "
        "WHERE s.stream_id = %s ORDER BY coalesce(s.taken_at, s.created_at), s.id, v.ordinal",
        (stream_id,),
    ).fetchall()


def merge(seen: Sequence[Sighting]) -> list[Merged]:
    """Merge sightings by name, unit and currency; values without a known name go by their label."""
    groups: dict[tuple[str, ...], list[Sighting]] = {}
    for sighting in seen:
        label = sighting.label if sighting.name == OTHER else ""
        groups.setdefault((sighting.name, label, sighting.unit, sighting.currency or ""), []).append(sighting)
    return [_merge(group) for group in groups.values()]


def _merge(group: Sequence[Sighting]) -> Merged:
    cumulative = _only_grows(group[0])
    ranked = sorted(group, key=_by_time if cumulative else _by_trust, reverse=True)
    return Merged(ranked[0], tuple(ranked[1:]), cumulative, _conflict(group, cumulative))


def _only_grows(sighting: Sighting) -> bool:
    is_amount = sighting.currency is not None or sighting.unit in COUNTED
    is_average = sighting.name.startswith(AVERAGE)
    return is_amount and not is_average and sighting.name not in GAUGES and sighting.name != OTHER


def _by_time(sighting: Sighting) -> tuple[object, ...]:
    """Rank a counter: what is there, then what is sure, then the newest; at the same time a correction wins."""
    trust = TRUST[sighting.status]
    return (_is_there(sighting), trust > 0, sighting.at, trust, sighting.confidence, -sighting.panel)


def _by_trust(sighting: Sighting) -> tuple[object, ...]:
    trust = TRUST[sighting.status]
    return (trust == 2, _is_there(sighting), trust, sighting.confidence, sighting.at, -sighting.panel)


def _is_there(sighting: Sighting) -> bool:
    return sighting.value is not None or sighting.text is not None


def _conflict(group: Sequence[Sighting], cumulative: bool) -> str | None:
    """Name what can't be explained by time going on: a counter that fell, or different values where one is due."""
    there = sorted(filter(_is_there, group), key=lambda sighting: sighting.at)
    if cumulative:
        numbers = [sighting.value for sighting in there if sighting.value is not None]
        return "decreased" if any(before > after for before, after in pairwise(numbers)) else None
    return "disagrees" if len({(s.value, s.text if s.value is None else None) for s in there}) > 1 else None
