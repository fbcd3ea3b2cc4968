"""Values in the reader's way: money, counts, shares, lengths of time and dates; and as they are typed."""

from datetime import date

from flask_babel import format_date, format_decimal, get_locale, gettext

NONE = "—"
MINUTE, HOUR = 60, 3600
SYMBOLS = {"JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "KRW": "₩", "CNY": "CN¥"}
MOST_DIGITS = "#,##0.####"


def figure(value: float | None, text: str | None, unit: str) -> str:
    """Say a value with its unit; a dash when there is none."""
    if value is None:
        return _worded(text, unit) if text is not None else NONE
    if unit == "s":
        return _length(value)
    return _signed(value, unit, "")


def difference(value: float, unit: str) -> str:
    """Say by how much a value differs, always with its sign."""
    if unit == "s":
        return ("+" if value > 0 else "−") + _length(abs(value))
    return _signed(value, "pt" if unit == "%" else unit, "+")


def assurance(confidence: float) -> int:
    """Give a confidence as a whole per cent, never 100: nothing that was read is beyond doubt."""
    return min(99, round(confidence * 100))


def typed(value: float | None, text: str | None, unit: str) -> str:
    """Write a value as a person would type it, so that it is understood when it comes back."""
    if value is None:
        return text or ""
    if unit == "s":
        whole = round(value)
        return f"{whole // HOUR}:{whole % HOUR // MINUTE:02}:{whole % MINUTE:02}"
    plain = f"{value:,.6f}".rstrip("0").rstrip(".")
    return SYMBOLS.get(unit, "") + plain + ("%" if unit == "%" else "")


def _signed(value: float, unit: str, plus: str) -> str:
    sign = "−" if value < 0 else plus if value > 0 else ""
    number = format_decimal(abs(value), format=MOST_DIGITS)
    if unit in ("%", "pt"):
        return f"{sign}{number}{'%' if unit == '%' else ' pt'}"
    if unit in SYMBOLS:
        return f"{sign}{SYMBOLS[unit]}{number}"
    return f"{sign}{number} {unit}" if len(unit) == 3 and unit.isupper() else f"{sign}{number}"


def _length(value: float) -> str:
    """Say hours, minutes and seconds; none that would be a leading nought."""
    sign, whole = "−" if value < 0 else "", abs(round(value, 1))
    hours, minutes, rest = int(whole // HOUR), int(whole % HOUR // MINUTE), format_decimal(round(whole % MINUTE, 1))
    parts = [gettext("%(number)s h", number=hours)] if hours else []
    parts += [gettext("%(number)s min", number=minutes)] if hours or minutes else []
    parts.append(gettext("%(number)s s", number=rest))
    return sign + ("" if str(get_locale()) == "ja" else " ").join(parts)


def _worded(text: str, unit: str) -> str:
    if unit == "date":
        try:
            return str(format_date(date.fromisoformat(text), "medium"))
        except ValueError:
            return text
    return text
