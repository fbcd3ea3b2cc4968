import io
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

FOREIGN = ("http://", "https://", "<style", " style=", " onclick=", "<script>")
PAGES = ("/", "/jobs", "/jobs?status=failed", "/documents", "/search", "/search?q=潮", "/newest")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_works_empty_in_both_languages(signed_in: FlaskClient, path: str, language: str) -> None:
    answer = signed_in.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_language_that_was_chosen_stays(app: Flask) -> None:
    client = app.test_client()
    assert "Shiomiにログイン" in client.get("/login?lang=ja", headers={"Accept-Language": "en"}).text
    assert "Shiomiにログイン" in client.get("/login", headers={"Accept-Language": "en"}).text
    assert '<html lang="en"' in client.get("/login?lang=en").text


def test_a_page_asks_nobody_else_and_holds_no_inline_code(signed_in: FlaskClient) -> None:
    for path in PAGES:
        text = signed_in.get(path).text
        assert not [
            word for word in ("http://", "https://", "<style", " style=", " onclick=", "<script>") if word in text
        ]


def test_pages_and_api_carry_the_headers_that_protect(signed_in: FlaskClient) -> None:
    for path in ("/", "/api/v1/jobs", "/static/icon.svg", "/nowhere"):
        with signed_in.get(path) as answer:
            headers = answer.headers
        assert headers["Content-Security-Policy"].startswith("default-src 'self'; ")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_a_lost_page_is_a_page_and_a_lost_call_is_a_problem(signed_in: FlaskClient) -> None:
    call, page = signed_in.get("/api/v1/nowhere?lang=en"), signed_in.get("/nowhere?lang=ja")
    assert (page.status_code, page.mimetype, "見つかりません" in page.text) == (404, "text/html", True)
    assert (call.status_code, call.mimetype, call.get_json()["title"]) == (404, "application/problem+json", "Not found")


def test_a_problem_speaks_the_language_asked_for(api: FlaskClient) -> None:
    japanese = api.get("/api/v1/jobs?limit=0&lang=ja").get_json()
    english = api.get("/api/v1/jobs?limit=0&lang=en").get_json()
    assert japanese["code"] == english["code"] == "invalid"
    assert japanese["errors"][0]["message"] == "1以上にしてください。"
    assert english["errors"][0]["message"] == "This must be at least 1."


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/login?endpoint=x", 302),
        ("GET", "/login?next=//[", 302),
        ("GET", "/search?_method=POST&_external=1&_scheme=ftp&_anchor=a&endpoint=x", 200),
        ("GET", "/documents/00000000-0000-0000-0000-000000000000?endpoint=x&_method=POST", 404),
        ("POST", "/logout?endpoint=x", 403),
    ],
)
def test_hostile_arguments_change_no_address(signed_in: FlaskClient, method: str, address: str, status: int) -> None:
    answer = signed_in.open(address, method=method)
    assert answer.status_code == status
    assert not [word for word in ("http://", "ftp://", "_external", "_anchor") if word in answer.text]


def test_a_page_is_kept_by_nobody(app: Flask, signed_in: FlaskClient) -> None:
    pages = [app.test_client().get("/login"), *(signed_in.get(path) for path in (*PAGES, "/nowhere"))]
    assert {page.headers["Cache-Control"] for page in pages} == {"no-store"}


def test_methods_that_callers_invent_are_counted_together(app: Flask) -> None:
    client = app.test_client()
    for method in ("BREW", "X" * 200):
        client.open("/login", method=method)
    shown = client.get("/metrics").text
    assert 'method="other"' in shown
    assert "BREW" not in shown
    assert "XXX" not in shown


def test_an_unsupported_method_names_the_supported_ones(api: FlaskClient) -> None:
    answer = api.delete("/api/v1/jobs")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_a_browser_without_scripts_can_upload(signed_in: FlaskClient, token_of: Callable[[str], str]) -> None:
    form = {
        "csrf_token": token_of(signed_in.get("/").text),
        "file": [(io.BytesIO(uuid4().bytes), "一.txt"), (io.BytesIO(uuid4().bytes), "二.txt")],
        "product": "serum",
    }
    assert signed_in.post("/upload", data=form, content_type="multipart/form-data").status_code == 303
    jobs = signed_in.get("/api/v1/jobs").get_json()["items"]
    assert {job["asset"]["filename"] for job in jobs} == {"一.txt", "二.txt"}
    assert {job["metadata"]["product"] for job in jobs} == {"serum"}


def test_a_job_page_shows_its_state_and_lets_an_editor_cancel(
    signed_in: FlaskClient, token_of: Callable[[str], str]
) -> None:
    token = token_of(signed_in.get("/?lang=en").text)
    form = {"csrf_token": token, "file": (io.BytesIO(uuid4().bytes), "a.txt")}
    signed_in.post("/upload", data=form, content_type="multipart/form-data")
    job_id = signed_in.get("/api/v1/jobs").get_json()["items"][0]["id"]
    page = signed_in.get(f"/jobs/{job_id}").text
    assert "No worker is running for it" in page
    assert f'data-events="/api/v1/jobs/{job_id}/events"' in page
    signed_in.post(f"/jobs/{job_id}/cancel", data={"csrf_token": token})
    assert "data-ended" in signed_in.get(f"/jobs/{job_id}/live").text


def test_health_tells_alive_from_well(app: Flask, api: FlaskClient) -> None:
    stranger = app.test_client()
    assert stranger.get("/healthz").text == "ok\n"
    assert stranger.get("/api/health").get_json() == {"status": "degraded"}
    parts = {part["name"]: part["ok"] for part in api.get("/api/health/detailed").get_json()["parts"]}
    assert (parts["database"], parts["broker"], parts["workers"]) == (True, True, False)


@pytest.mark.parametrize(("address", "answer"), [("/metrics", 200), ("/api/health/detailed", 503)])
def test_figures_are_for_this_machine_and_for_callers_with_a_role(
    app: Flask, api: FlaskClient, address: str, answer: int
) -> None:
    stranger = app.test_client()
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert stranger.get(address).status_code == answer
    assert stranger.get(address, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401
    assert stranger.get(address, environ_base=elsewhere).status_code == 401
    assert api.get(address, environ_base=elsewhere).status_code == answer
