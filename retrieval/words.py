"""Japanese words by Sudachi: long units and their short parts, in normalised spelling."""

import threading
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from retrieval.scripts import has_japanese, japanese_only

_LONGEST = 12_000  # Sudachi refuses more than 49,149 bytes at once
_ENDS = "\n。！？!?"
_SKIPPED = {"助詞", "助動詞", "補助記号", "空白", "記号"}
_own = threading.local()


def japanese_words(text: str) -> list[str]:
    """Cut folded text into words; 打込み and 打ち込み give the same one."""
    return [word for unit in _units(text) for word in _with_parts(unit)]


def written_words(text: str) -> dict[str, str]:
    """Give the long words of folded text as they are written, each with its normalised spelling."""
    return {unit.surface(): unit.normalized_form() for unit in _units(text)}


def _units(text: str) -> Iterator[Any]:
    if has_japanese(text):
        for piece in _pieces(text):
            yield from (
                unit for unit in _tokenizer().tokenize(piece) if _counts(unit) and japanese_only(unit.surface())
            )


def _with_parts(unit: Any) -> Iterator[str]:
    yield unit.normalized_form()
    parts = unit.split(_short_mode())
    if len(parts) > 1:
        yield from (part.normalized_form() for part in parts if _counts(part))


def _counts(unit: Any) -> bool:
    return unit.part_of_speech()[0] not in _SKIPPED


def _pieces(text: str) -> Iterator[str]:
    while len(text) > _LONGEST:
        cut = max(text.rfind(end, 0, _LONGEST) for end in _ENDS) + 1 or _LONGEST
        yield text[:cut]
        text = text[cut:]
    yield text


def _tokenizer() -> Any:
    # One for each thread: a tokenizer refuses to work for two at a time.
    if not hasattr(_own, "tokenizer"):
        from sudachipy import SplitMode

        _own.tokenizer = _dictionary().tokenizer(mode=SplitMode.C)
    return _own.tokenizer


@lru_cache(maxsize=1)
def _dictionary() -> Any:
    from sudachipy import Dictionary

    return Dictionary()


@lru_cache(maxsize=1)
def _short_mode() -> Any:
    from sudachipy import SplitMode

    return SplitMode.A
