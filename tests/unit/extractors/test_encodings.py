"""Text files come in many encodings, and none of them may come out as garbage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.encodings import decode, looks_binary

TEXT = "髙橋淳さんの売上は①番、株式会社サンプルの前月比は１２０％でした。ｶﾀｶﾅも。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932"])
def test_japanese_text_is_read_in_every_encoding(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)).text == TEXT


@pytest.mark.parametrize("encoding", ["euc_jp", "iso2022_jp"])
def test_japanese_text_without_vendor_characters_is_read_too(encoding: str) -> None:
    text = "前月の売上を報告します。今月は目標を上回りました。"
    assert decode(text.encode(encoding)).text == text


def test_a_doubled_byte_order_mark_is_taken_off() -> None:
    assert decode(b"\xef\xbb\xbf\xef\xbb\xbf" + "商品".encode()).text == "商品"


def test_a_short_name_in_cp932_is_not_taken_for_another_encoding() -> None:
    assert decode("名前,年齢\n髙橋,35\n".encode("cp932")).text == "名前,年齢\n髙橋,35\n"


def test_western_text_says_that_its_encoding_was_guessed() -> None:
    decoded = decode("Café crème, naïve façade, déjà vu à la carte. ".encode("latin-1") * 5)
    assert "Café" in decoded.text
    assert decoded.guessed


def test_a_character_cut_off_at_the_end_does_not_change_the_encoding() -> None:
    assert decode("売上は増えた".encode()[:-1]).encoding == "utf-8"


@given(st.binary(max_size=400))
def test_decoding_never_fails(data: bytes) -> None:
    assert isinstance(decode(data).text, str)
    assert looks_binary(data) in (True, False)


@given(st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    if "\x00" not in text and not text.startswith("\ufeff"):
        assert decode(text.encode("utf-8") + b"\n").text == text + "\n"
