"""How sure a value is: how well it was read, how clean it is, and how clearly its label is its own."""

from extractors.dashboard_naming import Named
from extractors.numbers import Number

CLEAR = 0.7
"""With this much margin to the next best label a pair is as sure as it gets."""


def confidence(named: Named, number: Number) -> float:
    """Return the confidence of a named value, before it is checked against others."""
    sure = min(1.0, named.value.confidence)
    sure *= _cleanness(number)
    sure *= 1.0 if _has_its_unit(named, number) else 0.82
    sure *= _pairing(named)
    return round(max(0.0, min(sure, 0.999)), 4)


def _cleanness(number: Number) -> float:
    if number.doubtful:
        return 0.6
    return 0.9 if number.repaired or number.thousandths else 1.0


def _has_its_unit(named: Named, number: Number) -> bool:
    """Tell whether a share has its % and a duration its units; 69s is easily read as 695."""
    match = named.label.match
    if match is None or match.unit:
        return True
    return {"percent": number.unit == "%", "duration": number.unit == "s"}.get(match.kind, True)


def _pairing(named: Named) -> float:
    match = named.label.match
    spelled = 0.93 * min(1.0, named.label.confidence + 0.05) if match is None else min(1.0, match.score + 0.03)
    margin = min(1.0, 0.82 + 0.18 * max(named.margin, 0.0) / CLEAR)
    dear = 1.0 if named.cost < 1.8 else 0.97 if named.cost < 2.6 else 0.88
    return spelled * margin * dear * (1.0 if named.agreed else 0.97)
