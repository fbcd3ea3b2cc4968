"""Screens with two dashboards in one picture, and boards of charts."""

from bench.dashboards import charts, pieces, stream
from bench.dashboards.desktop import EVERY
from bench.dashboards.scene import Scene


def pair(scene: Scene) -> str:
    """Draw two streams' recaps side by side, as somebody pastes two screenshots together."""
    names = scene.pick(EVERY, 7)
    halves = []
    for number in (1, 2):
        scene.stream = stream.draw(scene.rng, scene.stream.currency, 3.5, 5.8)
        halves.append(
            f'<div data-panel="{number}" class="card grow page"><div class="row">{pieces.avatar(scene)}<div>'
            f'<b>{scene.say("person")}</b><div class="muted">{pieces.date(scene)}</div></div></div>'
            f'<h2 class="gap">{scene.say("title")}</h2>{pieces.rows(scene, names)}</div>'
        )
    return f'<div class="flex page" style="gap:{scene.rng.choice((40, 64))}px">{"".join(halves)}</div>'


def stacked(scene: Scene) -> str:
    """Draw two dashboards one below the other, each with its own title and cards."""
    names = scene.pick(EVERY, 5)
    parts = []
    for number in (1, 2):
        scene.stream = stream.draw(scene.rng, scene.stream.currency, 3.5, 5.8)
        parts.append(
            f'<div data-panel="{number}" class="page" style="border-bottom:10px solid var(--line)"><div class="spread">'
            f'<h1>{scene.say("title")}</h1><span class="muted">{scene.say("person")} {pieces.date(scene)}</span></div>'
            f'<div class="gap"></div>{pieces.cards(scene, names, "above", "five")}</div>'
        )
    return "".join(parts)


def gallery(scene: Scene) -> str:
    """Draw a page of charts: lines, bars and a donut, with a few figures above."""
    half = (scene.width - 60 - 14) // 2 - 40
    centre = f'<div class="big">{scene.say("source")}</div>'
    drawn = (
        charts.line(scene, half, 240),
        charts.bars(scene, half, 268, 7),
        charts.donut(scene, 190, centre, 5),
        charts.line(scene, half, 200, 1),
    )
    boxes = "".join(f'<div class="card"><h2>{scene.say("section")}</h2>{one}</div>' for one in drawn)
    return (
        f'<div class="page"><div class="spread"><h1>{scene.say("title")}</h1><span class="muted">{pieces.period(scene)}'
        f'</span></div><div class="gap"></div>{pieces.cards(scene, scene.pick(EVERY, 4), "corner", "four")}'
        f'<div class="grid two gap">{boxes}</div></div>'
    )
