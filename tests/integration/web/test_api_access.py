import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

import db
from db import keys as key_rows
from scripts import keys, users
from web.access import ANYONE, PUBLIC, RANK, local_path

ROLES = {PUBLIC, ANYONE, "partner", *RANK}


def test_every_route_declares_its_role(app: Flask) -> None:
    roles = {rule.rule: getattr(app.view_functions[rule.endpoint], "role", None) for rule in app.url_map.iter_rules()}
    assert {rule for rule, role in roles.items() if role not in ROLES} == set()
    assert {rule for rule, role in roles.items() if role == PUBLIC} == {
        "/static/<path:filename>", "/healthz", "/api/health", "/api/v1/openapi.json"
    }  # fmt: skip


def test_a_route_without_a_role_is_never_served(app: Flask) -> None:
    with app.test_request_context("/static/icon.svg"):
        view: Any = app.view_functions["static"]
        role = view.role
        del view.role
        try:
            assert app.test_client().get("/static/icon.svg").status_code == 403
        finally:
            view.role = role


@pytest.mark.parametrize(
    ("method", "path", "least"),
    [
        ("GET", "/api/v1/jobs", "viewer"),
        ("GET", "/api/v1/documents", "viewer"),
        ("POST", "/api/v1/jobs", "editor"),
        ("POST", "/api/v1/jobs/00000000-0000-0000-0000-000000000000/cancel", "editor"),
    ],
)
def test_a_role_may_do_what_it_may_and_no_more(caller: Any, method: str, path: str, least: str) -> None:
    for role in ("partner", "viewer", "editor", "admin"):
        allowed = role != "partner" and RANK[role] >= RANK[least]
        answer = caller(role).open(path, method=method)
        assert (answer.status_code != 403) == allowed, role


def test_without_a_key_the_api_asks_for_one(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/jobs")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.get_json()["code"] == "unauthorized"


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic YTpi", "nonsense", "Bearer " + "x" * 5000])
def test_a_wrong_key_opens_nothing_even_with_a_session(signed_in: FlaskClient, header: str) -> None:
    assert signed_in.get("/api/v1/jobs").status_code == 200
    assert signed_in.get("/api/v1/jobs", headers={"Authorization": header}).status_code == 401


def test_a_revoked_key_opens_nothing(app: Flask, workspace: str) -> None:
    secret = keys.create("viewer", workspace, "short-lived")
    header = {"Authorization": f"Bearer {secret}"}
    client = app.test_client()
    assert client.get("/api/v1/jobs", headers=header).status_code == 200
    with db.engine() as connection:
        found = key_rows.find(connection, secret)
        assert found is not None
        key_rows.revoke(connection, found.id)
    assert client.get("/api/v1/jobs", headers=header).status_code == 401


def test_pages_send_strangers_to_the_login_and_back(app: Flask) -> None:
    answer = app.test_client().get("/jobs?status=failed")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=/jobs?status%3Dfailed"


def test_a_part_of_a_page_sends_the_whole_page_to_the_login(app: Flask) -> None:
    answer = app.test_client().get("/newest", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login")


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "//[",
        "http://[",
        "/\\[",
        None,
    ],
)
def test_the_login_never_leads_to_another_site(target: str | None) -> None:
    assert local_path(target) == "/"


def test_a_cookie_alone_changes_nothing(signed_in: FlaskClient, token_of: Callable[[str], str]) -> None:
    address = "/api/v1/jobs/00000000-0000-0000-0000-000000000000/cancel"
    assert signed_in.post(address).get_json()["code"] == "csrf_failed"
    assert signed_in.post(address, headers={"X-CSRF-Token": "wrong"}).get_json()["code"] == "csrf_failed"
    token = token_of(signed_in.get("/").text)
    assert signed_in.post(address, headers={"X-CSRF-Token": token}).status_code == 404


def test_a_login_needs_its_form(app: Flask, person: str) -> None:
    answer = app.test_client().post("/login", data={"name": person, "password": "tide and sea"})
    assert answer.status_code == 403


def test_a_name_is_locked_after_too_many_wrong_passwords(
    app: Flask, person: str, token_of: Callable[[str], str]
) -> None:
    client = app.test_client()
    token = token_of(client.get("/login").text)
    tries = [
        {"name": person, "password": password, "csrf_token": token} for password in ["wrong"] * 5 + ["tide and sea"]
    ]
    assert [client.post("/login", data=form).status_code for form in tries] == [401] * 5 + [429]


def test_an_unknown_name_takes_as_long_as_a_wrong_password(
    app: Flask, person: str, token_of: Callable[[str], str]
) -> None:
    client = app.test_client()
    token = token_of(client.get("/login").text)

    def seconds(name: str) -> float:
        began = time.perf_counter()
        assert client.post("/login", data={"name": name, "password": "wrong", "csrf_token": token}).status_code == 401
        return time.perf_counter() - began

    assert seconds("nobody at all") > 0.3 * seconds(person)


def test_a_new_password_ends_all_sessions(signed_in: FlaskClient, person: str) -> None:
    assert signed_in.get("/jobs").status_code == 200
    assert users.change_password(person, "another password")
    assert signed_in.get("/jobs").status_code == 302


def test_signing_out_ends_the_session(signed_in: FlaskClient, token_of: Callable[[str], str]) -> None:
    token = token_of(signed_in.get("/").text)
    assert signed_in.post("/logout", data={"csrf_token": token}).status_code == 303
    assert signed_in.get("/").status_code == 302


def test_a_copied_cookie_opens_nothing_after_signing_out(
    app: Flask, signed_in: FlaskClient, token_of: Callable[[str], str]
) -> None:
    cookie = signed_in.get_cookie("shiomi")
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie("shiomi", cookie.value)
    assert thief.get("/jobs").status_code == 200
    signed_in.post("/logout", data={"csrf_token": token_of(signed_in.get("/").text)})
    assert thief.get("/jobs").status_code == 302


def test_a_stranger_does_not_lock_out_the_owner_of_a_name(
    app: Flask, person: str, token_of: Callable[[str], str]
) -> None:
    client = app.test_client()
    form = {"name": person, "csrf_token": token_of(client.get("/login").text)}
    stranger = {"REMOTE_ADDR": f"2001:db8:{uuid4().hex[:4]}::1"}
    wrong = [client.post("/login", data=form | {"password": "x"}, environ_base=stranger) for _ in range(6)]
    assert [answer.status_code for answer in wrong] == [401] * 5 + [429]
    assert client.post("/login", data=form | {"password": "tide and sea"}).status_code == 303


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask) -> None:
    cookie = app.test_client().get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
