"""Terms are what both sides agree on; weights are BM25 split over two vectors."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.terms import DIMENSIONS, document_weights, query_terms, query_weights, rarity, term_id, terms


def _score(question: str, texts: list[str]) -> list[float]:
    weights = [document_weights(text) for text in texts]
    frequencies = Counter(term for found in weights for term in found)
    asked = query_weights(query_terms(question), frequencies, len(texts))
    return [sum(weight * found.get(term, 0.0) for term, weight in asked.items()) for found in weights]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("打込み", "打ち込み"),
        ("コンピュータ", "コンピューター"),
        ("ＴＶ", "tv"),
        ("2,281,428円", "2281428円"),
        ("products", "product"),
        ("W11AA0301", "w11aa0301"),
        ("公開された", "公開する"),
    ],
)
def test_two_spellings_share_a_term(one: str, other: str) -> None:
    assert set(terms(one)) & set(terms(other))


def test_numbers_and_identifiers_stay_whole() -> None:
    found = terms("品番W11AA0301は3.0 (quilt)形式で2,281,428円")

    assert {"lw11aa0301", "l2281428", "i3.0", "i428円", "lquilt"} <= set(found)


def test_a_word_is_found_inside_a_longer_one() -> None:
    scores = _score("池田小学校", ["附属池田小学校で行われた", "附属病院で行われた"])

    assert scores[0] > scores[1]


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    scores = _score("配信の潮見", ["配信の話", "配信の朝", "潮見の話"])

    assert scores[2] > scores[0]


def test_english_function_words_and_japanese_particles_are_no_terms() -> None:
    assert terms("the of and are") == []
    assert terms("は を に") == []


def test_headings_count_less_than_the_text() -> None:
    in_text = document_weights("返品の条件")
    in_heading = document_weights("条件", ["返品"])
    shared = term_id("w返品")

    assert 0 < in_heading[shared] < in_text[shared]


def test_ids_are_the_same_on_every_machine_and_fit_a_sparse_vector() -> None:
    assert term_id("w潮見") == 345746185
    assert all(1 <= term_id(f"b{number}") <= DIMENSIONS for number in range(1000))


def test_a_term_that_no_document_has_is_left_out() -> None:
    asked = query_terms("潮見 tide")

    assert query_weights(asked, {term_id("ltid"): 3}, 10) == {term_id("ltid"): pytest.approx(rarity(3, 10))}


def test_rarity_is_positive_even_when_the_counts_lag_behind() -> None:
    assert rarity(12, 10) > 0
    assert rarity(1, 1000) > rarity(500, 1000)


def test_a_text_longer_than_the_tokenizer_takes_is_cut_at_sentences() -> None:
    assert Counter(terms("潮を見る。" * 20_000))["w潮"] == 20_000


def test_languages_without_spaces_other_than_japanese_are_cut_into_pairs() -> None:
    assert "b생방" in terms("생방송")
    assert terms("ไลฟ์สด")


def test_broken_characters_break_nothing() -> None:
    assert terms("潮\ud800見\0朝") == terms("潮見\0朝")


@given(st.text(max_size=200))
def test_any_text_gives_finite_positive_weights(text: str) -> None:
    weights = document_weights(text)

    assert all(0 < weight < 10 and math.isfinite(weight) for weight in weights.values())
    assert set(query_terms(text)) == set(weights)
