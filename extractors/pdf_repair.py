"""Put right a text layer whose kana were written as rare characters.

Some Windows print drivers number the glyphs of Japanese fonts so that し … び come out as U+46E7 … U+4703
(seen in real slides: 「OSPO䛸䛿」 for 「OSPOとは」). The shift is constant, and those rare characters do not occur
among kana otherwise.
"""

from collections.abc import Sequence

from extractors.pdf_text import Glyph

_SHIFT = 0x1690
_FIRST, _LAST = chr(0x3041 + _SHIFT), chr(0x3093 + _SHIFT)
_ENOUGH = 3


def repaired(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the characters with shifted kana put back, if this page has them."""
    shifted = sum(_FIRST <= glyph.text <= _LAST for glyph in glyphs)
    if shifted < _ENOUGH:
        return list(glyphs)
    return [
        glyph._replace(text=chr(ord(glyph.text) - _SHIFT)) if _FIRST <= glyph.text <= _LAST else glyph
        for glyph in glyphs
    ]
