"""Boards that hang on a wall or stand beside the camera: huge numerals, a control room."""

from collections.abc import Iterable

from bench.dashboards import charts, pieces
from bench.dashboards.desktop import EVERY
from bench.dashboards.scene import Scene


def board(scene: Scene) -> str:
    """Draw one huge glowing amount in the middle, figures at both sides."""
    names = [name for name in scene.pick(EVERY, 9) if name != "gmv"][:8]
    main = scene.metric("gmv")
    left, right = (_tower(scene, part) for part in (names[:4], names[4:]))
    size = scene.rng.choice((104, 120, 136)) * scene.width // 1920
    return (
        f'<div class="page"><div class="spread"><h1>{scene.say("title")}</h1>'
        f'<span class="muted">{pieces.period(scene)}</span></div><div class="row gap" style="gap:36px">'
        f'<div class="grow">{left}</div><div class="grow2 c"><div style="font-size:26px">{main.label}</div>'
        f'<div class="glow" style="font-size:{size}px">{main.value}</div>'
        f'{charts.line(scene, scene.width * 44 // 100, 300, 1)}</div><div class="grow">{right}</div></div></div>'
    )


def numerals(scene: Scene) -> str:
    """Draw six figures as large as they go."""
    names = ("gmv", *scene.pick(("orders", "viewers", "pcu", "likes", "items_sold", "ctr", "new_followers"), 5))
    size = scene.rng.choice((64, 72, 84)) * scene.width // 1600
    cells = "".join(
        f'<div class="card c" style="padding:60px 8px"><div style="font-size:22px">{marked.label}</div>'
        f'<div class="glow nowrap" style="font-size:{size}px">{marked.value}</div>{marked.change}</div>'
        for marked in map(scene.metric, names)
    )
    title = f'<h1 class="c" style="font-size:34px">{scene.say("title")}</h1>'
    return f'<div class="page">{title}<div class="grid three gap">{cells}</div></div>'


def control(scene: Scene) -> str:
    """Draw the control room of a running stream: products, picture, chat, and the figures above."""
    figures = pieces.cards(scene, scene.pick(EVERY, 5), "plain", "five")
    products = "".join(
        f'<div class="row line">{pieces.thumb(scene)}<span class="grow">{scene.say("product")}</span></div>'
        for _ in range(6)
    )
    chat = "".join(f"<p><b>{scene.say('person')}</b> {scene.say('chat')}</p>" for _ in range(5))
    hue = scene.rng.randint(0, 359)
    look = f"background:linear-gradient(hsl({hue},40%,45%),hsl({hue},45%,18%))"
    title = scene.both("コメント欄", "Live chat")
    return (
        f'<div class="page">{figures}<div class="row top gap"><div class="card aside">'
        f'<h2>{scene.say("section")}</h2>{products}</div><div class="screen" style="{look}">'
        f'<span class="pill">LIVE</span></div><div class="card aside"><h2>{title}</h2>{chat}</div></div></div>'
    )


def _tower(scene: Scene, names: Iterable[str]) -> str:
    return "".join(
        f'<div class="card" style="margin-bottom:18px"><div class="label middle">{marked.label}</div>'
        f'<div class="value" style="font-size:36px">{marked.value}</div></div>'
        for marked in map(scene.metric, names)
    )
