"""How figures are printed: one style for a whole picture, as in a real product."""

import random
from dataclasses import dataclass, replace

from bench.dashboards.stream import Currency

MONEY = {"gmv", "gpm", "aov", "refunds"}
RATIOS = {"ctr", "ctor", "engagement_rate"}
TIMES = {"avg_watch_seconds", "duration"}
_SIGNS = {"JPY": "¥", "USD": "$", "GBP": "£"}
_WIDE = str.maketrans("0123456789,.%", "０１２３４５６７８９，．％")
_KANJI = ((1e8, "億"), (1e4, "万"))


@dataclass(frozen=True, slots=True)
class Style:
    """Choices of one picture: `short` is "", "kanji" or "latin"; `yen` is ¥, ￥ or 円."""

    currency: Currency
    short: str
    yen: str
    percent: str
    time: str
    change: str
    wide: bool = False
    """Digits are full-width, as in some back offices."""
    latin: tuple[str, str, str] = ("B", "M", "K")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as it is printed, with the number that a reader of the print must get."""

    raw: str
    value: float | None
    unit: str


def draw(rng: random.Random, language: str, currency: Currency) -> Style:
    """Draw the style of a picture."""
    japanese = language == "ja"
    return Style(
        currency=currency,
        short=rng.choice(("", "", "kanji", "latin") if japanese else ("", "", "latin")),
        yen=rng.choice(("¥", "¥", "￥", "円") if japanese else ("¥",)),
        percent=rng.choice(("%", "%", " %")),
        time=rng.choice(("ja", "ja", "clock", "ja_long") if japanese else ("en", "clock", "en_tight", "s")),
        change=rng.choice(("signed", "spaced", "triangle", "triangle_signed", "bracket")),
        wide=japanese and rng.random() < 0.07,
        latin=rng.choice((("B", "M", "K"), ("B", "M", "K"), ("b", "m", "k"))),
    )


def show(name: str, value: float, style: Style) -> Shown:
    """Print the figure of this name."""
    shown = _shown(name, value, style)
    return replace(shown, raw=shown.raw.translate(_WIDE)) if style.wide else shown


def money(value: float, style: Style, *, cents: bool = False) -> Shown:
    """Print an amount: 1234567 as ¥1,234,567, 123.5万円, ￥1.2M, $12,345.67."""
    if style.short and value >= 1000:
        raw, kept = _count(value, style)
    else:
        digits = 2 if style.currency != "JPY" else 1 if cents and value < 1000 else 0
        raw, kept = f"{value:,.{digits}f}", round(value, digits)
    if style.currency == "JPY" and style.yen == "円":
        return Shown(f"{raw}円", kept, "JPY")
    sign = style.yen if style.currency == "JPY" else _SIGNS[style.currency]
    return Shown(f"{sign}{raw}", kept, style.currency)


def seconds(value: int, style: Style) -> Shown:
    """Print a duration."""
    hours, minutes, rest = value // 3600, value // 60 % 60, value % 60
    match style.time:
        case "clock":
            raw = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
        case "ja" | "ja_long":
            gap = " " if style.time == "ja_long" else ""
            parts = [f"{n}{unit}" for n, unit in ((hours, "時間"), (minutes, "分"), (rest, "秒")) if n]
            raw = gap.join(parts) or "0秒"
        case "s":
            raw = f"{value}s" if value < 600 else f"{hours}h {minutes}m"
            value = value if value < 600 else hours * 3600 + minutes * 60
        case _:
            gap = "" if style.time == "en_tight" else " "
            raw = gap.join(f"{n}{unit}" for n, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if n) or "0s"
    return Shown(raw, float(value), "s")


def change(value: float, style: Style) -> str:
    """Print a change in percent."""
    size = f"{abs(value):.1f}"
    sign, mark = ("+", "▲") if value >= 0 else ("-", "▼")
    return {
        "signed": f"{sign}{size}%",
        "spaced": f"{sign}{size} %",
        "triangle": f"{mark}{size}%",
        "triangle_signed": f"{mark} {sign}{size}%",
        "bracket": f"({sign}{size}%)",
    }[style.change]


def _shown(name: str, value: float, style: Style) -> Shown:
    if name in MONEY:
        return money(value, style, cents=name in ("gpm", "aov"))
    if name in RATIOS:
        return Shown(f"{value:.2f}".rstrip("0").rstrip(".") + style.percent, float(f"{value:.2f}"), "%")
    if name in TIMES:
        return seconds(int(value), style)
    raw, kept = _count(value, style)
    return Shown(raw, kept, "count")


def _count(value: float, style: Style) -> tuple[str, float]:
    names = tuple(zip((1e9, 1e6, 1e3), style.latin, strict=True)) if style.short == "latin" else _KANJI
    for size, unit in names if style.short else ():
        if value >= size:
            digits = 1 if value / size < 1000 else 0
            kept = round(value / size, digits)
            text = f"{kept:,.{digits}f}".removesuffix(".0")
            return f"{text}{unit}", round(kept * size, 2)
    whole = round(value)
    return f"{whole:,}", float(whole)
