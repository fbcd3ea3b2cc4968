"""Parts that many screens share: cards, rows, status bars, navigation, dates."""

from collections.abc import Iterable

from bench.dashboards.icons import icon
from bench.dashboards.scene import Marked, Scene

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def card(marked: Marked, shape: str, versus: str = "") -> str:
    """Put label, value and change together: label above, below or beside the value."""
    before = f"{versus} " if versus else ""
    label, value = f'<div class="label">{marked.label}</div>', f'<div class="value">{marked.value}</div>'
    match shape:
        case "above":
            return (
                f'<div class="card">{label}{value}<div class="muted change nowrap">{before}{marked.change}</div></div>'
            )
        case "below":
            return f'<div class="card c">{value}{label}</div>'
        case "beside":
            return f'<div class="card spread">{label}{value}</div>'
        case "corner":
            return f'<div class="card"><div class="spread">{label}{marked.change}</div>{value}</div>'
        case _:
            return f'<div class="card">{label}{value}</div>'


def cards(scene: Scene, names: Iterable[str], shape: str, grid: str) -> str:
    """Put the cards of these figures in a grid ("two" to "five" columns)."""
    versus = scene.say("versus") if shape == "above" and scene.rng.random() < 0.5 and grid != "two" else ""
    inside = "".join(card(scene.metric(name), shape, versus) for name in names)
    return f'<div class="grid {grid}">{inside}</div>'


def row(marked: Marked, *, change: bool = False) -> str:
    """Put label and value at the two ends of a line of a list."""
    tail = marked.change if change else ""
    return (
        f'<div class="spread line"><span>{marked.label}</span>'
        f'<span class="row"><b>{marked.value}</b>{tail}</span></div>'
    )


def rows(scene: Scene, names: Iterable[str], *, change: bool = False) -> str:
    """Put these figures below each other."""
    return "".join(row(scene.metric(name), change=change) for name in names)


def status(scene: Scene) -> str:
    """Draw a phone's status bar."""
    rng = scene.rng
    network = rng.choice(("5G", "4G", "LTE", "5G"))
    return (
        f'<div class="status"><span>{rng.randint(0, 23)}:{rng.randint(0, 59):02}</span><span class="row">'
        f"{icon('bars')}<span>{network}</span><span>{rng.randint(9, 99)}%</span></span></div>"
    )


def avatar(scene: Scene, size: int = 40) -> str:
    """Draw a person's picture."""
    hue = scene.rng.randint(0, 359)
    return f'<div class="avatar" style="width:{size}px;height:{size}px;background:hsl({hue},60%,60%)"></div>'


def thumb(scene: Scene) -> str:
    """Draw a product's picture."""
    hue = scene.rng.randint(0, 359)
    return f'<div class="thumb" style="background:linear-gradient(hsl({hue},55%,70%),hsl({hue},45%,45%))"></div>'


def date(scene: Scene) -> str:
    """Print a day, in one of the ways that days are printed."""
    rng = scene.rng
    year, month, day = rng.choice((2024, 2025, 2026)), rng.randint(1, 12), rng.randint(1, 28)
    number = f"{year}-{month:02}-{day:02}"
    if scene.language == "ja":
        return rng.choice((f"{year}年{month}月{day}日", f"{year}/{month:02}/{day:02}", number))
    return rng.choice((f"{_MONTHS[month - 1]} {day}, {year}", number, f"{day} {_MONTHS[month - 1]} {year}"))


def period(scene: Scene) -> str:
    """Print the days or the hours that a screen speaks of, marked as its period."""
    rng = scene.rng
    month, day = rng.randint(1, 12), rng.randint(1, 20)
    if rng.random() < 0.5:
        first, hour = date(scene), rng.randint(8, 20)
        text = f"{first} {hour}:{rng.randint(0, 59):02} - {hour + 2}:{rng.randint(0, 59):02}"
    else:
        text = f"2026/{month:02}/{day:02} {rng.choice(('-', '~'))} 2026/{month:02}/{day + 7:02}"
    return f'<span data-period="1" class="nowrap">{text}</span>'


def account(scene: Scene) -> str:
    """Print whose screen it is."""
    return f'<span data-account="1" class="nowrap">{scene.say("person")}</span>'


def header(scene: Scene) -> str:
    """Draw the head of a desktop page: who, what, when, and two buttons."""
    buttons = (
        f'<span class="button">{scene.say("button")}</span><span class="button primary">{scene.say("button")}</span>'
    )
    return (
        f'<div class="spread"><div class="row">{avatar(scene)}<div><h1>{scene.say("title")}</h1>'
        f'<span class="muted">{account(scene)}</span></div></div><div class="row">'
        f'<span class="muted">{period(scene)}</span>{buttons}</div></div>'
    )


def sidebar(scene: Scene, many: int = 8) -> str:
    """Draw the navigation of a desktop product."""
    names = scene.rng.sample(("house", "box", "lines", "people", "flag", "play", "bell", "cart"), many)
    entries = "".join(f'<div class="row">{icon(name)}<span>{scene.say("nav")}</span></div>' for name in names)
    brand = scene.rng.choice(("Shop Center", "Live Studio", "Seller Hub"))
    return f'<div class="side"><div><b class="middle">{brand}</b></div>{entries}</div>'


def tabs(scene: Scene, many: int = 4) -> str:
    """Draw a row of tabs, the first of which is on."""
    names = [scene.say("tab") for _ in range(many)]
    return (
        '<div class="tabs">'
        + "".join(f'<span class="{"" if number else "on"}">{name}</span>' for number, name in enumerate(names))
        + "</div>"
    )


def wide_button(scene: Scene) -> str:
    """Draw a button over the whole width of a phone."""
    return f'<div class="button primary wide">{scene.say("button")}</div>'


def phone_bar(scene: Scene) -> str:
    """Draw the head of a phone's page: the way back, its title, a bell."""
    return (
        f'{status(scene)}<div class="spread inner" style="padding-bottom:10px">{icon("back", 20)}'
        f'<b class="middle">{scene.say("title")}</b>{icon("bell", 18)}</div>'
    )
