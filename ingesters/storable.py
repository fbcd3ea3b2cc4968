"""Texts out of files as Postgres can keep them."""

LONGEST_NAME = 300


def storable(text: str) -> str:
    """Drop what Postgres can't keep in a text: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def short(text: str | None) -> str | None:
    """Bound what a file calls itself or a part of itself: it stands in lists, whole."""
    return storable(text)[:LONGEST_NAME] if text else text
