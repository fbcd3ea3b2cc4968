"""The application on real Postgres, and callers of it: keys of each role, a browser that has signed in."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

import settings as settings_package
from scripts import keys, users
from web.app import create_app

Caller = Callable[..., FlaskClient]
PASSWORD = "tide and sea"


@pytest.fixture(scope="session")
def app(stack: dict[str, str]) -> Flask:
    """Make the application once; limits high enough for a whole test run."""
    settings = settings_package.get_settings().model_copy(
        update={"rate_limit": "100000/minute", "max_upload_mb": 1, "web_threads": 8}
    )
    made = create_app(settings)
    made.testing = True
    made.config["PROPAGATE_EXCEPTIONS"] = False
    return made


@pytest.fixture
def caller(app: Flask, workspace: str) -> Caller:
    """Make clients of the API with a key of some role, in this test's workspace or another."""

    def make(role: str = "editor", inside: str = workspace) -> FlaskClient:
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {keys.create(role, inside, 'test')}"
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return make


@pytest.fixture
def api(caller: Caller) -> FlaskClient:
    """Give a client with an editor's key."""
    return caller("editor")


@pytest.fixture
def person(workspace: str) -> str:
    """Give the name of a user with the role editor."""
    name = f"user-{uuid4().hex[:8]}"
    assert users.add(name, PASSWORD, "editor", workspace)
    return name


@pytest.fixture
def signed_in(app: Flask, person: str) -> FlaskClient:
    """Give a browser in which that user has signed in."""
    client = app.test_client()
    token = csrf_token(client.get("/login?lang=en").text)
    answer = client.post("/login", data={"name": person, "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 303
    return client


def csrf_token(page: str) -> str:
    """Read the token of a page's forms."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def token_of() -> Callable[[str], str]:
    """Give the reader of a page's form token."""
    return csrf_token
