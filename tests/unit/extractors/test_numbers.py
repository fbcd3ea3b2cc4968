"""Printed values are read in every shape, and what is printed in a shape is read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import numbers


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("¥1,234,567", 1234567, "JPY"),
        ("￥１２３，４５６", 123456, "JPY"),
        ("1億2,345万円", 123450000, "JPY"),
        ("1億2345万6789円", 123456789, "JPY"),
        ("12.3万", 123000, "count"),
        ("¥1.2万", 12000, "JPY"),
        ("1.2M", 1200000, "count"),
        ("11M", 11000000, "count"),
        ("57.4k", 57400, "count"),
        ("$8.20", 8.2, "USD"),
        ("RM1.38", 1.38, "MYR"),
        ("€1.234,50", 1234.5, "EUR"),
        ("-¥1,200", -1200, "JPY"),
        ("12,345人", 12345, "count"),
        ("12, 345", 12345, "count"),
        ("49%", 49, "%"),
        ("100 %", 100, "%"),
        ("3.2‰", 0.32, "%"),
        ("3分12秒", 192, "s"),
        ("1:53:00", 6780, "s"),
        ("2h 13m", 7980, "s"),
        ("45s", 45, "s"),
        ("1時間5分", 3900, "s"),
        ("20 min 15 sec", 1215, "s"),
        ("1,234.5時間", 4444200, "s"),
        ("1.8倍", 1.8, "ratio"),
        ("0", 0, "count"),
    ],
)
def test_a_printed_value_is_read(text: str, value: float, unit: str) -> None:
    number = numbers.parse(text)
    assert number is not None
    assert number.value == pytest.approx(value)
    assert number.unit == unit
    assert not number.repaired


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("V12,345", 12345, "JPY"),
        ("1O,234", 10234, "count"),
        ("l,234", 1234, "count"),
        ("1.234,567", 1234567, "count"),
        ("¥1.234", 1234, "JPY"),
        ("12,3万", 123000, "count"),
        ("11.26%6", 11.26, "%"),
        ("S8.20", 8.2, "USD"),
    ],
)
def test_damage_that_the_rest_proves_is_repaired_and_marked(text: str, value: float, unit: str) -> None:
    number = numbers.parse(text)
    assert number is not None
    assert number.value == pytest.approx(value)
    assert number.unit == unit
    assert number.repaired


@pytest.mark.parametrize("text", ["12,34", "1,2345"])
def test_groups_that_are_no_groups_stay_in_doubt(text: str) -> None:
    number = numbers.parse(text)
    assert number is not None
    assert number.doubtful


@pytest.mark.parametrize(
    "text",
    [
        "2026/11/20",
        "2026-11-20 20:00:00",
        "11月20日(金) 20:00",
        "2026年11月20日(金)20:00～22:13",
        "Nov 14 - Nov 20",
        "14 Nov - 20 Nov",
        "05 MAR 2018",
        "25/12/2018 8:13:39 PM",
        "2026/11/2020:00",
    ],
)
def test_a_date_or_a_range_of_dates_stays_a_text(text: str) -> None:
    number = numbers.parse(text)
    assert number is not None
    assert number.unit == "date"
    assert number.value is None


@pytest.mark.parametrize("text", ["", "abc", "#273", "iPhone15", "過去7日間", "12:345", "v0.10.0", "201.48.81.101"])
def test_a_text_that_is_no_value_gives_none(text: str) -> None:
    assert numbers.parse(text) is None


@pytest.mark.parametrize(
    ("text", "sign"), [("+18.2%", 18.2), ("▲18.2%", 18.2), ("▼ 3.1%", -3.1), ("-3.4%", -3.4), ("↓2", -2)]
)
def test_a_sign_or_an_arrow_gives_the_direction(text: str, sign: float) -> None:
    number = numbers.parse(text)
    assert number is not None
    assert number.value == pytest.approx(sign)
    assert number.sign


def test_a_value_knows_the_worth_of_its_last_place() -> None:
    steps = [numbers.parse(text) for text in ("1.2万", "57.4k", "4.52%", "1,234", "2h 5m")]
    assert [number.step for number in steps if number] == pytest.approx([1000, 100, 0.01, 1, 60])


@given(st.integers(0, 10**12))
def test_a_grouped_number_is_read_back_with_any_currency(number: int) -> None:
    for shape in ("{:,}", "¥{:,}", "￥{:,}", "{:,}円", "{:,}人", "${:,}", "€{:,}", "{:,} 件"):
        found = numbers.parse(shape.format(number))
        assert found is not None
        assert found.value == number


@given(
    st.integers(0, 99_999), st.sampled_from([("K", 1e3), ("M", 1e6), ("B", 1e9), ("k", 1e3), ("万", 1e4), ("億", 1e8)])
)
def test_a_scaled_number_is_read_back(tenths: int, scale: tuple[str, float]) -> None:
    found = numbers.parse(f"{tenths / 10:.1f}{scale[0]}")
    assert found is not None
    assert found.value == pytest.approx(tenths / 10 * scale[1])


@given(st.integers(1, 9999), st.integers(0, 9999), st.integers(0, 9999))
def test_a_number_in_japanese_parts_is_read_back(high: int, middle: int, low: int) -> None:
    text = f"{high}億" + (f"{middle}万" if middle else "") + (f"{low}" if low else "") + "円"
    found = numbers.parse(text)
    assert found is not None
    assert found.value == high * 10**8 + middle * 10**4 + low


@given(st.integers(0, 99 * 3600))
def test_a_duration_is_read_back(seconds: int) -> None:
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    for text in (f"{hours}:{minutes:02}:{rest:02}", f"{hours}時間{minutes}分{rest}秒", f"{hours}h {minutes}m {rest}s"):
        found = numbers.parse(text)
        assert found is not None
        assert (found.value, found.unit) == (seconds, "s")


@given(st.decimals(0, 1000, places=2), st.sampled_from(["", "+", "-"]))
def test_a_share_is_read_back(share: object, sign: str) -> None:
    found = numbers.parse(f"{sign}{share}%")
    assert found is not None
    assert found.unit == "%"
    assert found.value == pytest.approx(float(f"{sign}{share}"))


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_numbers(text: str) -> None:
    for found in numbers.find(text):
        assert 0 <= found.start < found.end <= len(text)
