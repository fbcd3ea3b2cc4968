"""Models by API and page: read, choose, try, usage and budget; who may do what."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

import db
import settings as settings_package
from db import model_calls
from db.model_book import ModelBook
from llm.book import Call, Wish
from scripts import users
from tests.conftest import pointed_at
from tests.integration.web.conftest import PASSWORD, Caller
from tests.unit.llm.chat_stub import KEY, ChatStub, refuses, says


@pytest.fixture
def server() -> Iterator[ChatStub]:
    with ChatStub() as stub:
        yield stub


@pytest.fixture
def set_up(stack: dict[str, str], server: ChatStub) -> Iterator[ChatStub]:
    """Set a compatible server and its default chat model."""
    variables = {
        **stack,
        "SHIOMI_OPENAI_BASE_URL": f"{server.origin}/v1",
        "SHIOMI_OPENAI_API_KEY": KEY,
        "SHIOMI_CHAT_MODEL": "stub-1",
    }
    with pointed_at(variables):
        yield server


@pytest.fixture
def admin(caller: Caller) -> FlaskClient:
    return caller("admin")


def purposes(api: FlaskClient) -> dict[str, Any]:
    return {item["purpose"]: item for item in api.get("/api/v1/models").get_json()["purposes"]}


def test_without_a_server_everything_is_built_in_or_unused(api: FlaskClient) -> None:
    found = api.get("/api/v1/models").get_json()
    states = {item["purpose"]: item["state"] for item in found["purposes"]}
    assert states == {"chat": "none", "vision": "none", "speech": "none", "embedding": "embedded"}
    assert (found["providers"], found["budget"]["state"]) == ([], "unlimited")


def test_an_admin_chooses_configures_and_goes_back(set_up: ChatStub, admin: FlaskClient) -> None:
    assert purposes(admin)["chat"]["model"] == "stub-1"
    body = {"model": "stub-2", "temperature": 0.3, "max_tokens": 100}
    made = admin.put("/api/v1/models/chat", json=body).get_json()
    assert (made["model"], made["provider"], made["is_default"]) == ("stub-2", "compatible", False)
    assert made["config"] == {"temperature": 0.3, "max_tokens": 100, "context_length": 8192}
    kept = admin.put("/api/v1/models/chat", json={"model": "stub-2", "context_length": 4096}).get_json()
    assert kept["config"] == {"temperature": 0.3, "max_tokens": 100, "context_length": 4096}
    assert admin.put("/api/v1/models/chat", json={"model": None}).get_json()["state"] == "none"
    assert admin.delete("/api/v1/models/chat").get_json()["model"] == "stub-1"


@pytest.mark.parametrize(
    ("purpose", "body", "status", "code"),
    [
        ("chat", {"model": ""}, 422, "invalid"),
        ("chat", {"model": "a b"}, 422, "invalid"),
        ("chat", {"model": "m", "temperature": 3}, 422, "invalid"),
        ("chat", {}, 422, "invalid"),
        ("chat", {"model": "m", "provider": "azure"}, 409, "no_server"),
        ("embedding", {"model": "m"}, 409, "embedding_needs_filling"),
        ("cooking", {"model": "m"}, 404, "not_found"),
    ],
)
def test_a_wrong_choice_is_refused(
    set_up: ChatStub, admin: FlaskClient, purpose: str, body: dict[str, Any], status: int, code: str
) -> None:
    answer = admin.put(f"/api/v1/models/{purpose}", json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_only_admins_choose_and_try(set_up: ChatStub, api: FlaskClient) -> None:
    assert api.put("/api/v1/models/chat", json={"model": "m"}).status_code == 403
    assert api.delete("/api/v1/models/chat").status_code == 403
    assert api.post("/api/v1/models/chat/test").status_code == 403
    assert set_up.turns == []


def test_a_choice_counts_in_its_own_workspace_only(set_up: ChatStub, admin: FlaskClient, caller: Caller) -> None:
    admin.put("/api/v1/models/chat", json={"model": "mine"})
    assert purposes(caller("viewer", "default"))["chat"]["model"] == "stub-1"


def test_a_model_is_tried_and_its_fault_is_told_without_the_key(set_up: ChatStub, admin: FlaskClient) -> None:
    assert admin.post("/api/v1/models/chat/test").get_json()["text"] == "潮見坂は今日も満席です。"
    set_up.then(refuses(401, message=f"bad key {KEY}"))
    failed = admin.post("/api/v1/models/chat/test", headers={"Accept-Language": "ja"})
    assert (failed.get_json()["error"]["code"], KEY in failed.text) == ("model_refused", False)
    assert admin.post("/api/v1/models/vision/test").get_json()["code"] == "no_model"


def test_the_providers_models_are_listed_or_why_not(set_up: ChatStub, api: FlaskClient) -> None:
    (found,) = api.get("/api/v1/models/available").get_json()["items"]
    assert (found["models"], found["error"]) == (["stub-1", "stub-2"], None)
    set_up.then(refuses(404))
    (failed,) = api.get("/api/v1/models/available").get_json()["items"]
    assert failed["error"]["code"] == "model_refused"


def test_usage_adds_up(set_up: ChatStub, admin: FlaskClient) -> None:
    for _ in range(3):
        admin.post("/api/v1/models/chat/test")
    used = admin.get("/api/v1/usage").get_json()
    (day,) = used["items"]
    assert (day["calls"], day["prompt_tokens"], day["completion_tokens"], used["cost"]) == (3, 33, 21, 0.0)
    assert admin.get("/api/v1/usage?from=2020-01-01&to=2020-12-31").get_json()["items"] == []
    assert admin.get("/api/v1/usage?from=2020-01-02&to=2020-01-01").status_code == 422


@pytest.mark.parametrize(("factor", "state"), [("2", "ok"), ("1.2", "warn"), ("1", "spent")])
def test_the_budget_is_shown(
    workspace: str, set_up: ChatStub, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch, factor: str, state: str
) -> None:
    limit = _spend(workspace) * Decimal(factor)
    limited = settings_package.get_settings().model_copy(update={"model_monthly_budget": limit})
    monkeypatch.setattr("web.models.get_settings", lambda: limited)
    budget = admin.get("/api/v1/models").get_json()["budget"]
    assert (budget["state"], budget["spent_here"]) == (state, 10.0)


def test_the_page_shows_and_changes_models(set_up: ChatStub, person: str, signed_in: FlaskClient) -> None:
    page = signed_in.get("/models?lang=ja").text
    assert "文章の作成と回答" in page
    assert "stub-1" in page
    assert KEY not in page
    assert 'name="temperature"' not in page  # an editor sees, an admin changes


def test_an_admin_changes_and_tries_on_the_page(set_up: ChatStub, workspace: str, app: Any, token_of: Any) -> None:
    browser = _admin(app, workspace, token_of)
    token = token_of(browser.get("/models").text)
    form = {
        "csrf_token": token,
        "model": "compatible · stub-2",
        "temperature": "0.5",
        "max_tokens": "",
        "action": "choose",
    }
    assert browser.post("/models/chat", data=form).status_code == 303
    assert "stub-2" in browser.get("/models").text
    assert browser.post("/models/chat", data={**form, "temperature": "warm"}).status_code == 422
    shown = browser.post("/models/chat/test", data={"csrf_token": token}, headers={"HX-Request": "true"}).text
    assert "満席" in shown
    assert "stub-1" in browser.get("/models/names").text
    browser.post("/models/chat", data={"csrf_token": token, "action": "default"})
    assert "stub-1" in browser.get("/models").text


def test_what_a_model_answers_is_no_markup(set_up: ChatStub, workspace: str, app: Any, token_of: Any) -> None:
    set_up.then(says("<img src=x onerror=alert(1)>"))
    browser = _admin(app, workspace, token_of)
    token = token_of(browser.get("/models").text)
    shown = browser.post("/models/chat/test", data={"csrf_token": token}).text
    assert "&lt;img" in shown
    assert "<img src=x" not in shown


def _spend(workspace: str) -> Decimal:
    book = ModelBook(workspace)
    admission = book.admit(Wish("openai", 99, 30.0))
    assert admission.slot is not None
    book.settle(admission.slot, Call("openai", "m", "chat", "ok", 1, 1, 1, 0.0, False, Decimal(10)), False)
    with db.engine() as connection:
        return model_calls.spent_this_month(connection)


def _admin(app: Any, workspace: str, token_of: Any) -> FlaskClient:
    name = f"admin-{workspace}"
    users.add(name, PASSWORD, "admin", workspace)
    browser: FlaskClient = app.test_client()
    token = token_of(browser.get("/login?lang=ja").text)
    browser.post("/login", data={"name": name, "password": PASSWORD, "csrf_token": token})
    return browser
