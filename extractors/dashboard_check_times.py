"""Whether a length of time is what lies between two printed times of day."""

import re

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s?([AaPp])?|(\d{1,2})時(?:(\d{1,2})分)?")
_DAY = 86400


def duration_holds(seconds: float | None, step: float, start: str, end: str) -> bool | None:
    """Compare a duration with start and end, over midnight if need be; None when a time is missing."""
    first, last = _clock(start), _clock(end)
    if seconds is None or first is None or last is None:
        return None
    between = (last[0] - first[0]) % _DAY
    rough = max(60.0 if not (first[1] and last[1]) else 1.0, step)
    return abs(between - seconds % _DAY) <= rough


def _clock(text: str) -> tuple[int, bool] | None:
    """Return the seconds since midnight, and whether the text has seconds."""
    found = _CLOCK.search(text)
    if found is None:
        return None
    hours, minutes, seconds, half, spoken, past = found.groups()
    hour = int(hours or spoken)
    if half and half.lower() == "p" and hour < 12:
        hour += 12
    return hour * 3600 + int(minutes or past or 0) * 60 + int(seconds or 0), bool(seconds)
