"""Looking at what was read of screenshots: by keyboard, by mouse, on a phone, in both languages."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

import db
from db import metrics
from tests.e2e.made_dashboard import Box, Drawn, store

Listen = list[str]
NAMELESS = """() => [...document.querySelectorAll("button, a[href], input:not([type=hidden]), summary")].filter((one) =>
  !one.closest("svg") && !(one.textContent.trim() || one.ariaLabel || one.labels?.length || one.title)
).map((one) => one.outerHTML)"""


@pytest.fixture
def stored(workspace: str, drawn: Drawn) -> UUID:
    return store(workspace, drawn, stream_id="夜のライブ")


@pytest.fixture
def complaints(desk: Page) -> Listen:
    """Gather what the browser complains about, such as a broken policy."""
    heard: Listen = []
    desk.on("console", lambda said: heard.append(said.text) if said.type in ("error", "warning") else None)
    desk.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def show(desk: Page, site: str, stored: UUID) -> Callable[[str], Page]:
    """Give a function that opens the screenshot's page."""

    def do(arguments: str = "") -> Page:
        desk.goto(f"{site}/screenshots/{stored}{arguments}")
        return desk

    return do


def test_a_value_is_corrected_by_keyboard_alone_and_taken_back(
    show: Callable[[str], Page], workspace: str, stored: UUID, complaints: Listen
) -> None:
    page = show("")
    page.keyboard.press("ArrowDown")  # the first value is the least sure one
    page.keyboard.press("Enter")
    expect(_field(page, "pcu")).to_be_focused()
    page.keyboard.type("1,842")
    page.keyboard.press("Enter")
    expect(_value(page, "pcu")).to_have_class(re.compile("corrected"))
    expect(page.locator("#said")).to_have_text("保存しました：最高同時視聴者数 は 1,842")
    expect(_field(page, "orders")).to_be_focused()  # it goes on to the next one in doubt
    assert _counts(workspace, stored, "pcu") == (1842.0, "corrected")
    page.keyboard.press("Control+z")
    expect(_value(page, "pcu")).to_have_class(re.compile("needs_review"))
    expect(page.locator("#said")).to_contain_text("取り消しました")
    assert _counts(workspace, stored, "pcu") == (842.0, "needs_review")
    assert complaints == []


def test_enter_on_an_unchanged_value_says_that_it_is_right(
    show: Callable[[str], Page], workspace: str, stored: UUID
) -> None:
    page = show("?value=pcu")
    expect(page.locator("#left")).to_contain_text("要確認 3件")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#left")).to_contain_text("要確認 2件")
    expect(_value(page, "pcu")).to_have_class(re.compile("confirmed"))
    assert _counts(workspace, stored, "pcu") == (842.0, "accepted")


def test_what_is_no_number_is_refused_beside_the_field(
    show: Callable[[str], Page], workspace: str, stored: UUID
) -> None:
    page = show("?value=orders")
    _field(page, "orders").fill("たくさん")
    page.keyboard.press("Enter")
    expect(_value(page, "orders").get_by_role("alert")).to_contain_text("数値として読み取れません")
    expect(_field(page, "orders")).to_be_focused()
    expect(_field(page, "orders")).to_have_value("たくさん")
    assert _counts(workspace, stored, "orders") == (1032.0, "needs_review")


def test_a_value_that_is_not_there_and_its_note_are_in_the_history(show: Callable[[str], Page]) -> None:
    page = show("?value=orders")
    _value(page, "orders").get_by_text("メモを付ける").click()
    _value(page, "orders").get_by_label("メモ", exact=True).fill("別の列の値")
    _value(page, "orders").get_by_role("button", name="この値はない").click()
    expect(_value(page, "orders").locator(".value-figure")).to_have_text("—")
    _value(page, "orders").locator("summary").first.click()
    _value(page, "orders").get_by_text("履歴", exact=True).click()
    expect(_value(page, "orders").locator(".decisions")).to_contain_text("1,032 → —")
    expect(_value(page, "orders").locator(".decisions")).to_contain_text("別の列の値")


def test_boxes_lie_on_the_values_at_every_zoom(show: Callable[[str], Page], drawn: Drawn) -> None:
    page = show("")
    for _ in range(3):
        for key, number in (("gmv", 1), ("pcu", 4), ("ctr", 6)):
            assert _apart(page, number, drawn.places[key], drawn.width) < 6, key  # a margin and the line itself
        page.keyboard.press("+")


def test_box_and_value_point_at_each_other(show: Callable[[str], Page], drawn: Drawn) -> None:
    page = show("")
    page.locator("[data-for=value-4] .edge").click()
    expect(_value(page, "pcu")).to_have_class(re.compile("chosen"))
    expect(_field(page, "pcu")).to_be_visible()
    page.locator("[data-zoom=in]").click(click_count=6)
    _value(page, "ctr").locator("summary").first.click()
    expect(page.locator("[data-for=value-6]")).to_have_class(re.compile("chosen"))
    expect(page.locator("[data-for=value-6] .edge")).to_be_in_viewport(ratio=0.9)
    expect(page.locator("[data-for=value-4]")).not_to_have_class(re.compile("chosen"))


