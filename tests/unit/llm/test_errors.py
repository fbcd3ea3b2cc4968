"""Each error can be shown to people in both languages."""

import re

import pytest

from llm import errors
from llm.errors import ModelError

TREE = [found for found in vars(errors).values() if isinstance(found, type) and issubclass(found, ModelError)]


@pytest.mark.parametrize("error", TREE)
def test_an_error_has_one_sentence_in_each_language(error: type[ModelError]) -> None:
    assert error().sentence("en-GB") == error.en
    assert error("detail").sentence("ja-JP") == error.ja
    assert re.search("[ぁ-ん]", error.ja)
    assert error.en.isascii()
    assert error.en.count(". ") == 0


def test_codes_are_unique() -> None:
    assert len({error.code for error in TREE}) == len(TREE) > 8
