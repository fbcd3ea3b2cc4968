"""The characters the recogniser may answer with: those that occur in Japanese and in English."""

EXTRA = "¥€£§©®™°±·×÷–—‐•…‰℃←↑→↓↗↘▲△▼▽◀▶◆◇○●◎■□★☆✓✔✕✖々〆ヶ髙"
"""Signs that stand beside numbers on screens and are missing from code page 932."""


_FIRST_RARE = 0x989F
"""Where the second level of kanji begins in code page 932."""


def belongs(character: str) -> bool:
    """Tell whether a Japanese or English page can hold the character."""
    if character in EXTRA:
        return True
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def rare(character: str) -> bool:
    """Tell whether it is a kanji beyond the first level: old forms, and names."""
    if not "一" <= character <= "鿿":
        return False
    return int.from_bytes(character.encode("cp932", errors="replace"), "big") >= _FIRST_RARE
