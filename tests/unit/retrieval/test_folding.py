"""Folding gives one spelling for matching and always finds the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.folding import fold, fold_with_places


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＴＶ㈱", "tv(株)"),
        ("ｶﾞﾗｽ", "ガラス"),
        ("髙島﨑", "高島崎"),
        ("２，２８１円", "2,281円"),
        ("⾦額", "金額"),
        ("か\u3099", "が"),
        ("潮\ud800見", "潮見"),
    ],
)
def test_different_spellings_fold_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.sampled_from("aＡ株㈱ｶﾞﾊﾟか\u3099が髙㌔①ﬁé e\u0301。"), max_size=30))
def test_the_places_of_every_folded_character_are_in_order_and_cover_the_original(text: str) -> None:
    folded = fold_with_places(text)

    assert folded.text == fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert not text or (folded.starts[0], folded.ends[-1]) == (0, len(text))


def test_a_folded_span_leads_back_to_the_written_characters() -> None:
    text = "資料㈱ｶﾞﾗｽの"
    folded = fold_with_places(text)
    start = folded.text.index("ガラス")

    first, last = folded.original(start, start + 3)

    assert text[first:last] == "ｶﾞﾗｽ"
