"""Chunks: small enough for the model, whole enough for a reader, and always sure of their place."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.chunking import MAX_TOKENS, Chunk, chunk, estimate
from extractors.model import Block, Page
from retrieval.terms import document_weights

SENTENCE = "配信の前に商品の在庫と価格をもう一度確認してください。"


def page(*blocks: Block, number: int = 1, label: str | None = None) -> Page:
    return Page(number, label, None, None, "", blocks)


def chunks(*pages: Page) -> list[Chunk]:
    return list(chunk(pages))


def squeezed(texts: Sequence[str]) -> str:
    return "".join("".join(texts).split())


def test_a_short_text_is_one_chunk_and_unchanged() -> None:
    text = "  日本の首都は東京である。\n\n人口は約1,400万人。 \n"
    (only,) = chunks(page(Block("paragraph", text)))
    assert only.text == text
    assert only.heading_path == ()
    assert only.page is None


def test_a_long_text_is_cut_between_sentences() -> None:
    found = chunks(page(Block("paragraph", SENTENCE * 100)))
    assert len(found) > 4
    assert all(item.text.endswith("。") and item.tokens_estimate <= MAX_TOKENS for item in found)
    assert squeezed([item.text for item in found]) == SENTENCE * 100


def test_english_is_cut_between_sentences_and_not_inside_numbers() -> None:
    text = "The rate rose by 3.5 percent in the U.S. market. " * 80
    found = chunks(page(Block("paragraph", text)))
    assert all(item.text.endswith(".") for item in found)
    assert not any(item.text.startswith("5 percent") for item in found)


def test_the_heading_path_follows_the_levels() -> None:
    found = chunks(
        page(
            Block("heading", "運用", level=1),
            Block("heading", "準備", level=2),
            Block("paragraph", "確認します。"),
            Block("heading", "当日", level=2),
            Block("paragraph", "始めます。"),
        )
    )
    assert [item.heading_path for item in found] == [("運用", "準備"), ("運用", "当日")]
    assert found[0].text == "運用\n準備\n確認します。"


def test_small_neighbours_under_one_heading_are_merged() -> None:
    found = chunks(page(*(Block("paragraph", f"段落{n}。") for n in range(5))))
    assert [item.text for item in found] == ["段落0。\n段落1。\n段落2。\n段落3。\n段落4。"]


def test_no_chunk_reaches_over_a_page_and_a_section_goes_on() -> None:
    first = page(Block("heading", "第1章", page=1, level=1), Block("paragraph", "前半。", page=1))
    second = page(Block("paragraph", "後半。", page=2), number=2)
    found = chunks(first, second)
    assert [(item.page, item.heading_path) for item in found] == [(1, ("第1章",)), (2, ("第1章",))]


def test_a_new_sheet_forgets_the_headings_of_the_last() -> None:
    first = page(Block("heading", "表紙", sheet="a", level=1), label="a")
    second = page(Block("paragraph", "本文", sheet="b"), number=2, label="b")
    assert [(item.sheet, item.heading_path) for item in chunks(first, second)] == [("a", ("表紙",)), ("b", ())]


def table(rows: int) -> Block:
    cells = (("商品", "数"), *((f"美容液その{n}と詳しい説明の文章", str(n)) for n in range(rows)))
    text = "\n".join("\t".join(row) for row in cells)
    return Block("table", text, sheet="s", cell_range=f"B3:C{3 + rows}", rows=cells, header=True)


def test_a_long_table_repeats_its_header_and_narrows_its_range() -> None:
    found = chunks(page(table(60), label="s"))
    assert len(found) > 1
    assert all(item.text.startswith("商品\t数\n") and item.kind == "table" for item in found)
    assert found[0].cell_range is not None
    assert found[0].cell_range.startswith("B4:C")
    assert found[-1].cell_range is not None
    assert found[-1].cell_range.endswith(":C63")
    assert sum(item.text.count("美容液") for item in found) == 60


def test_a_header_wider_than_a_chunk_goes_into_the_rows() -> None:
    names = tuple(f"とても長い列の名前その{n}" for n in range(80))
    rows = (names, *(tuple("x" if n in (3, row) else "" for n in range(80)) for row in range(10, 40)))
    block = Block("table", "\n".join("\t".join(row) for row in rows), rows=rows, header=True)
    found = chunks(page(block))
    assert all(item.tokens_estimate <= MAX_TOKENS for item in found)
    assert "とても長い列の名前その39" in found[-1].text


def test_the_box_holds_all_boxes_of_the_chunk() -> None:
    first = Block("paragraph", "一。", page=1, bbox=(10, 20, 100, 10))
    (only,) = chunks(page(first, replace(first, bbox=(50, 40, 100, 10))))
    assert only.bbox == (10, 20, 140, 30)


def test_the_tokenizer_of_the_model_can_be_used() -> None:
    found = list(chunk([page(Block("paragraph", "a b c d e f"))], max_tokens=2, count_tokens=lambda t: len(t.split())))
    assert [item.text for item in found] == ["a b", "c d", "e f"]


texts = st.text(alphabet="あ漢。、.! \nabc12", max_size=300)


@given(st.lists(texts, max_size=6))
def test_nothing_is_lost_and_nothing_is_too_long(parts: list[str]) -> None:
    found = list(chunk([page(*(Block("paragraph", text) for text in parts))], max_tokens=40))
    assert squeezed([item.text for item in found]) == squeezed(parts)
    assert all(estimate(item.text) <= 41 for item in found)
    assert [item.ordinal for item in found] == list(range(len(found)))


@pytest.mark.parametrize(
    "text",
    ["あいうえおかきくけこ" * 40_000, "a" * 400_000, "1" * 400_000, "𠮷" * 400_000, "\u200b\n" * 200_000],
    ids=["kana", "letters", "digits", "unknown", "nothing to see"],
)
def test_a_long_text_without_breaks_is_cut_in_linear_time(text: str) -> None:
    counted: list[int] = []

    def count(part: str) -> int:
        counted.append(len(part))
        return len(part) // 2 if part[:1] < "\u3100" and part[:1] != "\u200b" else 0

    found = list(chunk([page(Block("paragraph", text))], count_tokens=count))
    assert "".join(piece.text for piece in found).replace("\n", "") == text.replace("\n", "").strip()
    assert max(len(piece.text) for piece in found) <= 16 * MAX_TOKENS
    assert sum(counted) < 60 * len(text)


@pytest.mark.parametrize("letter", ["a", "1"])
def test_a_long_word_is_termed_in_linear_time(letter: str) -> None:
    started = time.process_time()
    document_weights(letter * 100_000)
    assert time.process_time() - started < 1
