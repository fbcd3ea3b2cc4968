"""Highlights are places in the text as written, though matching is on the folded one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.highlight import snippet, spans


def _marked(question: str, text: str) -> list[str]:
    return [text[start:end] for start, end in spans(question, text)]


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("ガラスのコップ", "ｶﾞﾗｽ瓶とコップ", ["ｶﾞﾗｽ", "コップ"]),
        ("2281428円の金額", "⾦額は２，２８１，４２８円", ["⾦額", "２，２８１，４２８円"]),
        ("Who stripped the ball?", "Miller STRIPPED the ball away", ["STRIPPED", "ball"]),
        ("products", "One product, PRODUCTS, production", ["product", "PRODUCTS"]),
        ("梅雨とは何か", "何もない梅雨", ["梅雨"]),
        ("", "text", []),
    ],
)
def test_the_words_of_the_question_are_marked_as_written(question: str, text: str, marked: list[str]) -> None:
    assert _marked(question, text) == marked


def test_touching_marks_become_one() -> None:
    assert _marked("2281428円", "計2,281,428円です") == ["2,281,428円"]


def test_the_snippet_is_where_the_words_stand_closest() -> None:
    text = "梅雨の話。" + "関係のない文。" * 60 + "北海道には梅雨がない。" + "関係のない文。" * 60

    found = snippet("北海道に梅雨がない", text)

    assert found.text.startswith("北海道には梅雨がない。")
    assert text[found.start :].startswith(found.text)
    assert [found.text[a:b] for a, b in found.spans] == ["北海道", "梅雨"]


def test_a_snippet_without_matches_is_the_beginning() -> None:
    assert snippet("zzz", "あ" * 500).start == 0
    assert snippet("zzz", "short").text == "short"


@given(st.text(max_size=30), st.text(max_size=120))
def test_spans_are_in_order_inside_the_text_and_apart(question: str, text: str) -> None:
    found = spans(question, text)
    edges = [0, *(place for span in found for place in span), len(text)]

    assert edges == sorted(edges)
    assert all(start < end for start, end in found)


@given(st.text(max_size=20), st.text(max_size=400))
def test_a_snippet_is_a_piece_of_the_text_with_its_spans_inside(question: str, text: str) -> None:
    found = snippet(question, text, length=80)

    assert text[found.start : found.start + len(found.text)] == found.text
    assert len(found.text) == min(80, len(text))
    assert all(0 <= start < end <= len(found.text) for start, end in found.spans)
