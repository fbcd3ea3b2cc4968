"""Text layers whose kana were written as rare characters are put right."""

from extractors.pdf_repair import repaired
from extractors.pdf_text import Glyph


def glyphs(text: str) -> list[Glyph]:
    return [Glyph(character, 0, 0, 1, 1, at) for at, character in enumerate(text)]


def test_shifted_kana_come_back() -> None:
    assert (
        "".join(glyph.text for glyph in repaired(glyphs("OSPO䛸䛿組織䛾案内人䛷あ䜛")))
        == "OSPOとは組織の案内人であ䜛"[:-1] + "る"
    )


def test_a_single_rare_character_is_left_alone() -> None:
    assert "".join(glyph.text for glyph in repaired(glyphs("地名の䛾です"))) == "地名の䛾です"
