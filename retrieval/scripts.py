"""Tell scripts apart: those written without spaces are cut differently from those with."""

import re

JAPANESE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〆ー"
_OTHERS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\uac00-\ud7af"  # Thai, Lao, Burmese, Khmer; Hangul
UNSPACED = JAPANESE + _OTHERS

unspaced_runs = re.compile(f"[{UNSPACED}]+")
japanese_only = re.compile(f"[{JAPANESE}]+").fullmatch
hiragana_only = re.compile("[\u3040-\u309f]+").fullmatch
has_japanese = re.compile(f"[{JAPANESE}]").search
has_hiragana = re.compile("[\u3040-\u309f]").search
_LETTERS = rf"[^\W_{UNSPACED}]"
spaced_letter = re.compile(_LETTERS).match
spaced_words = re.compile(rf"[0-9]+(?:,[0-9]{{3}})+(?![0-9])|{_LETTERS}+(?:['’]{_LETTERS}+)?")
compounds = re.compile(rf"(?<!{_LETTERS}){_LETTERS}++(?:[-_./:+]{_LETTERS}++)++")  # begins once a word: linear
counted = re.compile(f"(?<![0-9])([0-9]++)([{JAPANESE}])")
