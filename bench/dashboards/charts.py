"""Charts as inline SVG: lines, bars, donuts, with what is printed on them marked for the truth."""

import math

from bench.dashboards import shapes
from bench.dashboards.icons import dot
from bench.dashboards.scene import Scene

_AXIS = 'data-axis="1"'
_DAYS = {
    "ja": ("月", "火", "水", "木", "金", "土", "日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
COLOURS = ("#fe2c55", "#2f88ff", "#00b578", "#ffb020", "#8b5cf6", "#14b8c4")


def line(scene: Scene, width: int, height: int, series: int = 2) -> str:
    """Draw lines over time with a scale at the left, times below and a legend above."""
    left, bottom, top = 64, 30, 12
    names = [scene.label(name) for name in scene.rng.sample(("gmv", "orders", "viewers", "likes", "comments"), series)]
    peak = 10 ** scene.rng.randint(2, 5) * scene.rng.choice((1, 2, 4))
    parts = [_scale(scene, peak, (left, top, width - 10 - left, height - bottom - top))]
    for number in range(series):
        points = _walk(scene, 26)
        dots = " ".join(
            f"{left + (width - left - 10) * i / 25:.1f},{top + (height - bottom - top) * (1 - y):.1f}"
            for i, y in enumerate(points)
        )
        parts.append(f'<polyline points="{dots}" fill="none" stroke="{COLOURS[number]}" stroke-width="2.5"/>')
    parts.append(_times(scene, left, width, height - 8))
    return _framed(_legend(names), parts, width, height)


def bars(scene: Scene, width: int, height: int, many: int = 6) -> str:
    """Draw bars with the value printed above each and its name below."""
    bottom, top = 32, 30
    high = height - bottom - top
    values = [scene.rng.randint(80, 9800) for _ in range(many)]
    names = _names(scene, many)
    step = width / many
    parts = []
    for number, (value, name) in enumerate(zip(values, names, strict=True)):
        tall = high * value / max(values)
        x = step * number + step * 0.2
        parts.append(
            f'<rect x="{x:.1f}" y="{top + high - tall:.1f}" width="{step * 0.6:.1f}" height="{tall:.1f}" '
            f'fill="{COLOURS[0 if many > 7 else number % 6]}" rx="3"/>'
            + _text(step * (number + 0.5), top + high - tall - 8, f"{value:,}", "middle", 'data-chart-value="1"')
            + _text(step * (number + 0.5), height - 9, name, "middle", _AXIS)
        )
    return _framed("", parts, width, height)


def donut(scene: Scene, size: int, centre: str = "", many: int = 4) -> str:
    """Draw a ring of shares with a legend of names and percentages beside it."""
    cuts = sorted(scene.rng.sample(range(60, 940), many - 1))
    shares = [round((b - a) / 10, 1) for a, b in zip([0, *cuts], [*cuts, 1000], strict=True)]
    names = [scene.say("source") for _ in range(many)]
    arcs, start = [], 0.0
    for number, share in enumerate(shares):
        arcs.append(_arc(size, start, start + share, COLOURS[number]))
        start += share
    legend = "".join(
        f'<div class="spread" style="padding:5px 0"><span class="row">{dot(COLOURS[number])}<span class="nowrap" '
        f'data-legend="1">{name}</span></span><span class="nowrap" data-chart-value="1">{share}%</span></div>'
        for number, (name, share) in enumerate(zip(names, shares, strict=True))
    )
    return (
        f'<div class="row" data-chart="1" style="gap:18px"><div class="ring" style="width:{size}px">'
        f'<svg width="{size}" height="{size}">{"".join(arcs)}</svg><div class="hole">{centre}</div></div>'
        f'<div style="min-width:140px;flex:1">{legend}</div></div>'
    )


def _scale(scene: Scene, peak: int, area: tuple[int, int, int, int]) -> str:
    left, top, wide, high = area
    parts = []
    for step in range(5):
        y = top + high * (1 - step / 4)
        text = shapes.show("likes", peak * step / 4, scene.style).raw
        parts.append(f'<line x1="{left}" x2="{left + wide}" y1="{y:.1f}" y2="{y:.1f}" stroke="var(--line)"/>')
        parts.append(_text(left - 10, y + 5, text, "end", _AXIS))
    return "".join(parts)


def _times(scene: Scene, left: int, width: int, y: float) -> str:
    hour, many = scene.rng.randint(8, 20), 6
    return "".join(
        _text(left + (width - left - 40) * n / (many - 1) + 12, y, f"{hour + n // 2}:{n % 2 * 30:02}", "middle", _AXIS)
        for n in range(many)
    )


def _names(scene: Scene, many: int) -> list[str]:
    if scene.rng.random() < 0.5:
        month = scene.rng.randint(1, 12)
        return [f"{month}/{n + 11}" for n in range(many)]
    return [_DAYS[scene.language][n % 7] for n in range(many)]


def _walk(scene: Scene, many: int) -> list[float]:
    height, points = scene.rng.uniform(0.2, 0.6), []
    for _ in range(many):
        height = min(0.95, max(0.04, height + scene.rng.uniform(-0.13, 0.14)))
        points.append(height)
    return points


def _legend(names: list[str]) -> str:
    entries = "".join(
        f'<span class="row" style="gap:6px">{dot(COLOURS[n])}<span class="nowrap" data-legend="1">{name}</span></span>'
        for n, name in enumerate(names)
    )
    return f'<div class="row" style="gap:22px;font-size:14px;margin-bottom:8px">{entries}</div>'


def _framed(legend: str, parts: list[str], width: int, height: int) -> str:
    return f'<div data-chart="1">{legend}<svg width="{width}" height="{height}">{"".join(parts)}</svg></div>'


def _text(x: float, y: float, text: str, anchor: str, mark: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="14" fill="var(--muted)" {mark}>{text}</text>'
    )


def _arc(size: int, start: float, end: float, colour: str) -> str:
    radius, middle = size / 2 - 14, size / 2
    a, b = (2 * math.pi * (share / 100) - math.pi / 2 for share in (start, min(end, 99.99)))
    large = int(end - start > 50)
    x1, y1, x2, y2 = (middle + radius * f(v) for v in (a, b) for f in (math.cos, math.sin))
    return (
        f'<path d="M{x1:.1f} {y1:.1f}A{radius} {radius} 0 {large} 1 {x2:.1f} {y2:.1f}" fill="none" '
        f'stroke="{colour}" stroke-width="26"/>'
    )