def test_the_wheel_with_ctrl_zooms_and_0_shows_the_whole(show: Callable[[str], Page]) -> None:
    page = show("")
    picture = page.locator(".lens-canvas img")
    whole = _box(picture)[2]
    page.locator(".lens-stage").hover()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_function("before => document.querySelector('.lens-canvas').clientWidth > before * 1.5", arg=whole)
    page.keyboard.press("0")
    assert _box(picture)[2] == pytest.approx(whole, abs=1)


def test_the_queue_empties_by_keyboard_alone_and_can_go_back(
    desk: Page, site: str, stored: UUID, workspace: str, complaints: Listen
) -> None:
    desk.goto(f"{site}/review")
    for title, key in (("最高同時視聴者数", "Enter"), ("注文数", "ArrowDown"), ("クリック率（CTR）", "Enter")):
        expect(desk.locator("#desk-title")).to_have_text(title)
        expect(desk.locator("[name=said]")).to_be_focused()
        desk.keyboard.press(key)
    expect(desk.get_by_text("あとまわしにした値が1件あります。")).to_be_visible()
    desk.locator("#again").click()
    desk.locator("[name=said]").fill("1,055")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="確認待ちの値はありません")).to_be_visible()
    assert _counts(workspace, stored, "orders") == (1055.0, "corrected")
    desk.keyboard.press("u")
    expect(desk.locator("[name=said]")).to_have_value("1,032")
    assert _counts(workspace, stored, "orders") == (1032.0, "needs_review")
    assert complaints == []


def test_a_stream_shows_what_counts_and_what_differs(
    desk: Page, site: str, stored: UUID, workspace: str, drawn: Drawn
) -> None:
    store(workspace, drawn, stream_id="夜のライブ", filename="あと.png", sure=0.99)
    desk.goto(f"{site}/streams/夜のライブ")
    first = desk.locator(".merged").first
    expect(first.locator(".value-figure")).to_have_text("¥1,284,500")
    expect(first.locator(".merged-source").get_by_role("link")).to_have_text("あと.png")
    first.get_by_role("link", name="あと.png").click()
    expect(desk.locator(".value.chosen .value-title")).to_have_text("売上（GMV）")


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("page_of", ["/screenshots", "/screenshots/{}?value=pcu", "/review", "/streams/夜のライブ"])
def test_no_page_is_wider_than_a_phone(desk: Page, site: str, stored: UUID, page_of: str, language: str) -> None:
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.goto(f"{site}{page_of.format(stored)}")
    desk.goto(re.sub(r"(\?lang=.*)?$", "", desk.url) + ("&" if "?" in desk.url else "?") + f"lang={language}")
    expect(desk.locator("html")).to_have_attribute("lang", language)
    assert desk.evaluate("document.documentElement.scrollWidth") <= 360
    assert (
        desk.evaluate(
            "(() => { const nav = document.querySelector('.nav'); return nav.scrollWidth - nav.clientWidth; })()"
        )
        <= 0
    )


@pytest.mark.parametrize("page_of", ["/screenshots", "/screenshots/{}?value=pcu", "/review", "/streams/夜のライブ"])
def test_every_control_has_a_name_and_every_id_is_its_own(desk: Page, site: str, stored: UUID, page_of: str) -> None:
    desk.goto(f"{site}{page_of.format(stored)}")
    nameless = desk.evaluate(NAMELESS)
    ids = desk.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert nameless == []
    assert sorted(ids) == sorted(set(ids))


def test_everything_works_without_scripts(desk: Page, site: str, stored: UUID, workspace: str) -> None:
    without = desk.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]  # it has one
    without.add_cookies(desk.context.cookies())  # type: ignore[arg-type]  # what comes out goes in
    page = without.new_page()
    page.goto(f"{site}/screenshots/{stored}?value=orders")
    _field(page, "orders").fill("2,000")
    _value(page, "orders").get_by_role("button", name="保存").click()
    expect(_value(page, "orders").locator(".value-figure")).to_have_text("2,000")
    assert _counts(workspace, stored, "orders") == (2000.0, "corrected")
    without.close()


def _value(page: Page, key: str) -> Locator:
    return page.locator(f'.value[data-key="{key}"]')


def _field(page: Page, key: str) -> Locator:
    return _value(page, key).locator("[name=said]")


def _counts(workspace: str, screenshot_id: UUID, key: str) -> tuple[float | None, str]:
    """Read what counts now in the database."""
    with db.transaction(workspace) as connection:
        found = metrics.get(connection, screenshot_id, key)
    return found.effective_value, found.status


def _box(place: Locator) -> Box:
    found = place.bounding_box()
    assert found is not None
    return [found["x"], found["y"], found["width"], found["height"]]


def _apart(page: Page, number: int, true: Box, width: int) -> float:
    """Measure how far a box is from the value it belongs to, in pixels of the original picture, at its worst edge."""
    picture, edge = _box(page.locator(".lens-canvas img")), _box(page.locator(f"[data-for=value-{number}] .edge"))
    share = picture[2] / width
    seen = [(edge[0] - picture[0]) / share, (edge[1] - picture[1]) / share, edge[2] / share, edge[3] / share]
    corners = (
        seen[0] - true[0],
        seen[1] - true[1],
        seen[0] + seen[2] - true[0] - true[2],
        seen[1] + seen[3] - true[1] - true[3],
    )
    return max(map(abs, corners))
