from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from db.metrics import Metric
from extractors.dashboard_model import Grid
from extractors.dashboard_model import Metric as Printed
from extractors.screenshot_model import ScreenshotRead
from extractors.words import Line
from ingesters.passages import metric_chunk, shown, text_chunks
from ingesters.screenshot import new_metrics


def stored(**more: Any) -> Metric:
    """Make a stored value."""
    fields: dict[str, Any] = dict.fromkeys(Metric.__dataclass_fields__) | {
        "id": 1, "screenshot_id": UUID(int=1), "key": "gmv", "ordinal": 3, "name": "gmv", "label": "売上",
        "raw": "¥1,234", "value": 1234.0, "unit": "JPY", "currency": "JPY", "confidence": 0.9, "bbox": [1, 2, 3, 4],
        "status": "accepted", "decided_at": datetime.now(UTC), "effective_value": 1234.0,
    }  # fmt: skip
    return Metric(**fields | more)


def printed(name: str, sure: float = 0.99, **more: Any) -> Printed:
    """Make a value as the dashboard's reader gives it."""
    fields: dict[str, Any] = {
        "name": name, "label": name, "raw": "1", "value": 1.0, "text": None, "unit": "count", "currency": None,
        "confidence": sure, "box": (0, 0, 1, 1), "label_box": None,
    }  # fmt: skip
    return Printed(**fields | more)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "¥1,234"),
        ({"status": "corrected", "effective_value": 7_642_728.0}, "¥7,642,728"),
        ({"status": "corrected", "effective_value": 12.5, "currency": "USD"}, "USD 12.5"),
        ({"status": "corrected", "effective_value": 12.5, "currency": None, "unit": "%"}, "12.5%"),
        ({"status": "corrected", "effective_value": 0.0, "currency": None, "unit": "count"}, "0"),
        ({"status": "corrected", "effective_value": None}, "—"),
        ({"status": "corrected", "effective_value": None, "effective_text": "2026-10-01"}, "2026-10-01"),
    ],
)
def test_a_passage_says_the_value_that_counts(more: dict[str, Any], words: str) -> None:
    assert shown(stored(**more)) == words


def test_a_value_s_passage_stands_where_the_value_stands() -> None:
    chunk = metric_chunk(stored(), ["店", "10月"])
    assert (chunk.ordinal, chunk.text, chunk.bbox, chunk.page) == (3, "売上: ¥1,234", [1, 2, 3, 4], None)
    assert list(chunk.heading_path) == ["店", "10月", "gmv"]


def test_text_comes_once_as_lines_or_as_a_table() -> None:
    lines = tuple(
        Line(text, (x, y, 50, 10), 0.9, ()) for text, x, y in (("店の売上", 0, 0), ("帽子", 0, 50), ("3", 80, 50))
    )
    grid = Grid((("商品", "注文"), ("帽子", "3")), True, ("", "orders"), (0, 40, 200, 40), (), ())
    read = ScreenshotRead(200, 100, lines, (), (grid,), (), "店", None, None, 1, "read", b"")
    text = "\n".join(chunk.text for chunk in text_chunks(read, len))
    assert (text.count("帽子"), text.count("店の売上")) == (1, 1)


def test_the_same_name_again_has_a_key_of_its_own() -> None:
    found = new_metrics([printed("gmv"), printed("orders"), printed("gmv", panel=2), printed("gmv", panel=2)])
    assert [metric.key for metric in found] == ["gmv", "orders", "gmv#2", "gmv#3"]


@pytest.mark.parametrize(
    ("sure", "notes", "waits"),
    [(0.99, (), False), (0.84, (), True), (0.99, ("check_failed:ctr",), True), (0.99, ("as_printed",), False)],
)
def test_what_is_not_sure_or_contradicted_waits_for_a_look(sure: float, notes: tuple[str, ...], waits: bool) -> None:
    assert new_metrics([printed("gmv", sure, notes=notes)])[0].needs_review is waits


def test_a_number_that_is_none_is_not_stored() -> None:
    assert new_metrics([printed("gmv", value=float("inf"))])[0].value is None
