"""Take pictures of all pages of a running platform, in both languages, light and dark, wide and narrow.

`python tests/e2e/shots.py --url http://127.0.0.1:8000 --password … --to FOLDER`, then look at them.
"""

import argparse
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

Scheme = Literal["light", "dark"]
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
QUESTION = "サプライチェーンにおける問題提起をしたのはどの会社ですか"


def main() -> None:
    """Sign in once for each look and photograph every page."""
    options = _options()
    options.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language, scheme, width in product(options.languages, options.schemes, options.widths):
            _tour(browser, options, language, scheme, int(width))
        browser.close()


def _tour(browser: Browser, options: argparse.Namespace, language: str, scheme: Scheme, width: int) -> None:
    context = browser.new_context(
        base_url=options.url,
        color_scheme=scheme,
        locale=language,
        viewport={"width": width, "height": 800 if width > 500 else 740},
    )
    page = context.new_page()

    def shoot(name: str) -> None:
        page.wait_for_load_state("load")
        page.screenshot(path=options.to / f"{name}-{language}-{scheme}-{width}.png", full_page=name != "hit")

    page.goto("/login")
    shoot("login")
    _sign_in(page, options)
    shoot("home")
    _walk(page, shoot)
    context.close()


def _sign_in(page: Page, options: argparse.Namespace) -> None:
    page.fill("[name=name]", options.name)
    page.fill("[name=password]", options.password)
    page.click("button.primary")
    page.wait_for_url("**/")


def _walk(page: Page, shoot) -> None:  # type: ignore[no-untyped-def]  # a closure
    for name in ("jobs", "documents", "search"):
        page.goto(f"/{name}")
        shoot(name)
    page.goto("/jobs?status=failed")
    shoot("failed")
    page.goto("/jobs?status=succeeded")
    page.locator(".row-name").first.click()
    shoot("job")
    page.goto(f"/search?q={QUESTION}")
    shoot("hits")
    page.locator(".hit-title a").first.click()
    page.wait_for_timeout(1500)
    shoot("hit")
    page.goto("/documents/00000000-0000-0000-0000-000000000000")
    shoot("error")
    _look(page, shoot)


def _look(page: Page, shoot) -> None:  # type: ignore[no-untyped-def]  # a closure
    """Photograph the pages of screenshots: the list, the newest one, its first value opened, the queue, its stream."""
    page.goto("/screenshots")
    shoot("screenshots")
    if page.locator(".shot-link").count():
        page.locator(".shot-link").first.click()
        shoot("screenshot")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        shoot("value")
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        shoot("keys")
        page.keyboard.press("Escape")
        stream = page.locator("a[href^='/streams/']")
        if stream.count():
            stream.first.click()
            shoot("stream")
    page.goto("/review")
    shoot("review")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--name", default="admin")
    parser.add_argument("--password", required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--languages", nargs="+", default=["ja", "en"])
    parser.add_argument("--schemes", nargs="+", default=["light", "dark"])
    parser.add_argument("--widths", nargs="+", default=["1280", "360"])
    return parser.parse_args()


if __name__ == "__main__":
    main()
