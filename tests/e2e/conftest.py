"""A browser, and the pages of this process on real Postgres for it, with somebody signed in."""

import re
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

import settings as settings_package
from scripts import users
from tests.e2e.made_dashboard import Drawn, draw
from web.app import create_app

PASSWORD = "tide and sea"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Start the system's Chromium."""
    return {"executable_path": "/usr/bin/chromium", "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """Read Japanese on a wide screen."""
    return {"locale": "ja-JP", "viewport": {"width": 1280, "height": 860}}


@pytest.fixture(scope="session")
def site(stack: dict[str, str]) -> Iterator[str]:
    """Serve the pages from this process; give their address."""
    settings = settings_package.get_settings().model_copy(update={"rate_limit": "100000/minute"})
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def drawn(browser: Browser) -> Drawn:
    """Draw the dashboard once."""
    return draw(browser)


@pytest.fixture
def editor(workspace: str) -> str:
    """Give the name of a user with the role editor."""
    name = f"user-{uuid4().hex[:8]}"
    assert users.add(name, PASSWORD, "editor", workspace)
    return name


@pytest.fixture
def desk(context: BrowserContext, site: str, editor: str) -> Page:
    """Give a page on which that user has signed in, in Japanese."""
    page = context.new_page()
    page.goto(f"{site}/login?lang=ja")
    page.locator("[name=name]").fill(editor)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/$"))
    return page
