"""What calls cost, and how many tokens a text has before anybody counted."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.chat import Usage
from llm.errors import PriceListError
from llm.prices import prices
from llm.tokens import estimate

MILLION = Usage(1_000_000, 1_000_000)


@pytest.mark.parametrize(
    ("provider", "models", "cost"),
    [
        ("openai", ["gpt-4o-2024-08-06"], "12.5"),
        ("openai", ["gpt-4o-mini-2024-07-18"], "0.75"),
        ("azure", ["our-deployment", "gpt-4o-mini-2024-07-18"], "0.75"),
        ("openai", ["text-embedding-3-small"], "0.02"),
        ("compatible", ["gpt-4o"], "0"),
        ("openai", ["a-model-of-next-year"], "12.5"),
    ],
)
def test_the_closest_row_of_the_list_counts(provider: str, models: list[str], cost: str) -> None:
    assert prices().cost(provider, MILLION, *models) == Decimal(cost)


def test_sound_is_paid_by_the_minute() -> None:
    assert prices().cost("openai", Usage(seconds=90), "whisper-1") == Decimal("0.009")


def test_an_operator_corrects_and_extends_the_list(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        '[[price]]\nprovider = "openai"\nmodel = "gpt-4o*"\ninput = 1\noutput = 1\n'
        '[[price]]\nprovider = "compatible"\nmodel = "rented/*"\ninput = 0.5\n'
    )
    theirs = prices(own)
    assert theirs.cost("openai", MILLION, "gpt-4o") == 2
    assert theirs.cost("openai", MILLION, "gpt-4o-mini") == Decimal("0.75")
    assert theirs.cost("compatible", MILLION, "rented/llama") == Decimal("0.5")
    assert (theirs.is_paid("compatible", "rented/llama"), theirs.is_paid("compatible", "llama")) == (True, False)


def test_a_list_in_another_currency_stands_alone(tmp_path: Path) -> None:
    own = tmp_path / "yen.toml"
    own.write_text('currency = "JPY"\n[[price]]\nprovider = "openai"\nmodel = "gpt-4o*"\ninput = 400\n')
    assert (prices(own).currency, len(prices(own).rows)) == ("JPY", 1)


@pytest.mark.parametrize("text", ["price = 3", '[[price]]\nprovider = "openai"\nmodle = "x"', "[[", None])
def test_a_broken_list_is_an_error_that_names_the_file(tmp_path: Path, text: str | None) -> None:
    own = tmp_path / "broken.toml"
    if text is not None:
        own.write_text(text)
    with pytest.raises(PriceListError, match=r"broken\.toml"):
        prices(own)


@pytest.mark.parametrize(
    ("text", "least"),
    [("", 0), ("The quick brown fox jumps over the lazy dog.", 10), ("売上は1,234,567円でした。", 14), ("🎉🎉", 6)],
)
def test_tokens_are_estimated_from_above(text: str, least: int) -> None:
    assert least <= estimate(text) <= 3 * least + 2


@given(st.text(max_size=200), st.text(max_size=200))
def test_two_texts_together_need_about_what_they_need_alone(one: str, other: str) -> None:
    assert abs(estimate(one + other) - estimate(one) - estimate(other)) <= 3
