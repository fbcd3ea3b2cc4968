"""Values on one dashboard prove or contradict each other: rates, averages, parts, orders of size, durations, sums."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from extractors import numbers
from extractors.dashboard_check_times import duration_holds
from extractors.dashboard_model import REVIEW_LINE, Metric
from extractors.dashboard_rules import RATES, SMALLER, SUMS, Rate

FAILED = "check_failed:"
AGREED = "check_agreed:"
_DOUBT = REVIEW_LINE - 0.05
_READ_WELL = 0.97


_SHARES = frozenset(
    {"ctr", "ctor", "conversion_rate", "refund_rate", "enter_rate", "follow_rate", "retention_rate", "bounce_rate"}
)

Verdict = tuple[str, bool, tuple[str, ...]]
"""The check's name, whether it holds, and the metrics it speaks of."""


def check(found: Sequence[Metric]) -> list[Metric]:
    """Return the metrics of one panel with the confidence and the notes their agreement gives them."""
    known = _single(found)
    verdicts = [*_rates(known), *_sizes(known), *_parts(known), *_durations(known), *_ranges(known)]
    proven = {name for check_name, holds, names in verdicts if holds and check_name not in ("size",) for name in names}
    return [_judged(one, verdicts, proven) if known.get(one.name) is one else one for one in _twice(found)]


def _single(found: Sequence[Metric]) -> dict[str, Metric]:
    """Return the metrics whose name stands once on the panel and that are numbers or dates."""
    names = [one.name for one in found]
    return {one.name: one for one in found if names.count(one.name) == 1 and one.name != "other"}


def _twice(found: Sequence[Metric]) -> list[Metric]:
    """Doubt values of one name that differ, and trust those that are equal more."""
    done = []
    for one in found:
        others = [other for other in found if other is not one and other.name == one.name and one.name != "other"]
        differ = any(other.value != one.value for other in others)
        done.append(
            replace(one, confidence=min(one.confidence, 0.93), notes=(*one.notes, "name_twice")) if differ else one
        )
    return done


def _judged(one: Metric, verdicts: Sequence[Verdict], proven: set[str]) -> Metric:
    failed = [name for name, holds, names in verdicts if not holds and one.name in names]
    agreed = [name for name, holds, names in verdicts if holds and one.name in names and name != "size"]
    if failed and one.name not in proven:
        notes = [f"{FAILED}{name}" for name in failed]
        if one.confidence >= _READ_WELL:
            notes.append("as_printed")
        return replace(one, confidence=min(one.confidence, _DOUBT), notes=(*one.notes, *notes))
    if agreed:
        sure = 1 - (1 - one.confidence) * 0.35
        return replace(
            one, confidence=round(min(sure, 0.9995), 4), notes=(*one.notes, *(f"{AGREED}{name}" for name in agreed))
        )
    return one


def step(one: Metric) -> float:
    """Return the worth of the last printed place of a metric."""
    number = numbers.parse(one.raw)
    if number is None or number.value is None or not number.value or one.value is None:
        return number.step if number else 1.0
    return number.step * abs(one.value / number.value)


def _rates(known: Mapping[str, Metric]) -> list[Verdict]:
    done: list[Verdict] = []
    for name in dict.fromkeys(rate.name for rate in RATES):
        usable = [
            rate
            for rate in RATES
            if rate.name == name and all(_value(known, part) is not None for part in (name, rate.above, rate.under))
        ]
        held = [rate for rate in usable if _rate_holds(rate, known)]
        if held:
            done.append((name, True, (name, held[0].above, held[0].under)))
        else:
            done += [(name, False, (name, rate.above, rate.under)) for rate in usable if rate.strict]
    return done


def _value(known: Mapping[str, Metric], name: str) -> float | None:
    return known[name].value if name in known else None


def _rate_holds(rate: Rate, known: Mapping[str, Metric]) -> bool:
    printed, above, under = known[rate.name], known[rate.above], known[rate.under]
    assert printed.value is not None
    assert above.value is not None
    assert under.value is not None
    if under.value <= 0 or above.value < 0:
        return False
    low = (above.value - step(above)) / (under.value + _slack(under)) * rate.times
    high = (above.value + _slack(above)) / max(under.value - _slack(under), 1e-9) * rate.times
    near = step(printed) if not (printed.unit == "%" and step(printed) >= 1) else 0.5
    return low - near <= printed.value <= high + near


def _slack(one: Metric) -> float:
    """Return how far the true value may be from the printed one: nothing for whole numbers, a step for rounded ones."""
    printed = step(one)
    whole = printed <= 1 and one.value is not None and float(one.value).is_integer() and one.unit != "%"
    return 0.0 if whole else printed


def _sizes(known: Mapping[str, Metric]) -> list[Verdict]:
    done: list[Verdict] = []
    for small, great in SMALLER:
        first, second = _value(known, small), _value(known, great)
        if first is not None and second is not None:
            slack = step(known[small]) + step(known[great]) if step(known[small]) != step(known[great]) else 0.0
            done.append(("size", first <= second + slack, (small, great)))
    return done


def _parts(known: Mapping[str, Metric]) -> list[Verdict]:
    done: list[Verdict] = []
    for whole, parts in SUMS:
        values = [_value(known, name) for name in (whole, *parts)]
        if all(value is not None for value in values):
            total, *rest = (value or 0.0 for value in values)
            slack = sum(step(known[name]) for name in (whole, *parts))
            if abs(total - sum(map(abs, rest))) <= slack:
                done.append(("sum", True, (whole, *parts)))
    return done


def _durations(known: Mapping[str, Metric]) -> list[Verdict]:
    needed = ("live_duration", "start_time", "end_time")
    if not all(name in known for name in needed):
        return []
    length, start, end = (known[name] for name in needed)
    holds = duration_holds(length.value, step(length), start.text or start.raw, end.text or end.raw)
    return [] if holds is None else [("duration", holds, needed)]


def _ranges(known: Mapping[str, Metric]) -> list[Verdict]:
    over = [name for name in known if name in _SHARES and known[name].unit == "%" and (known[name].value or 0) > 100]
    return [("range", False, (name,)) for name in over]
