"""Bytes to text: byte-order marks (also doubled), UTF-8, UTF-16, the Japanese encodings, and a guess at the end."""

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_JAPANESE = ("cp932", "euc_jp")
_SAMPLE = 200_000
_PLAUSIBLE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff、。]")
_KANA = re.compile(r"[\u3040-\u30ff、。]")
_STRANGE = re.compile(r"[\uff61-\uff9f\ue000-\uf8ff\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file, the encoding it was in, and whether that was a guess."""

    text: str
    encoding: str
    guessed: bool


def decode(data: bytes) -> Decoded:
    """Decode a whole text file; never fails, and says when it had to guess."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(data.decode(encoding, "replace").lstrip("\ufeff"), encoding, guessed=False)
    encoding, guessed = _encoding(data)
    return Decoded(data.decode(encoding, "replace").lstrip("\ufeff"), encoding, guessed)


def looks_binary(data: bytes) -> bool:
    """Tell whether these first bytes of a file are not text in any encoding."""
    if data.startswith(tuple(mark for mark, _ in _BOMS)) or _wide(data):
        return False
    control = sum(data.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13, 27))
    return control > len(data) // 200


def _encoding(data: bytes) -> tuple[str, bool]:
    wide = _wide(data)
    if wide:
        return wide, False
    if _decodes(data, "utf-8"):
        return ("iso2022_jp", False) if b"\x1b$" in data and _decodes(data, "iso2022_jp") else ("utf-8", False)
    return _japanese(data) or _guess(data)


def _wide(data: bytes) -> str:
    """Recognise UTF-16 without a mark: by the zeros of Western text, or by kana where it is Japanese."""
    sample = data[: 4096 - 4096 % 2]
    if len(sample) < 4:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    for encoding, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if low >= half * 0.05 or high == 0:
            continue
        text = sample.decode(encoding, "ignore")
        if high > half * 0.3 or len(_KANA.findall(text)) > 0.15 * len(text):
            return encoding
    return ""


def _decodes(data: bytes, encoding: str) -> bool:
    """Tell whether the bytes are valid, but for a character cut off at the very end."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start >= len(data) - 4 and error.start > 0
    return True


def _japanese(data: bytes) -> tuple[str, bool] | None:
    """Choose the Japanese encoding whose text looks more like Japanese (cp932 before plain Shift_JIS: 髙, ①)."""
    scores = {name: _likeness(data[:_SAMPLE].decode(name, "replace")) for name in _JAPANESE if _decodes(data, name)}
    best = max(scores, key=lambda name: scores[name], default="")
    return (best, False) if best and scores[best] > 0.5 else None


def _likeness(text: str) -> float:
    outside = [character for character in text if character > "\x7f"]
    if not outside:
        return 0.0
    joined = "".join(outside)
    good, bad = len(_PLAUSIBLE.findall(joined)), len(_STRANGE.findall(joined))
    return (good + 0.5 * len(_KANA.findall(joined)) - 2 * bad) / len(outside)


def _guess(data: bytes) -> tuple[str, bool]:
    from charset_normalizer import from_bytes  # slow to import, needed rarely

    best = from_bytes(data[:_SAMPLE]).best()
    return (best.encoding if best else "cp1252"), True
