"""Values that prove each other are trusted more; those that contradict each other go to review, as printed."""

from dataclasses import replace

import pytest

from extractors.dashboard_check_times import duration_holds
from extractors.dashboard_checks import check
from extractors.dashboard_model import REVIEW_LINE, Metric


def metric(name: str, raw: str, value: float, unit: str = "count") -> Metric:
    """Build a metric as it is before the checks."""
    return Metric(name, name, raw, value, None, unit, None, 0.98, (0, 0, 10, 10), None)


FUNNEL = [
    metric("product_impressions", "12,000", 12000),
    metric("product_clicks", "540", 540),
    metric("ctr", "4.5%", 4.5, "%"),
    metric("orders", "27", 27),
    metric("ctor", "5.00%", 5.0, "%"),
]


def test_rates_that_hold_make_all_their_values_surer() -> None:
    assert all(one.confidence > 0.99 for one in check(FUNNEL))
    assert "check_agreed:ctr" in check(FUNNEL)[0].notes


def test_a_rate_that_does_not_hold_sends_its_values_to_review() -> None:
    wrong = [replace(one, raw="7.5%", value=7.5) if one.name == "ctr" else one for one in FUNNEL]
    found = {one.name: one for one in check(wrong)}
    assert found["ctr"].confidence < REVIEW_LINE
    assert found["product_impressions"].confidence < REVIEW_LINE
    assert found["ctr"].notes == ("check_failed:ctr", "as_printed")
    assert found["ctr"].value == 7.5


def test_a_value_that_another_check_proves_is_not_doubted() -> None:
    wrong = [replace(one, raw="7.5%", value=7.5) if one.name == "ctr" else one for one in FUNNEL]
    found = {one.name: one for one in check(wrong)}
    assert found["product_clicks"].confidence > 0.98


def test_rounded_values_hold_within_their_rounding() -> None:
    rounded = [metric("gmv", "1.2万", 12000), metric("orders", "34", 34), metric("aov", "366", 366)]
    assert all("check_agreed:aov" in one.notes for one in check(rounded))


@pytest.mark.parametrize(
    ("small", "great"), [("pcu", "viewers"), ("viewers", "views"), ("acu", "pcu"), ("customers", "orders")]
)
def test_what_can_not_be_greater_goes_to_review_when_it_is(small: str, great: str) -> None:
    found = check([metric(small, "500", 500), metric(great, "400", 400)])
    assert all(one.confidence < REVIEW_LINE for one in found)
    assert all(one.confidence == 0.98 for one in check([metric(small, "400", 400), metric(great, "500", 500)]))


def test_a_missing_value_is_not_taken_for_zero() -> None:
    missing = replace(metric("orders", "-", 0), value=None)
    found = check([missing, metric("product_clicks", "540", 540), metric("ctor", "5%", 5, "%")])
    assert all(one.notes == () for one in found)


def test_one_name_with_two_values_is_doubted() -> None:
    found = check([metric("gmv", "100", 100), metric("gmv", "200", 200)])
    assert all(one.confidence < 0.95 and one.notes == ("name_twice",) for one in found)


def test_a_share_above_a_hundred_goes_to_review() -> None:
    assert check([metric("ctr", "452%", 452, "%")])[0].confidence < REVIEW_LINE


@pytest.mark.parametrize(
    ("seconds", "start", "end", "holds"),
    [
        (7980, "2026/11/20 20:00", "2026/11/20 22:13", True),
        (7980, "11/20 23:00", "11/21 01:13", True),
        (7980, "8:00 PM", "10:13 PM", True),
        (3600, "20:00", "22:13", False),
        (3600, "2026/11/20", "22:13", None),
        (None, "20:00", "22:13", None),
    ],
)
def test_a_duration_is_compared_with_start_and_end(
    seconds: float | None, start: str, end: str, holds: bool | None
) -> None:
    assert duration_holds(seconds, 1, start, end) is holds
