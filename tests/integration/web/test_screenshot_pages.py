import io
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

import db
from db import chunks, workspaces
from scripts import users
from tests.e2e.made_dashboard import CARDS, ROWS, Drawn, store
from tests.integration.web.conftest import PASSWORD, csrf_token

FOREIGN = ("http://", "https://", "<style", " style=", " onclick=", "<script>")


@pytest.fixture
def drawn() -> Drawn:
    """Give a picture that shows nothing, with places as if it did."""
    named = [(at, key + part) for at, (key, *_) in enumerate(CARDS) for part in ("", "-label")]
    places = {key: [10.0 + 9 * at, 20.0, 80.0, 30.0] for at, key in named}
    cells = {f"{r},{c}": [5.0 * c, 9.0 * r, 5.0, 9.0] for r in range(len(ROWS)) for c in range(3)}
    return Drawn(_png(), 64, 48, {**places, **cells, "gmv-change": [5.0, 5.0, 20.0, 10.0]})


@pytest.fixture
def stored(workspace: str, drawn: Drawn) -> UUID:
    return store(workspace, drawn, stream_id="夜のライブ")


EMPTY = ("/screenshots", "/screenshots?outcome=no_numbers", "/screenshots?stream_id=x", "/review")


@pytest.mark.parametrize("path", EMPTY)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_work_empty_in_both_languages(signed_in: FlaskClient, path: str, language: str) -> None:
    answer = signed_in.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert 'class="empty' in answer.text


@pytest.mark.parametrize("path", ["/screenshots", "/screenshots/{}", "/review", "/streams/夜のライブ"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_hold_no_inline_code(signed_in: FlaskClient, stored: UUID, path: str, language: str) -> None:
    answer = signed_in.get(f"{path.format(stored)}?lang={language}")
    assert answer.status_code == 200
    assert [word for word in FOREIGN if word in answer.text] == []


@pytest.mark.parametrize("outcome", ["no_numbers", "unknown_layout", "low_resolution"])
def test_each_outcome_says_what_to_do(signed_in: FlaskClient, workspace: str, drawn: Drawn, outcome: str) -> None:
    address = f"/screenshots/{store(workspace, drawn, outcome=outcome)}"
    assert '<p class="notice' in signed_in.get(address).text
    assert address in signed_in.get(f"/screenshots?outcome={outcome}").text


def test_a_hit_opens_at_its_value(signed_in: FlaskClient, workspace: str, stored: UUID) -> None:
    with db.transaction(workspace) as connection:
        second = chunks.of_document(connection, stored, 1, 0)[0]
    text = signed_in.get(f"/screenshots/{stored}?chunk={second.id}&q=注文").text
    assert 'data-key="orders"' in text.split("data-chosen")[0].rpartition("<li")[2]
    assert "data-chosen" not in signed_in.get(f"/screenshots/{stored}?chunk=999999999").text


def test_somebody_who_may_only_read_sees_no_form(app: Flask, workspace: str, stored: UUID) -> None:
    name = f"viewer-{uuid4().hex[:8]}"
    assert users.add(name, PASSWORD, "viewer", workspace)
    client = app.test_client()
    token = csrf_token(client.get("/login").text)
    client.post("/login", data={"name": name, "password": PASSWORD, "csrf_token": token})
    for path in (f"/screenshots/{stored}", "/review"):
        assert 'name="said"' not in client.get(path).text
    token = csrf_token(client.get("/review").text)
    answer = client.post(f"/screenshots/{stored}/values/pcu", data={"csrf_token": token, "said": "1"})
    assert answer.status_code == 403


def test_a_decision_without_the_forms_token_is_refused(signed_in: FlaskClient, stored: UUID) -> None:
    assert signed_in.post(f"/screenshots/{stored}/values/pcu", data={"said": "1"}).status_code == 403
    assert signed_in.post("/review", data={"value": f"{stored}/pcu", "said": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("said", "action", "status"),
    [("", "save", 422), ("x" * 400, "save", 422), ("1\x00", "save", 422), ("9", "save", 303), ("", "undo", 422)],
)
def test_what_can_be_said_of_a_value_by_form(
    signed_in: FlaskClient, stored: UUID, said: str, action: str, status: int
) -> None:
    address = f"/screenshots/{stored}"
    form = {"csrf_token": csrf_token(signed_in.get(address).text), "said": said, "shown": "842", "action": action}
    assert signed_in.post(f"{address}/values/pcu", data=form).status_code == status


NOWHERE = ("/screenshots/{0}", "/streams/none", "/streams/%00", "/review?at=x", "/review?at={0}/gmv")


@pytest.mark.parametrize("path", [*NOWHERE, "/screenshots/{0}/values/x/history"])
def test_what_is_not_there_is_not_found(signed_in: FlaskClient, path: str) -> None:
    assert signed_in.get(path.format(uuid4())).status_code == 404


def test_another_workspace_sees_nothing(
    signed_in: FlaskClient, drawn: Drawn, token_of: Callable[[str], str], stack: dict[str, str]
) -> None:
    other = f"w{uuid4().hex[:12]}"
    with db.engine() as connection:
        workspaces.ensure(connection, other)
    hidden = store(other, drawn)
    assert signed_in.get(f"/screenshots/{hidden}").status_code == 404
    form = {"csrf_token": token_of(signed_in.get("/review").text), "said": "1", "value": f"{hidden}/pcu"}
    assert signed_in.post("/review", data=form).status_code == 404


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, "PNG")
    return out.getvalue()
