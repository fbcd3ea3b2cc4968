"""Every refusal has a stable code and one sentence in each language that says what to do."""

import pytest

from extractors.errors import ERRORS, WARNINGS, ExtractionError


@pytest.mark.parametrize("error", ERRORS.values(), ids=lambda error: error.__name__)
def test_an_error_speaks_japanese_and_english(error: type[ExtractionError]) -> None:
    assert error().sentence("ja").endswith("。")
    assert error().sentence("en").endswith(".")
    assert any("\u3040" <= character <= "\u30ff" for character in error.ja)
    assert error.en.isascii() or "“" in error.en


def test_the_codes_are_stable() -> None:
    assert {error.code for error in ERRORS.values()} == {
        "document_unreadable",
        "document_encrypted",
        "document_broken",
        "document_empty",
        "document_bomb",
        "document_unsupported",
        "document_old_office",
        "archive_unsafe",
        "limit_memory",
        "limit_time",
        "extractor_crashed",
        "picture_unsupported",
        "picture_broken",
        "picture_too_large",
        "picture_too_small",
        "screenshot_no_text",
        "screenshot_low_resolution",
    }


def test_warnings_speak_both_languages() -> None:
    assert all(japanese.endswith("。") and english.endswith(".") for japanese, english in WARNINGS.values())
