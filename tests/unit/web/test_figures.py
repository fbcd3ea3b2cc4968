from collections.abc import Iterator

import pytest
from flask import Flask

from extractors import numbers
from web import language
from web.pages.figures import assurance, difference, figure, typed
from web.pages.metric_words import metric_name, note_words


@pytest.fixture
def app() -> Flask:
    made = Flask("figures")
    language.register(made)
    return made


@pytest.fixture
def japanese(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?lang=ja"):
        yield


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?lang=en"):
        yield


VALUES = [
    (1_284_500.0, None, "JPY", "¥1,284,500", "¥1,284,500"),
    (12.5, None, "USD", "$12.5", "$12.5"),
    (1200.0, None, "THB", "1,200 THB", "1,200 THB"),
    (12_000.0, None, "count", "12,000", "12,000"),
    (0.0, None, "count", "0", "0"),
    (12.5, None, "%", "12.5%", "12.5%"),
    (192.0, None, "s", "3分12秒", "3 min 12 s"),
    (6780.0, None, "s", "1時間53分0秒", "1 h 53 min 0 s"),
    (None, "2026-10-01", "date", "2026/10/01", "Oct 1, 2026"),
    (None, "昨夜", "date", "昨夜", "昨夜"),
    (None, "しおみ商店", "text", "しおみ商店", "しおみ商店"),
    (None, None, "JPY", "—", "—"),
]


@pytest.mark.parametrize(("value", "text", "unit", "ja", "en"), VALUES)
def test_a_value_reads_naturally_in_japanese(
    japanese: None, value: float | None, text: str | None, unit: str, ja: str, en: str
) -> None:
    assert figure(value, text, unit) == ja


@pytest.mark.parametrize(("value", "text", "unit", "ja", "en"), VALUES)
def test_a_value_reads_naturally_in_english(
    english: None, value: float | None, text: str | None, unit: str, ja: str, en: str
) -> None:
    assert figure(value, text, unit) == en


def test_a_difference_always_has_its_sign(english: None) -> None:
    assert [difference(-132.0, "count"), difference(2.5, "%"), difference(500.0, "JPY"), difference(-60.0, "s")] == [
        "−132", "+2.5 pt", "+¥500", "−1 min 0 s",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "unit"), [(1_284_500.0, "JPY"), (0.0, "count"), (12.5, "%"), (192.0, "s"), (6780.0, "s"), (99.95, "USD")]
)
def test_what_stands_in_the_field_is_understood_when_it_comes_back(value: float, unit: str) -> None:
    found = numbers.parse(typed(value, None, unit))
    assert found is not None
    assert found.value == value


def test_nothing_that_was_read_is_beyond_doubt() -> None:
    assert [assurance(0.9999), assurance(0.41), assurance(0.0)] == [99, 41, 0]


def test_names_and_notes_are_in_words_and_the_unknown_is_shown_as_it_is(english: None) -> None:
    assert metric_name("pcu", "最高同時視聴者数") == "Most viewers at once"
    assert [metric_name("other", "謎の値"), metric_name("other"), metric_name("not_known")] == [
        "謎の値", "Without a name", "not known",
    ]  # fmt: skip
    assert note_words("check_failed:ctr") == "A check failed: “Click rate (CTR)” does not fit the other values."
    assert note_words("something_new") == "something_new"
