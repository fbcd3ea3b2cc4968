"""One browser session that turns pages into pictures and reads the truth from their DOM."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.dashboards import themes
from bench.dashboards.catalogue import Drawing, drawings

_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--font-render-hinting=none", "--hide-scrollbars"),
)
_HERE = Path(__file__).parent
_HAS_FONT = """(name) => {
  const canvas = document.createElement("canvas").getContext("2d");
  const width = (family) => { canvas.font = `40px ${family}`; return canvas.measureText("mWi0129あ永").width; };
  return ["monospace", "serif"].every((other) => width(`'${name}', ${other}`) !== width(other)) &&
    width(`'${name}', monospace`) === width(`'${name}', serif`);
}"""


def render(folder: Path, seed: int, *, zoom: int = 1, only: Collection[str] = ()) -> list[str]:
    """Render every picture of this seed at its own scale times zoom (4 at most); give the fonts that were found."""
    with _chromium() as browser:
        installed = _installed(browser)
        for drawing in drawings(seed, installed):
            if only and drawing.name not in only:
                continue
            _shoot(browser, drawing, min(drawing.scale * zoom, 4.0), folder / drawing.name)
    return installed


def _shoot(browser: Browser, drawing: Drawing, scale: float, target: Path) -> None:
    context = browser.new_context(
        viewport={"width": drawing.width, "height": drawing.height}, device_scale_factor=scale, locale=drawing.language
    )
    page = context.new_page()
    page.set_content(_document(drawing))
    page.evaluate("document.fonts.ready")
    truth = _truth(page)
    page.screenshot(path=target.with_suffix(".png"), full_page=True)
    truth |= {"scale": scale, "name": drawing.name, "kind": drawing.kind, "language": drawing.language}
    target.with_suffix(".json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
    context.close()


def _truth(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate((_HERE / "truth.js").read_text(encoding="utf-8"))
    return found


def _document(drawing: Drawing) -> str:
    sheet = (_HERE / "sheet.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html><html lang="{drawing.language}"><head><meta charset="utf-8"><style>{sheet}</style></head>'
        f"<body>{drawing.html}</body></html>"
    )


def _installed(browser: Browser) -> list[str]:
    page = browser.new_page()
    page.set_content("<!doctype html><title>fonts</title>")
    found = [name for name in (*themes.JAPANESE, *themes.LATIN) if page.evaluate(_HAS_FONT, name)]
    page.close()
    return found


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()
