"""Screens that are mostly a table: products, minutes, rankings, past streams, comparisons."""

from collections.abc import Sequence

from bench.dashboards import charts, pieces, shapes
from bench.dashboards.desktop import EVERY
from bench.dashboards.scene import Scene

_MINUTE = ("gmv", "orders", "product_clicks", "comments", "likes", "new_followers")
_PAST = ("views", "pcu", "avg_watch_seconds", "gmv", "orders", "new_followers")


def products(scene: Scene) -> str:
    """Draw a table of products with their figures, right-aligned, under a header."""
    names = ["product_clicks", "items_sold", "gmv", *scene.pick(("product_impressions", "ctr", "ctor", "orders"), 3)]
    head = [scene.both("商品名", "Product"), *map(scene.label, names)]
    lines = [[scene.say("product"), *_figures(scene, names)] for _ in range(scene.rng.randint(6, 11))]
    cards = pieces.cards(scene, ("orders", "customers", "views", "pcu"), "plain", "four")
    return _page(scene, f'{cards}<div class="gap"></div>{table(head, lines, ["", *names])}')


def minutes(scene: Scene) -> str:
    """Draw a table with a line for each minute or hour of a stream."""
    names = ["viewers", *scene.pick(_MINUTE, 4)]
    hour, step = scene.rng.randint(8, 21), scene.rng.choice((1, 5, 10))
    times = [f"{hour + n * step // 60}:{n * step % 60:02}" for n in range(scene.rng.randint(10, 16))]
    head = [scene.both("時刻", "Time"), *map(scene.label, names)]
    return _page(scene, table(head, [[time, *_figures(scene, names)] for time in times], ["", *names]))


def ranking(scene: Scene) -> str:
    """Draw a ranking of hosts or products with right-aligned figures."""
    names = ["gmv", *scene.pick(("orders", "viewers", "items_sold", "likes"), 2)]
    what = scene.rng.choice(("person", "product"))
    head = [scene.both("順位", "Rank"), scene.both("名前", "Name"), *map(scene.label, names)]
    lines = [
        [f"{place}", scene.say(what), amount, *_figures(scene, names[1:])]
        for place, amount in enumerate(_falling(scene, 9), 1)
    ]
    return _page(scene, table(head, lines, ["", "", *names]))


def history(scene: Scene) -> str:
    """Draw the list of past streams with day, title and figures."""
    names = scene.pick(_PAST, 4)
    head = [scene.both("配信日", "Date"), *map(scene.label, names)]
    days = [f"2026/{scene.rng.randint(1, 9):02}/{scene.rng.randint(1, 28):02}" for _ in range(8)]
    lines = [[day, *_figures(scene, names)] for day in sorted(days, reverse=True)]
    chart = f'<div class="card gap">{charts.bars(scene, scene.width - 120, 220, 7)}</div>'
    return _page(scene, table(head, lines, ["", *names]) + chart)


def compare(scene: Scene) -> str:
    """Draw a table of figures with a column each for this stream, the one before and the change."""
    head = [
        scene.both("指標", "Metric"),
        scene.both("今回", "This LIVE"),
        scene.both("前回", "Last LIVE"),
        scene.both("増減", "Change"),
    ]
    lines = []
    for name in scene.pick(EVERY, 9):
        now, before = _figures(scene, (name, name))
        lines.append([scene.label(name), now, before, f"{scene.rng.choice('+-')}{scene.rng.uniform(0.1, 60):.1f}%"])
    return _page(scene, table(head, lines, ["", "", "", ""], right=range(1, 4)))


def pocket(scene: Scene) -> str:
    """Draw a ranking on a phone: place, picture, name, one amount."""
    lines = "".join(
        f'<div data-row="1" class="row line">{_cell(f"{place}", "width:26px;font-weight:800")}{pieces.thumb(scene)}'
        f"{_cell(scene.say('product'), 'flex:1')}{_cell(amount, 'font-weight:700')}</div>"
        for place, amount in enumerate(_falling(scene, 8), 1)
    )
    title = scene.both("商品ランキング", "Top products")
    return (
        f'{pieces.status(scene)}<div class="inner"><div class="spread"><h2>{title}</h2>'
        f'<span class="muted">{pieces.date(scene)}</span></div>{pieces.rows(scene, ("gmv", "items_sold"))}'
        f'<div data-grid="||gmv" class="gap">{lines}</div></div>'
    )


def table(
    head: Sequence[str], lines: Sequence[Sequence[str]], columns: Sequence[str], right: Sequence[int] | None = None
) -> str:
    """Draw a table whose figures stand at the right of their column."""
    numeric = right if right is not None else [number for number, column in enumerate(columns) if column]

    def row(cells: Sequence[str], tag: str) -> str:
        inside = "".join(
            f'<{tag} data-cell="1" class="{"n" if number in numeric else ""}">{cell}</{tag}>'
            for number, cell in enumerate(cells)
        )
        return f'<tr data-row="1">{inside}</tr>'

    body = row(head, "th") + "".join(row(cells, "td") for cells in lines)
    return f'<div class="card" style="padding:6px 10px"><table data-grid="{"|".join(columns)}">{body}</table></div>'


def _falling(scene: Scene, many: int) -> list[str]:
    gmv = scene.stream.figures["gmv"]
    amounts = sorted((max(20, gmv * scene.rng.uniform(0.01, 0.3)) for _ in range(many)), reverse=True)
    return [shapes.show("gmv", amount, scene.style).raw for amount in amounts]


def _figures(scene: Scene, names: Sequence[str]) -> list[str]:
    return [_figure(scene, name) for name in names]


def _figure(scene: Scene, name: str) -> str:
    if name == "duration":
        return shapes.show(name, scene.stream.minutes * 60 + scene.rng.randint(1, 900), scene.style).raw
    share = 1 if name in shapes.RATIOS | shapes.TIMES else 12
    value = scene.stream.figures[name] / share * scene.rng.uniform(0.3, 1.8)
    return shapes.show(name, max(value, scene.rng.randint(1, 9)), scene.style).raw


def _cell(text: str, style: str) -> str:
    return f'<span data-cell="1" style="{style}" class="nowrap">{text}</span>'


def _page(scene: Scene, body: str) -> str:
    return (
        f'<div class="page"><div class="spread"><h1>{scene.say("title")}</h1><div class="row"><span class="muted">'
        f'{pieces.period(scene)}</span><span class="button">{scene.say("button")}</span></div></div>'
        f'<div class="gap"></div>{body}</div>'
    )
