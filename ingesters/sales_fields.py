"""Reading sales figures as partners and the TikTok LIVE API write them: money with its currency, ratios in per cent.

Field names of TikTok's "Get Shop LIVE Performance" and our own are known and checked; a number under another name is
kept under that name, a text is left to the analysis itself. Nothing is added up here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from db.sales import PRODUCT, SESSION, Figure

UNKNOWN_CURRENCY = "XXX"
"""ISO 4217's code for an amount whose currency nobody said."""
NAMES = {
    "24h_live_gmv": "gmv_24h", "live_24h_gmv": "gmv_24h", "total_gmv": "gmv", "sku_orders": "orders",
    "created_sku_orders": "created_orders", "units_sold": "items_sold", "unit_sold": "items_sold",
    "avg_viewing_duration": "avg_watch_seconds", "click_through_rate": "ctr", "click_to_order_rate": "ctor",
    "peak_viewers": "pcu", "avg_viewers": "acu", "followers_gained": "new_followers",
}  # fmt: skip
MONEY = frozenset({"gmv", "gmv_24h", "avg_price", "gpm", "aov", "direct_gmv", "refunds"})
RATIOS = frozenset({"ctr", "ctor"})
SECONDS = frozenset({"avg_watch_seconds"})
COUNTS = frozenset({
    "orders", "created_orders", "items_sold", "customers", "viewers", "views", "pcu", "acu", "impressions",
    "product_impressions", "product_clicks", "likes", "comments", "shares", "new_followers", "gifts", "products_added",
    "different_products_sold",
})  # fmt: skip
KNOWN = MONEY | RATIOS | SECONDS | COUNTS
SESSION_LIST, PRODUCT_LISTS = "live_stream_sessions", ("products", "product_stats", "items")
ITEM_NAMES = ("product_name", "name", "title", "product_id", "id", "sku_id")
NOT_FIGURES = frozenset({"id", "currency", "start_time", "end_time", "started_at", "ended_at", "index", "product_id"})
LARGEST = Decimal(10) ** 18
LONGEST = 200
_CURRENCY = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?%?")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{2})")
_UNDERSTOOD = re.compile(r"[^0-9a-z_]+")


@dataclass(frozen=True)
class Wrong:
    """A value that can't be what its field says; `code` is a pydantic error type."""

    path: tuple[str | int, ...]
    code: str


@dataclass(frozen=True)
class Place:
    """Where figures are read: their scope and item, the path that leads there, and the currency said further up."""

    path: tuple[str | int, ...]
    scope: str = SESSION
    item: str = ""
    currency: str = UNKNOWN_CURRENCY

    def at(self, *steps: str | int) -> "Place":
        """Go further in."""
        return Place((*self.path, *steps), self.scope, self.item, self.currency)


def figures(sales: Any, place: Place) -> Iterator[Figure | Wrong]:
    """Read every figure of a JSON object, or of a list that holds one object for each product."""
    if isinstance(sales, list):
        yield from _products(sales, place)
    elif isinstance(sales, Mapping):
        yield from _object(sales, place)
    else:
        yield Wrong(place.path, "dict_type")


def session_of(sales: Any) -> Mapping[str, Any]:
    """Give what TikTok says of the session itself: id, title, username, start_time, end_time."""
    if not isinstance(sales, Mapping):
        return {}
    sessions = sales.get(SESSION_LIST)
    first = sessions[0] if isinstance(sessions, list) and len(sessions) == 1 else sales
    return first if isinstance(first, Mapping) else {}


def _object(given: Mapping[str, Any], place: Place) -> Iterator[Figure | Wrong]:
    said = given.get("currency")
    if said is not None:
        if not (isinstance(said, str) and _CURRENCY.fullmatch(said)):
            yield Wrong((*place.path, "currency"), "currency_code")
            return
        place = Place(place.path, place.scope, place.item, said)
    for key, value in given.items():
        if value is not None and key not in NOT_FIGURES:
            yield from _field(key, value, place.at(key))


def _field(key: str, value: Any, place: Place) -> Iterator[Figure | Wrong]:
    name = NAMES.get(key, key)
    if key == SESSION_LIST:
        yield from _only(value, place)
    elif isinstance(value, Mapping) and "amount" in value:
        yield _money(name, value, place)
    elif name in KNOWN:
        yield _known(name, value, place)
    elif isinstance(value, Mapping):
        yield from _object(value, place)
    elif isinstance(value, list):
        if key in PRODUCT_LISTS:
            yield from _products(value, place)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = _number(value)
        if number is not None:
            yield Figure(place.scope, place.item, _tidy(key), "", number, "count")


def _only(value: Any, place: Place) -> Iterator[Figure | Wrong]:
    """An analysis speaks of one session."""
    if not isinstance(value, list) or len(value) != 1:
        yield Wrong(place.path, "one_session")
    elif not isinstance(value[0], Mapping):
        yield Wrong(place.at(0).path, "dict_type")
    else:
        yield from _object(value[0], place.at(0))


def _products(rows: Sequence[Any], place: Place) -> Iterator[Figure | Wrong]:
    for index, row in enumerate(rows):
        here = place.at(index)
        if not isinstance(row, Mapping):
            yield Wrong(here.path, "dict_type")
            continue
        item = next((str(row[name]) for name in ITEM_NAMES if row.get(name)), str(index))
        yield from _object(row, Place(here.path, PRODUCT, item.replace("\x00", "")[:LONGEST], here.currency))


def _money(name: str, value: Mapping[str, Any], place: Place) -> Figure | Wrong:
    number = _number(value["amount"])
    if number is None:
        return Wrong((*place.path, "amount"), "number")
    currency = value.get("currency", place.currency)
    if not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
        return Wrong((*place.path, "currency"), "currency_code")
    return Figure(place.scope, place.item, _tidy(name), currency, number, "money")


def _known(name: str, value: Any, place: Place) -> Figure | Wrong:
    number = seconds(value) if name in SECONDS else _number(value)
    if number is None:
        return Wrong(place.path, "number")
    if name in MONEY:
        return Figure(place.scope, place.item, name, place.currency, number, "money")
    return Figure(
        place.scope, place.item, name, "", number, "%" if name in RATIOS else "s" if name in SECONDS else "count"
    )


def _number(value: Any) -> Decimal | None:
    """Understand 12, "12.50", "1,234" and "5.00%"; nothing else, so that no wrong figure is ever stored."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    written = str(value).strip()
    if isinstance(value, str) and not (len(written) <= 40 and written.isascii() and _NUMBER.fullmatch(written)):
        return None
    try:
        number = Decimal(written.replace(",", "").rstrip("%"))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() and abs(number) < LARGEST else None


def seconds(value: Any) -> Decimal | None:
    """Understand a number of seconds, and a time of day's writing: 1:02:03, 2:03."""
    clock = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 20 else None
    if clock is None:
        return _number(value)
    hours, minutes, rest = (int(part or 0) for part in clock.groups())
    return Decimal(hours * 3600 + minutes * 60 + rest)


def _tidy(name: str) -> str:
    return _UNDERSTOOD.sub("_", name.lower()).strip("_")[:80] or "other"
