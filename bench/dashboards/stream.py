"""The figures of one made-up live stream; they fit together as those of a real one do."""

import random
from dataclasses import dataclass
from typing import Literal

Currency = Literal["JPY", "USD", "GBP"]
_PRICE = {"JPY": (1200, 9800), "USD": (12, 80), "GBP": (9, 60)}


@dataclass(frozen=True, slots=True)
class Stream:
    """Figures by metric name, counts as whole numbers, money in its currency, ratios in percent."""

    currency: Currency
    minutes: int
    figures: dict[str, float]


def draw(rng: random.Random, currency: Currency, low: float = 3.3, high: float = 6.2) -> Stream:
    """Draw a stream with between 10**low and 10**high views."""
    minutes = rng.randint(38, 320)
    views = int(10 ** rng.uniform(low, high))
    watch = rng.randint(18, 380)
    figures: dict[str, float] = {"views": views, "avg_watch_seconds": watch}
    figures |= _audience(rng, views, max(2, round(views * watch / (minutes * 60))))
    figures |= _sales(rng, views, currency)
    return Stream(currency, minutes, figures)


def _audience(rng: random.Random, views: int, together: int) -> dict[str, float]:
    viewers = int(views * rng.uniform(0.5, 0.88))
    return {
        "viewers": viewers,
        "impressions": int(views * rng.uniform(1.8, 7)),
        "acu": together,
        "pcu": int(together * rng.uniform(1.25, 3.4)) + 1,
        "likes": int(views * rng.uniform(0.2, 4.5)),
        "comments": int(views * rng.uniform(0.01, 0.12)) + 1,
        "shares": int(views * rng.uniform(0.001, 0.02)) + 1,
        "new_followers": int(viewers * rng.uniform(0.004, 0.05)) + 1,
        "gifts": int(views * rng.uniform(0.0005, 0.01)) + 1,
        "followers": int(views * rng.uniform(0.4, 6)),
        "diamonds": int(views * rng.uniform(0.01, 0.2)) + 1,
        "engagement_rate": round(rng.uniform(1.2, 19), 2),
    }


def _sales(rng: random.Random, views: int, currency: Currency) -> dict[str, float]:
    shown = int(views * rng.uniform(1.1, 4.5))
    clicks = max(40, int(shown * rng.uniform(0.02, 0.13)))
    orders = max(3, int(clicks * rng.uniform(0.015, 0.19)))
    price = rng.uniform(*_PRICE[currency])
    gmv = float(round(orders * price)) if currency == "JPY" else round(orders * price, 2)
    customers = max(2, int(orders * rng.uniform(0.78, 0.99)))
    return {
        "product_impressions": shown,
        "product_clicks": clicks,
        "orders": orders,
        "created_orders": int(orders * rng.uniform(1.02, 1.3)) + 1,
        "items_sold": int(orders * rng.uniform(1.02, 1.7)) + 1,
        "customers": customers,
        "gmv": gmv,
        "ctr": round(clicks / shown * 100, 2),
        "ctor": round(orders / clicks * 100, 2),
        "gpm": round(gmv / views * 1000, 2),
        "aov": round(gmv / customers, 2),
        "refunds": round(gmv * rng.uniform(0.004, 0.05), 2),
        "cart_adds": int(clicks * rng.uniform(0.1, 0.4)) + 1,
    }
