"""Screens of desktop products: overviews, groups of cards, funnels, video analytics, a shop's back office."""

from bench.dashboards import charts, pieces
from bench.dashboards.scene import Scene

SALES = ("gmv", "orders", "created_orders", "items_sold", "customers", "gpm", "aov", "refunds", "ctr", "ctor")
AUDIENCE = ("viewers", "views", "pcu", "acu", "avg_watch_seconds", "impressions", "duration")
PRODUCTS = ("product_impressions", "product_clicks", "ctr", "ctor", "cart_adds")
TOUCH = ("likes", "comments", "shares", "new_followers", "gifts", "followers", "diamonds", "engagement_rate")
EVERY = tuple(dict.fromkeys((*SALES, *AUDIENCE, *PRODUCTS, *TOUCH)))
_VIDEO = ("views", "viewers", "avg_watch_seconds", "new_followers", "likes", "impressions", "ctr")
_FUNNEL = ("impressions", "views", "product_impressions", "product_clicks", "orders")


def overview(scene: Scene) -> str:
    """Draw navigation, a title with period and buttons, cards and a line chart."""
    names = scene.pick(EVERY, scene.rng.randint(8, 12))
    shape = scene.rng.choice(("above", "corner", "above", "plain"))
    wide = scene.width - 190 - 60
    return (
        f'<div class="flex">{pieces.sidebar(scene)}<div class="page" style="width:{wide + 60}px">'
        f'{pieces.header(scene)}{pieces.tabs(scene)}<h2 class="gap">{scene.say("section")}</h2>'
        f"{pieces.cards(scene, names, shape, 'four')}"
        f'<div class="card gap"><h2>{scene.say("section")}</h2>{charts.line(scene, wide - 40, 250)}</div>'
        f'<p class="muted">{scene.say("tip")}</p></div></div>'
    )


def sections(scene: Scene) -> str:
    """Draw three groups of cards, each under its title, without navigation."""
    parts, shape = [pieces.header(scene)], scene.rng.choice(("above", "below", "plain", "beside"))
    for names, many, grid in ((SALES, 4, "four"), (AUDIENCE, 4, "four"), (TOUCH, 5, "four")):
        picked = scene.pick(names, many)
        parts.append(f'<h2 class="gap">{scene.say("section")}</h2>{pieces.cards(scene, picked, shape, grid)}')
    return f'<div class="page">{"".join(parts)}<p class="muted">{scene.say("tip")}</p></div>'


def funnel(scene: Scene) -> str:
    """Draw the way from impression to order, with the ratios beside it."""
    steps = [
        f'<div style="width:{100 - number * 13}%" class="spread step"><span>{marked.label}</span>'
        f'<b class="middle">{marked.value}</b></div>'
        for number, marked in enumerate(map(scene.metric, _FUNNEL))
    ]
    side = "".join(pieces.card(scene.metric(name), "above") for name in ("ctr", "ctor", "gpm"))
    return (
        f'<div class="page">{pieces.header(scene)}<div class="row top gap"><div class="card grow2">'
        f'<h2>{scene.say("section")}</h2>{"".join(steps)}</div><div class="grid grow">{side}</div></div></div>'
    )


def studio(scene: Scene) -> str:
    """Draw a video product's analytics: figures as tabs over a chart, a list of sources at the right."""
    cells = "".join(
        f'<div class="cell {"" if number else "on"}"><div class="label">{marked.label}</div>'
        f'<div class="big">{marked.value}</div>{marked.change}</div>'
        for number, marked in enumerate(map(scene.metric, scene.pick(_VIDEO, 4)))
    )
    live = pieces.rows(scene, scene.pick(("pcu", "acu", "comments", "shares", "gifts"), 3))
    return (
        f'<div class="page">{pieces.header(scene)}{pieces.tabs(scene, 5)}<div class="row top gap">'
        f'<div class="card grow" style="padding:0"><div class="flex">{cells}</div>'
        f'<div class="page">{charts.line(scene, scene.width - 500, 280, 1)}</div></div>'
        f'<div class="card" style="width:350px;flex:none"><h2>{scene.say("section")}</h2>{live}'
        f'<div class="gap"></div>{charts.donut(scene, 110, "", 4)}</div></div></div>'
    )


def backoffice(scene: Scene) -> str:
    """Draw a dense shop back office: a ruled list of label, figure and change, boxes beside it."""
    rows = "".join(
        f'<div class="ruled"><div class="head">{marked.label}</div><div class="grow r"><b>{marked.value}</b></div>'
        f'<div class="r" style="width:130px">{marked.change}</div></div>'
        for marked in map(scene.metric, scene.pick(EVERY, 12))
    )
    news = "".join(f"<p>{scene.say('tip')}</p>" for _ in range(2))
    return (
        f'<div class="brandbar spread"><b class="middle">Shop Manager</b>{pieces.account(scene)}</div>'
        f'<div class="page"><div class="spread"><h1>{scene.say("title")}</h1>{pieces.period(scene)}</div>'
        f'<div class="row top gap"><div class="grow" style="border:1px solid var(--line)">{rows}</div>'
        f'<div class="card" style="width:330px">'
        f'{news}<span class="button primary">{scene.say("button")}</span></div></div></div>'
    )


def widget(scene: Scene) -> str:
    """Draw a part that somebody cut out of a dashboard: a title and three cards."""
    names = scene.pick(EVERY, 3)
    shape = scene.rng.choice(("above", "corner", "plain"))
    return f'<div class="page"><h2>{scene.say("section")}</h2>{pieces.cards(scene, names, shape, "three")}</div>'
