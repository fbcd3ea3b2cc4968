"""What holds between the values of a live: rates, sizes and sums."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """A metric that is one metric over another, times a factor; other definitions prove but don't contradict."""

    name: str
    above: str
    under: str
    times: float
    strict: bool


RATES = (
    Rate("ctr", "product_clicks", "product_impressions", 100, True),
    Rate("ctr", "clicks", "impressions", 100, True),
    Rate("ctr", "product_clicks", "impressions", 100, False),
    Rate("ctr", "product_clicks", "views", 100, False),
    Rate("ctr", "product_clicks", "viewers", 100, False),
    Rate("ctor", "orders", "product_clicks", 100, True),
    Rate("ctor", "orders", "clicks", 100, False),
    Rate("ctor", "customers", "product_clicks", 100, False),
    Rate("ctor", "created_orders", "product_clicks", 100, False),
    Rate("gpm", "gmv", "views", 1000, True),
    Rate("gpm", "revenue", "views", 1000, True),
    Rate("gpm", "gmv", "viewers", 1000, False),
    Rate("gpm", "gmv", "impressions", 1000, False),
    Rate("aov", "gmv", "orders", 1, True),
    Rate("aov", "revenue", "orders", 1, True),
    Rate("aov", "gmv", "customers", 1, False),
    Rate("aov", "net_sales", "orders", 1, False),
    Rate("spend_per_customer", "gmv", "customers", 1, False),
    Rate("spend_per_customer", "revenue", "customers", 1, False),
    Rate("conversion_rate", "orders", "viewers", 100, False),
    Rate("conversion_rate", "customers", "viewers", 100, False),
    Rate("conversion_rate", "orders", "views", 100, False),
    Rate("conversion_rate", "customers", "views", 100, False),
    Rate("conversion_rate", "orders", "visits", 100, False),
    Rate("follow_rate", "new_followers", "viewers", 100, False),
    Rate("follow_rate", "new_followers", "views", 100, False),
    Rate("comment_rate", "comments", "viewers", 100, False),
    Rate("add_to_cart_rate", "add_to_cart", "product_clicks", 100, False),
    Rate("refund_rate", "refunds", "gmv", 100, False),
    Rate("refund_rate", "refund_count", "orders", 100, False),
    Rate("roas", "gmv", "ad_spend", 1, False),
    Rate("roas", "revenue", "ad_spend", 1, False),
    Rate("enter_rate", "views", "impressions", 100, False),
    Rate("avg_watch_seconds", "watch_time", "views", 1, False),
    Rate("avg_watch_seconds", "watch_time", "viewers", 1, False),
    Rate("acu", "watch_time", "live_duration", 1, False),
    Rate("gmv_per_viewer", "gmv", "viewers", 1, False),
    Rate("views_per_visit", "pageviews", "visits", 1, False),
    Rate("achievement_rate", "gmv", "target", 100, False),
    Rate("achievement_rate", "revenue", "target", 100, False),
)
SMALLER = (
    ("pcu", "viewers"), ("viewers", "views"), ("acu", "pcu"), ("current_viewers", "pcu"), ("customers", "orders"),
    ("orders", "created_orders"), ("orders", "items_sold"), ("product_clicks", "product_impressions"),
    ("clicks", "impressions"), ("direct_gmv", "gmv"), ("indirect_gmv", "gmv"), ("net_sales", "revenue"),
    ("avg_watch_seconds", "live_duration"), ("new_customers", "customers"), ("refunds", "gmv"),
)  # fmt: skip
"""Pairs of which the first is never greater than the second."""
SUMS = (
    ("gmv", ("direct_gmv", "indirect_gmv")),
    ("revenue", ("net_sales", "refunds")),
    ("gmv", ("net_sales", "refunds")),
)
