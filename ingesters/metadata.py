"""What a sender may say about a file: known fields are checked, others are kept as they are."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ingesters.errors import IntakeError

TEXT_FIELDS = ("product", "liver", "stream_id", "title", "language")
TIME_FIELDS = ("started_at", "taken_at")
LONGEST_TEXT = 300
LARGEST = 64 * 1024


def checked(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata without empty fields; raise IntakeError naming the first field that is wrong."""
    kept = {name: value for name, value in metadata.items() if value not in (None, "")}
    if len(_written(kept)) > LARGEST:
        raise _wrong("metadata", "64 KiB以内", "at most 64 KiB")
    for name in TEXT_FIELDS:
        value = kept.get(name, "")
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            raise _wrong(name, f"{LONGEST_TEXT}文字以内の文字列", f"a text of at most {LONGEST_TEXT} characters")
    for name in TIME_FIELDS:
        if name in kept:
            kept[name] = _time(name, kept[name]).isoformat()
    return kept


def _written(kept: Mapping[str, Any]) -> bytes:
    """Write the metadata as Postgres will keep it: neither NUL, nor lone surrogates, nor NaN can be kept."""
    try:
        written = json.dumps(kept, ensure_ascii=False, allow_nan=False)
        if "\\u0000" in written:
            raise ValueError
        return written.encode()
    except (TypeError, ValueError):
        raise _wrong(
            "metadata", "NULや不正な文字・数値を含まないJSON", "JSON without NUL, broken characters or NaN"
        ) from None


def _time(name: str, value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _wrong(name, "ISO 8601の日時", "an ISO 8601 time") from None
    if found.tzinfo is None:
        raise _wrong(name, "時差つきの日時（例 2026-01-31T20:00:00+09:00）", "a time with its zone offset")
    try:
        return found.astimezone(UTC)
    except OverflowError:  # year 1 or 9999 can lie outside of all years in UTC
        raise _wrong(name, "ISO 8601の日時", "an ISO 8601 time") from None


def _wrong(name: str, ja: str, en: str) -> IntakeError:
    return IntakeError("bad_metadata", f"「{name}」には{ja}を指定してください。", f"“{name}” must be {en}.")
