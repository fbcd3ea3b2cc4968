"""Name the language of a text by its script: enough to choose words and fonts, not more."""

import re

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff\uff66-\uff9f]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("en", re.compile(r"[A-Za-z]")),
)
_SHARE = 0.05


def language_of(text: str) -> str | None:
    """Return ja, ko, zh or en, or None when the text holds no letters."""
    sample = text[:20_000]
    letters = sum(character.isalpha() for character in sample)
    for name, script in _SCRIPTS:
        found = script.findall(sample)
        if letters and len(found) >= max(1.0, letters * _SHARE):
            return "ja" if name == "zh" and _is_japanese(found) else name
    return None


def _is_japanese(characters: list[str]) -> bool:
    """Tell Japanese names and headings without kana from Chinese: nearly all their characters are in cp932."""
    known = len("".join(characters).encode("cp932", "ignore").decode("cp932"))
    return known > 0.95 * len(characters)
