"""The newcomer's path: sign in, drop a real Japanese PDF, watch it, ask a question, land on the right page."""

import base64
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from scripts.stack.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "tide and sea"
MINUTES = "openchainjwg_minutes_jp_20180613.pdf"
QUESTION = "サプライチェーンにおける問題提起をしたのはどの会社ですか"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
DROP = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const dropped = new DataTransfer();
  dropped.items.add(new File([bytes], name, {type: "application/pdf"}));
  document.querySelector("#drop").dispatchEvent(new DragEvent("drop", {dataTransfer: dropped, bubbles: true}));
}"""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return {"executable_path": "/usr/bin/chromium", "args": [*FLAGS, "--disable-component-update", "--disable-sync"]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    return {"locale": "ja-JP", "viewport": {"width": 1280, "height": 860}}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the platform with the README's command; give its address."""
    folder, port = tmp_path_factory.mktemp("newcomer"), free_port()
    own = {"SHIOMI_DATA_DIR": str(folder / "var"), "SHIOMI_PORT": str(port), "SHIOMI_ADMIN_PASSWORD": PASSWORD}
    env = {name: value for name, value in os.environ.items() if not name.startswith("SHIOMI_")} | own
    with (folder / "log").open("wb") as log:
        run = subprocess.Popen(["make", "run"], cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(f"http://127.0.0.1:{port}/healthz", run)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(run.pid, signal.SIGTERM)
        run.wait(timeout=20)


@pytest.mark.slow
def test_a_newcomer_finds_the_page_that_answers(page: Page, address: str, samples: Path) -> None:
    complaints, outside = _listen(page, address)
    _sign_in(page, address)
    _drop(page, samples / "docs_ja" / MINUTES)
    page.locator("#sending").get_by_role("link").click()
    expect(page.locator(".badge.succeeded")).to_be_visible(timeout=90_000)  # without a reload: the page is live
    page.goto(f"{address}/search")
    page.get_by_role("searchbox").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".hit-text").first).to_contain_text("サプライチェーン")
    expect(page.locator(".hit mark").first).to_be_visible()
    page.locator(".hit-title a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("openchain", ignore_case=True)
    _the_place_is_shown_on_the_picture(page)
    assert (complaints, outside) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/jobs", "/documents", "/search"])
def test_no_page_is_wider_than_a_phone(page: Page, address: str, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    _sign_in(page, address)
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.slow
def test_the_look_and_the_language_change_and_stay(page: Page, address: str) -> None:
    _sign_in(page, address)
    page.locator("[data-theme-toggle]").click()
    page.get_by_role("link", name="EN", exact=True).click()
    page.goto(f"{address}/search")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("heading", level=1)).to_have_text("What do you want to know?")


def _sign_in(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("[name=name]").fill("admin")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#drop")).to_be_visible()


def _drop(page: Page, file: Path) -> None:
    page.evaluate(DROP, [file.name, base64.b64encode(file.read_bytes()).decode()])
    expect(page.locator("#sending .row-name")).to_have_text(file.name)


def _the_place_is_shown_on_the_picture(page: Page) -> None:
    picture, place = page.locator(".sheet img"), page.locator(".place rect")
    expect(place).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth > 300")
    inner, outer = place.bounding_box(), picture.bounding_box()
    assert inner is not None
    assert outer is not None
    assert outer["x"] <= inner["x"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]


def _listen(page: Page, address: str) -> tuple[list[str], list[str]]:
    """Gather what the browser complains about, such as a broken policy, and what it asks elsewhere."""
    complaints: list[str] = []
    outside: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda asked: None if asked.url.startswith((address, "data:")) else outside.append(asked.url))
    return complaints, outside


def _wait(url: str, run: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and run.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the platform did not start")
