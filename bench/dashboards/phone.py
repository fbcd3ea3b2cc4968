"""Screens of phones: recaps, lists, tiles, chats, a running live."""

from bench.dashboards import charts, pieces
from bench.dashboards.desktop import AUDIENCE, EVERY, PRODUCTS, SALES, TOUCH
from bench.dashboards.icons import icon
from bench.dashboards.scene import Scene

_BIG = ("gmv", "views", "viewers")
_SOCIAL = ("views", "likes", "comments", "shares", "new_followers", "impressions", "followers")


def recap(scene: Scene) -> str:
    """Draw the recap after a stream: one big amount, then tiles with the value above its label."""
    big = scene.metric(scene.rng.choice(_BIG))
    names = [name for name in scene.pick(EVERY, 11) if name not in _BIG][:8]
    tiles = "".join(
        f'<div class="c"><div class="big">{marked.value}</div><div class="muted small">{marked.label}</div></div>'
        for marked in map(scene.metric, names)
    )
    return (
        f'{pieces.phone_bar(scene)}<div class="inner"><div class="row">{pieces.avatar(scene, 48)}<div>'
        f'<b>{pieces.account(scene)}</b><div class="muted small">{pieces.period(scene)}</div></div></div>'
        f'<div class="card gap c"><div class="label">{big.label}</div><div style="font-size:38px;font-weight:800">'
        f'{big.value}</div><div>{big.change}</div></div><div class="grid two gap" style="row-gap:18px">{tiles}</div>'
        f'<p class="muted small">{scene.say("tip")}</p>{pieces.wide_button(scene)}</div>'
    )


def rows(scene: Scene) -> str:
    """Draw a list: label at the left, value at the right, in groups, and a line that holds no figure."""
    change = scene.rng.random() < 0.4
    start = (
        f'<div class="spread line"><span>{scene.both("配信開始", "Started")}</span><span>{pieces.date(scene)} '
        f"{scene.rng.randint(8, 22)}:{scene.rng.randint(0, 59):02}</span></div>"
    )
    groups = "".join(
        f'<h2 class="gap">{scene.say("section")}</h2>{pieces.rows(scene, scene.pick(names, many), change=change)}'
        for names, many in ((AUDIENCE, 5), (TOUCH, 4), (SALES, 4))
    )
    head = f'{pieces.phone_bar(scene)}<div class="inner"><div class="muted">{pieces.period(scene)}</div>'
    return f"{head}{start}{groups}</div>"


def tiles(scene: Scene) -> str:
    """Draw two columns of cards with label above the value and the change below."""
    cards = pieces.cards(scene, scene.pick(EVERY, 10), scene.rng.choice(("above", "plain")), "two")
    return (
        f'{pieces.phone_bar(scene)}<div class="inner narrow">{pieces.tabs(scene, 3)}<div class="spread" '
        f'style="margin:12px 0"><b>{scene.say("section")}</b><span class="muted small">{pieces.date(scene)}</span>'
        f"</div>{cards}</div>"
    )


def insights(scene: Scene) -> str:
    """Draw a social network's insights: a donut with the total in its middle, then a list."""
    total = scene.metric("viewers")
    centre = f'<div class="big">{total.value}</div><div class="muted tiny">{total.label}</div>'
    return (
        f'{pieces.phone_bar(scene)}<div class="inner"><h2>{scene.say("section")}</h2>'
        f'{charts.donut(scene, 150, centre, 3)}<h2 class="gap">{scene.say("section")}</h2>'
        f"{pieces.rows(scene, scene.pick(_SOCIAL, 5))}"
        f"{pieces.wide_button(scene)}</div>"
    )


def chart(scene: Scene) -> str:
    """Draw tiles over a chart."""
    names = scene.pick(tuple(dict.fromkeys(PRODUCTS + SALES)), 4)
    return (
        f'{pieces.phone_bar(scene)}<div class="inner narrow">{pieces.tabs(scene, 3)}<div class="gap"></div>'
        f'{pieces.cards(scene, names, "plain", "two")}<div class="card gap"><h2>{scene.say("section")}</h2>'
        f"{charts.bars(scene, scene.width - 68, 220, 5)}</div></div>"
    )


def chat(scene: Scene) -> str:
    """Draw a chat in which somebody sent a card with figures."""
    says = [f'<p><span class="bubble">{scene.say("chat")}</span></p>' for _ in range(3)]
    mine = f'<p class="r"><span class="bubble primary">{scene.say("chat")}</span></p>'
    return (
        f'{pieces.phone_bar(scene)}<div class="inner"><div class="muted tiny c">{pieces.date(scene)}</div>{says[0]}'
        f'<div class="card" style="margin-right:34px"><b>{scene.say("title")}</b>'
        f"{pieces.rows(scene, scene.pick(EVERY, 6))}</div>{says[1]}{mine}{says[2]}</div>"
    )


def running(scene: Scene) -> str:
    """Draw the host's view of a running stream: figures at the top, comments over the picture, products below."""
    hue = scene.rng.randint(0, 359)
    top = "".join(
        f'<div class="c"><div class="big">{marked.value}</div><div class="small">{marked.label}</div></div>'
        for marked in map(scene.metric, scene.pick(("viewers", "likes", "gmv", "orders", "new_followers"), 3))
    )
    comments = "".join(f"<p><b>{scene.say('person')}</b> <span>{scene.say('chat')}</span></p>" for _ in range(4))
    look = f"background:linear-gradient(170deg,hsl({hue},35%,22%),hsl({(hue + 60) % 360},30%,12%))"
    return (
        f'<div class="live" style="{look}">{pieces.status(scene)}<div class="row" style="padding:4px 16px">'
        f'{pieces.avatar(scene, 38)}<b>{pieces.account(scene)}</b><span class="pill">LIVE</span></div>'
        f'<div class="plate">{top}</div><div class="grow"></div><div class="inner">{comments}'
        f'<div class="row">{icon("cart", 26)}{icon("heart", 26)}</div></div></div>'
    )
