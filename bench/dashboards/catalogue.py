"""Which pictures there are: layout, language, look, width and device scale of each."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.dashboards import desktop, mixed, phone, shapes, sheets, stream, themes, wall
from bench.dashboards.scene import Scene

Layout = Callable[[Scene], str]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page that waits for the browser."""

    name: str
    kind: str
    language: str
    html: str
    width: int
    height: int
    scale: float


_WIDE = (
    ("overview", desktop.overview, "any"),
    ("overview_dark", desktop.overview, "dark"),
    ("sections", desktop.sections, "any"),
    ("board", wall.board, "neon"),
    ("numerals", wall.numerals, "neon"),
    ("control", wall.control, "dark"),
    ("widget", desktop.widget, "any"),
    ("compare", sheets.compare, "light"),
    ("funnel", desktop.funnel, "any"),
    ("studio", desktop.studio, "any"),
    ("backoffice", desktop.backoffice, "light"),
    ("products", sheets.products, "light"),
    ("minutes", sheets.minutes, "any"),
    ("ranking", sheets.ranking, "any"),
    ("history", sheets.history, "light"),
    ("pair", mixed.pair, "any"),
    ("stacked", mixed.stacked, "light"),
    ("gallery", mixed.gallery, "any"),
)
_NARROW = (
    ("recap", phone.recap, "any"),
    ("recap_dark", phone.recap, "dark"),
    ("rows", phone.rows, "any"),
    ("tiles", phone.tiles, "any"),
    ("insights", phone.insights, "any"),
    ("phone_chart", phone.chart, "light"),
    ("chat", phone.chat, "any"),
    ("running", phone.running, "dark"),
    ("pocket", sheets.pocket, "any"),
)
_TABLES = {"products", "minutes", "ranking", "history", "pocket", "compare"}
_PHONES = (360, 375, 390, 412)
_DESKTOPS = (1366, 1440, 1600, 1920)
_DENSITIES = (0.8, 0.8, 0.85, 0.9, 1.0)
"""Desktop pages are drawn smaller, as dense products are: their text is 11 to 15 pixels high."""
_WIDTHS = {
    "widget": (640, 720, 800),
    "compare": (900, 1100),
    "numerals": (1600, 1920),
    "board": (1920, 1600),
    "minutes": (1100, 1280),
    "ranking": (1100, 1280),
    "history": (1100, 1280),
}


def drawings(seed: int, installed: Sequence[str]) -> list[Drawing]:
    """Draw all pictures of a seed with the fonts that are there."""
    return [
        _draw(seed, installed, language, entry, narrow)
        for language in ("ja", "en")
        for group, narrow in ((_WIDE, False), (_NARROW, True))
        for entry in group
    ]


def _draw(seed: int, installed: Sequence[str], language: str, entry: tuple[str, Layout, str], narrow: bool) -> Drawing:
    name, layout, look = entry
    rng = random.Random(f"{seed} {language} {name}")
    theme, families = themes.draw(rng, look), themes.fonts(rng, language, installed)
    scale = rng.choice((2.0, 2.0, 3.0) if narrow else _DENSITIES)
    width = rng.choice(_PHONES) if narrow else round(rng.choice(_WIDTHS.get(name, _DESKTOPS)) / scale)
    scene = _scene(rng, language, width, narrow=narrow)
    body = layout(scene)
    mood = "neon" if theme.name == "neon" else "dark" if theme in themes.DARK else ""
    html = f'<style>{themes.sheet(theme, families, rng)}</style><div class="{mood}">{body}</div>'
    kind = "table" if name in _TABLES else "phone" if narrow else "desktop"
    return Drawing(f"{name}-{language}", kind, language, html, width, _height(name, width, narrow=narrow), scale)


def _height(name: str, width: int, *, narrow: bool) -> int:
    if name == "widget":
        return 180
    return 780 if narrow else width * 9 // 16


def _scene(rng: random.Random, language: str, width: int, *, narrow: bool) -> Scene:
    currency: stream.Currency = "JPY" if language == "ja" else rng.choice(("USD", "USD", "GBP", "JPY"))
    figures = stream.draw(rng, currency, *rng.choice(((3.3, 5.0), (4.5, 6.2), (6.0, 8.4))))
    style = shapes.draw(rng, language, currency)
    return Scene(rng, language, figures, replace(style, wide=style.wide and not narrow), width)
