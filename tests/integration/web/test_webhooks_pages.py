"""The pages on webhooks and analyses: set up, secret shown once, log with payload and answer, sent again."""

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ingesters import endpoints
from scripts import users
from tests.integration.web.test_webhooks_api import stored

PASSWORD = "tide and sea"


@pytest.fixture
def admin(app: Flask, workspace: str, token_of: Callable[[str], str]) -> Callable[..., str]:
    """Give a browser of an administrator: it opens a page, or sends a form with its token."""
    name = f"user-{uuid4().hex[:8]}"
    assert users.add(name, PASSWORD, "admin", workspace)
    client: FlaskClient = app.test_client()
    token = token_of(client.get("/login?lang=en").text)
    assert client.post("/login", data={"name": name, "password": PASSWORD, "csrf_token": token}).status_code == 303

    def do(path: str, **form: object) -> str:
        if not form:
            return client.get(path).text
        token = token_of(client.get("/webhooks").text)
        return client.post(path, data=form | {"csrf_token": token}, follow_redirects=True).text

    return do


def test_an_endpoint_is_registered_and_its_secret_shown_once(admin: Callable[..., str]) -> None:
    page = admin("/webhooks/endpoints", url="https://example.com/a", description="Ours", events=["job.failed"])
    assert re.search(r"<code>whsec_[^<]+</code>", page)
    assert "whsec_" not in admin("/webhooks")
    assert "Ours" in admin("/webhooks")


def test_a_bad_url_is_said_on_the_page(admin: Callable[..., str]) -> None:
    assert "Give an http(s) URL" in admin("/webhooks/endpoints", url="ftp://x")


def test_a_partner_is_set_up_and_gets_a_new_secret(admin: Callable[..., str]) -> None:
    page = admin("/webhooks/sources", name="Partner", scheme="standard")
    first = re.search(r"whsec_[^<]+", page)
    source = re.search(r"/webhooks/sources/([0-9a-f-]+)/rotate", page)
    assert first
    assert source
    again = re.search(r"whsec_[^<]+", admin(f"/webhooks/sources/{source[1]}/rotate", x=1))
    assert again
    assert again[0] != first[0]
    assert "No partner is set up yet." in admin(f"/webhooks/sources/{source[1]}/remove", x=1)


def test_the_log_shows_payload_and_sends_again(admin: Callable[..., str], workspace: str) -> None:
    made, _ = endpoints.create(workspace, "https://example.com/a", ["*"])
    log = admin(f"/webhooks/endpoints/{made.id}/test", x=1)
    send = re.search(r"/webhooks/sends/([0-9a-f-]+)", log)
    assert send
    page = admin(f"/webhooks/sends/{send[1]}")
    assert "hello" in page
    assert "On its way" in admin(f"/webhooks/sends/{UUID(send[1])}/replay", x=1)
    assert "Switch on" in admin(f"/webhooks/endpoints/{made.id}/off", x=1)


def test_an_analysis_has_a_page_with_its_figures_and_texts(admin: Callable[..., str], workspace: str) -> None:
    stored(workspace, 1, 700)
    page = admin("/analyses")
    found = re.search(r"/analyses/([0-9a-f-]{36})", page)
    assert found
    assert "挨拶" in admin(f"/analyses/{found[1]}")


def test_only_administrators_see_webhooks(signed_in: FlaskClient) -> None:
    assert signed_in.get("/webhooks").status_code == 403
