from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.streams import Merged, Sighting, merge

BEGAN = datetime(2026, 10, 1, 20, tzinfo=UTC)


def seen(name: str, value: float | None, hour: float, **more: Any) -> Sighting:
    """Make a sighting `hour` hours after the stream began."""
    fields: dict[str, Any] = {
        "screenshot_id": UUID(int=int(hour * 100)), "filename": f"{hour}.png", "key": name, "name": name, "label": name,
        "value": value, "text": None, "raw": str(value), "unit": "%" if name == "ctr" else "count",
        "currency": None, "confidence": 0.97,
        "status": "accepted", "bbox": [0, 0, 1, 1], "panel": 1, "period": None, "at": BEGAN + timedelta(hours=hour),
    }  # fmt: skip
    return Sighting(**fields | more)


def only(*sightings: Sighting) -> Merged:
    """Merge sightings of one value."""
    (found,) = merge(sightings)
    return found


def test_of_a_counter_the_newest_sure_reading_counts() -> None:
    found = only(
        seen("gmv", 100, 1, status="corrected"), seen("gmv", 300, 3, status="needs_review"), seen("gmv", 200, 2)
    )
    assert (found.chosen.value, [other.value for other in found.others]) == (200, [100, 300])
    assert found.conflict is None


def test_a_counter_that_fell_is_a_conflict() -> None:
    assert only(seen("orders", 5, 1), seen("orders", 4, 2)).conflict == "decreased"


def test_of_anything_else_a_correction_counts_before_the_surest_and_the_newest() -> None:
    assert only(seen("ctr", 3, 1, status="corrected"), seen("ctr", 4, 2)).chosen.value == 3
    assert only(seen("ctr", 3, 1, confidence=0.99), seen("ctr", 4, 2, confidence=0.9)).chosen.value == 3
    assert only(seen("ctr", 3, 1), seen("ctr", 4, 2)).chosen.value == 4
    assert only(seen("ctr", 3, 1), seen("ctr", 4, 2)).conflict == "disagrees"


def test_missing_is_not_zero() -> None:
    found = only(seen("gmv", 100, 1), seen("gmv", None, 2))
    assert (found.chosen.value, found.conflict) == (100, None)
    assert only(seen("likes", None, 1)).chosen.value is None


def test_other_currencies_units_and_unnamed_labels_are_kept_apart() -> None:
    found = merge([
        seen("gmv", 1, 1, currency="JPY"), seen("gmv", 1, 1, currency="USD"), seen("other", 1, 1, label="在庫"),
        seen("other", 2, 1, label="返品"),
    ])  # fmt: skip
    assert len(found) == 4


SIGHTINGS = st.lists(
    st.builds(
        seen,
        st.sampled_from(["gmv", "ctr", "likes"]),
        st.none() | st.integers(0, 9).map(float),
        st.floats(0, 9, allow_nan=False),
        status=st.sampled_from(["accepted", "corrected", "needs_review"]),
        confidence=st.floats(0, 1),
    ),
    max_size=8,
)


@given(SIGHTINGS)
def test_nothing_is_lost_or_made_up(found: list[Sighting]) -> None:
    merged = merge(found)
    assert sorted(map(id, found)) == sorted(id(s) for one in merged for s in (one.chosen, *one.others))
    for one in merged:
        assert one.chosen.value is not None or all(s.value is None for s in one.others) or not one.cumulative


@pytest.mark.parametrize(
    ("name", "unit", "currency", "grows"),
    [
        ("gmv", "JPY", "JPY", True),
        ("live_duration", "s", None, True),
        ("avg_watch_seconds", "s", None, False),
        ("current_viewers", "count", None, False),
        ("aov", "JPY", "JPY", False),
        ("ctr", "%", None, False),
        ("other", "count", None, False),
    ],
)
def test_what_only_grows_is_told_by_its_kind(name: str, unit: str, currency: str | None, grows: bool) -> None:
    assert only(seen(name, 1, 1, unit=unit, currency=currency)).cumulative is grows
