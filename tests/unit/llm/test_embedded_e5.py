"""The embedded model as it is shipped: what its vectors say, and that no text, thread or fork breaks it."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest

from llm.embedded_e5 import LIMIT, EmbeddedE5
from llm.errors import EmptyTextError

SHORT = "配信の時刻"
LONG = "潮見坂では毎週金曜日の夜に歌の配信があります。" * 8
MIXED = [LONG, SHORT, "merch sales in March", LONG + "違う終わり", "雑談", "グッズの売上は三月に伸びた。" * 3]


@pytest.fixture(scope="module")
def e5(data_dir: Path) -> EmbeddedE5:
    return EmbeddedE5(data_dir)


@pytest.fixture(scope="module")
def mixed(e5: EmbeddedE5) -> np.ndarray:
    return e5.embed_passages(MIXED)


def test_vectors_have_the_promised_shape_and_length_one(e5: EmbeddedE5, mixed: np.ndarray) -> None:
    assert (mixed.shape, mixed.dtype.name, e5.dimension) == ((len(MIXED), 384), "float32", 384)
    assert np.allclose(np.linalg.norm(mixed, axis=1), 1, atol=1e-5)
    assert np.linalg.norm(e5.embed_query(SHORT)) == pytest.approx(1, abs=1e-5)
    assert e5.embed_passages([]).shape == (0, 384)


def test_order_is_kept_over_lengths_and_a_neighbour_changes_nothing(e5: EmbeddedE5, mixed: np.ndarray) -> None:
    for text, row in zip(MIXED, mixed, strict=True):
        assert np.abs(e5.embed_passages([text])[0] - row).max() < 1e-2


def test_threads_change_nothing(data_dir: Path, mixed: np.ndarray) -> None:
    assert np.abs(EmbeddedE5(data_dir, threads=2).embed_passages(MIXED) - mixed).max() < 1e-2


def test_another_load_gives_the_same_vectors(data_dir: Path, mixed: np.ndarray) -> None:
    assert np.array_equal(EmbeddedE5(data_dir).embed_passages(MIXED), mixed)


def test_a_question_and_a_passage_of_the_same_text_differ(e5: EmbeddedE5) -> None:
    asked, stored = e5.embed_query(SHORT), e5.embed_passages([SHORT])[0]
    assert 0.5 < asked @ stored < 0.999


@pytest.mark.parametrize(
    ("question", "answer", "beside"),
    [
        ("配信は何時に始まりますか", "番組の開始時刻は毎晩二十一時です。", "三月のグッズの売上は前年より伸びました。"),
        (
            "売り上げが落ちた理由は？",
            "新商品の発売が遅れたため、収益は減少した。",
            "次回のライブは横浜で開かれる予定だ。",
        ),
        (
            "退職の手続きを知りたい",
            "会社を辞める場合は一か月前までに申し出てください。",
            "猫は一日の大半を寝て過ごす。",
        ),
        (
            "How do I return a product?",
            "商品の返品は到着後七日以内にご連絡ください。",
            "台風は明日の朝に上陸する見込みです。",
        ),
    ],
)
def test_a_passage_that_says_it_in_other_words_is_nearer(
    e5: EmbeddedE5, question: str, answer: str, beside: str
) -> None:
    nearer, farther = e5.embed_passages([answer, beside]) @ e5.embed_query(question)
    assert nearer > farther + 0.02


def test_what_lies_behind_the_limit_is_not_seen(e5: EmbeddedE5) -> None:
    words = "川 " * LIMIT
    kept, other = e5.embed_passages([words + "犬が走る", words + "株価が下がる"])
    assert np.array_equal(kept, other)


def test_a_text_of_the_promised_length_is_read_to_its_end(e5: EmbeddedE5) -> None:
    words = "a " * (e5.max_tokens - e5.count_tokens("a 犬") + 1)
    assert e5.count_tokens(words + "犬") == e5.max_tokens
    one, other = e5.embed_passages([words + "犬", words + "空"])
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("text", ["", "  \n", "\0\0", "\udc80"])
def test_an_empty_text_is_refused(e5: EmbeddedE5, text: str) -> None:
    with pytest.raises(EmptyTextError):
        e5.embed_query(text)
    with pytest.raises(EmptyTextError):
        e5.embed_passages([SHORT, text])


def test_nul_and_lone_surrogates_do_no_harm(e5: EmbeddedE5) -> None:
    dirty, clean = e5.embed_passages(["配信\0の\ud83d時刻", "配信 の時刻"])
    assert np.array_equal(dirty, clean)
    assert e5.count_tokens("配信\0の\ud83d時刻") == e5.count_tokens("配信 の時刻") > 0


@pytest.mark.parametrize("text", ["😀" * 300, "ｶﾞｷﾞ㈱①", "a" * 5000, "￿\u200b\u200bx", "مرحبا", "𠮷野家", "."])
def test_strange_texts_have_vectors(e5: EmbeddedE5, text: str) -> None:
    assert np.isfinite(e5.embed_query(text)).all()


def test_a_forked_child_goes_on_after_its_parents_load(e5: EmbeddedE5) -> None:
    expected = e5.embed_query(SHORT)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    child = context.Process(target=_embed_into, args=(there, e5))
    child.start()
    answered = here.poll(30)
    child.kill() if not answered else None
    child.join()
    assert answered
    assert np.array_equal(here.recv(), expected)


def _embed_into(answer: Connection, e5: EmbeddedE5) -> None:
    answer.send(e5.embed_query(SHORT))
