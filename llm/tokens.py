"""Estimate how many tokens a text has, from above: no vocabulary of a remote model comes with any package."""

import re

# A word of the Latin alphabet is one token for each four letters begun, a number one for each two digits, every other
# sign is one of its own. Japanese needs 0.8 to 1.3 for each character in OpenAI's vocabularies; rarer signs up to 4.
_PIECES = re.compile(r"[A-Za-z]+|[0-9]+|[^\S\n]+|[\x00-\x7f]|[^\x00-\x7f]")
_JAPANESE = 1.3
_RARE = 4.0
MESSAGE = 4
"""What a message costs beside its text: role and separators."""


def estimate(text: str) -> int:
    """Count the tokens of a text, rather too many than too few."""
    return int(sum(_cost(piece[0]) for piece in _PIECES.finditer(text)) + 0.999)


def _cost(piece: str) -> float:
    first = piece[0]
    if first.isascii():
        if first.isalpha():
            return (len(piece) + 3) // 4
        if first.isdigit():
            return (len(piece) + 1) // 2
        return 0.0 if first == " " and len(piece) == 1 else 1.0
    return _RARE if ord(first) > 0xFFEF else _JAPANESE
