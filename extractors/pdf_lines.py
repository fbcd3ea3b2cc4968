"""The lines of one paragraph or cell, joined again as they were written."""

import re
from collections.abc import Iterable

_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u30ff]")


def join(texts: Iterable[str]) -> str:
    """Join the lines of one paragraph: no space between Japanese, none after a hyphen that divides a word."""
    joined = ""
    for text in texts:
        if joined.endswith("/-") or (joined.endswith("-") and joined[-2:-1].isalpha() and text[:1].islower()):
            joined = joined[:-1] + text
        elif joined and not (_WIDE.match(joined[-1]) or _WIDE.match(text[:1])):
            joined += " " + text
        else:
            joined += text
    return joined
