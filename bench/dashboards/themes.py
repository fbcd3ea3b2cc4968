"""Colours, fonts and roundness of a picture."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

JAPANESE = (
    *("Noto Sans CJK JP", "IPAGothic", "IPAPGothic", "VL Gothic", "VL PGothic", "TakaoGothic", "TakaoPGothic"),
    *("M PLUS 1", "M PLUS 2", "MotoyaLCedar", "Sawarabi Gothic"),
)
LATIN = ("Inter", "Roboto", "Open Sans", "Liberation Sans", "DejaVu Sans")
FALLBACK = "Noto Sans CJK JP"


@dataclass(frozen=True, slots=True)
class Theme:
    """Values for the style sheet; `page` may be a gradient."""

    name: str
    page: str
    card: str
    ink: str
    muted: str
    accent: str
    line: str
    good: str = "#0a8f4f"
    bad: str = "#d2343a"


LIGHT = (
    Theme("white", "#ffffff", "#f6f7f9", "#16181d", "#5c6470", "#fe2c55", "#e3e6ea"),
    Theme("grey", "#f0f2f5", "#ffffff", "#1d2129", "#606770", "#1877f2", "#dfe3e8"),
    Theme("teal", "#f3faf9", "#ffffff", "#123", "#4f6670", "#009995", "#d5e6e4"),
    Theme("warm", "#fbf7f1", "#fffdf9", "#2b211a", "#76685c", "#bf0000", "#e9dfd2"),
)
DARK = (
    Theme("black", "#0b0c0f", "#17191f", "#f3f4f6", "#a2a9b4", "#25f4ee", "#2a2e37", "#3ddc84", "#ff6b6b"),
    Theme("navy", "#0d1530", "#152146", "#eef2ff", "#9fb0da", "#5ea0ff", "#26356a", "#57e389", "#ff7b7b"),
    Theme(
        "violet",
        "linear-gradient(135deg,#2b1055,#5b2a86 60%,#7a3b9c)",
        "rgba(255,255,255,.09)",
        "#ffffff",
        "#d9cdee",
        "#ffb3f0",
        "rgba(255,255,255,.22)",
        "#8dffb8",
        "#ffb0b0",
    ),
)
SOFT = (
    Theme(
        "sunset",
        "linear-gradient(160deg,#fff1f3,#ffe7d1)",
        "rgba(255,255,255,.82)",
        "#33202a",
        "#7a5a66",
        "#e6396b",
        "#f0d3d3",
    ),
    Theme("sky", "linear-gradient(180deg,#e8f3ff,#f7fbff)", "#ffffff", "#10243e", "#52677f", "#0069d9", "#d4e2f1"),
)
NEON = Theme(
    "neon",
    "radial-gradient(circle at 50% 30%,#0a2a5e,#03071a 75%)",
    "rgba(10,40,90,.55)",
    "#eaf6ff",
    "#9cc4ee",
    "#29e7ff",
    "#1c4f91",
    "#4dffa6",
    "#ff7d93",
)


def draw(rng: random.Random, kind: str) -> Theme:
    """Draw a theme; "any" may be light, dark or soft."""
    if kind == "neon":
        return NEON
    return rng.choice({"light": LIGHT, "dark": DARK, "soft": SOFT}.get(kind, LIGHT + DARK + SOFT))


def fonts(rng: random.Random, language: str, installed: Sequence[str]) -> str:
    """Draw the list of font families for a picture from those that this machine has."""
    wanted = JAPANESE if language == "ja" else (*LATIN, FALLBACK)
    there = [name for name in wanted if name in installed] or [FALLBACK]
    return ",".join(f"'{name}'" for name in dict.fromkeys((rng.choice(there), FALLBACK)))


def sheet(theme: Theme, families: str, rng: random.Random) -> str:
    """Give the style sheet of a picture."""
    radius, shadow = rng.choice((0, 4, 8, 14)), rng.choice(("none", "0 1px 4px rgba(0,0,0,.16)"))
    return (
        f":root{{--page:{theme.page};--card:{theme.card};--ink:{theme.ink};--muted:{theme.muted};"
        f"--accent:{theme.accent};--line:{theme.line};--good:{theme.good};--bad:{theme.bad};"
        f"--radius:{radius}px;--shadow:{shadow}}}"
        f"html{{min-height:100%;background:var(--page)}}body{{font-family:{families};color:var(--ink)}}"
    )
