"""Partners: what is signed or has a key comes in once, and nothing else does."""

import base64
import hashlib
import hmac
import io
import json
import random
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from standardwebhooks import Webhook
from werkzeug.test import TestResponse

import db
from db import jobs
from ingesters import signatures, sources
from ingesters.run import run
from ingesters.sources import Wish
from tasks import relay
from tasks.app import connect
from tasks.life import tools
from tests.conftest import pointed_at

STORE = "/api/v1/external/analysis/store"
Caller = Callable[..., FlaskClient]


def analysis(number: int = 0, **more: Any) -> dict[str, Any]:
    sales = {"gmv": {"amount": "1000.50", "currency": "JPY"}, "sku_orders": 3, "created_sku_orders": 5}
    return {"liver": "みお", "stream_id": f"s{number}", "sales": sales, "analysis": {"summary": f"回 {number}"}, **more}


@pytest.fixture
def source(workspace: str) -> tuple[str, str]:
    """Give the id and secret of a source of this workspace."""
    made, secret = sources.create(workspace, Wish("partner", "standard"))
    return str(made.id), secret


def signed(secret: str, message: str, body: bytes, at: float | None = None) -> dict[str, str]:
    """Sign with the reference implementation."""
    now = int(at or time.time())
    signature = Webhook(secret).sign(message, datetime.fromtimestamp(now, UTC), body.decode())
    return {"webhook-id": message, "webhook-timestamp": str(now), "webhook-signature": signature}


def send(app: Flask, source_id: str, body: bytes, headers: dict[str, str]) -> TestResponse:
    return app.test_client().post(
        f"{STORE}?source={source_id}", data=body, headers=headers, content_type="application/json"
    )


def count(workspace: str) -> tuple[int, int]:
    with db.transaction(workspace) as connection:
        row = connection.execute("SELECT (SELECT count(*) FROM analyses), (SELECT count(*) FROM jobs)").fetchone()
    assert row is not None
    return row[0], row[1]


def test_a_message_of_the_reference_implementation_is_accepted_and_can_be_asked_for(
    app: Flask, caller: Caller, source: tuple[str, str]
) -> None:
    body = json.dumps(analysis(), ensure_ascii=False).encode()
    answer = send(app, source[0], body, signed(source[1], "msg_1", body))
    assert answer.status_code == 202
    assert answer.json
    assert [job["kind"] for job in answer.json["jobs"]] == ["analysis"]
    state = caller("partner").get(answer.headers["Location"]).json
    assert state
    assert (state["status"], state["liver"]) == ("waiting", "みお")


def test_a_source_is_found_by_its_secret_when_it_is_not_named(app: Flask, source: tuple[str, str]) -> None:
    body = json.dumps(analysis()).encode()
    answer = app.test_client().post(
        STORE, data=body, headers=signed(source[1], "m", body), content_type="application/json"
    )
    assert answer.status_code == 202


def test_the_same_message_again_is_200_and_its_id_with_other_content_409(app: Flask, source: tuple[str, str]) -> None:
    body, other = (json.dumps(analysis(n)).encode() for n in (1, 2))
    first = send(app, source[0], body, signed(source[1], "m", body))
    again = send(app, source[0], body, signed(source[1], "m", body))
    changed = send(app, source[0], other, signed(source[1], "m", other))
    assert (first.status_code, again.status_code, changed.status_code) == (202, 200, 409)
    assert first.json
    assert again.json
    assert first.json["analysis_id"] == again.json["analysis_id"]


def hostile(kind: str, secret: str, body: bytes, rng: random.Random) -> tuple[bytes, dict[str, str]]:
    """Make a message that must not be accepted."""
    headers = signed(secret, f"msg_{secrets.token_hex(6)}", body)
    match kind:
        case "forged":
            headers = signed(signatures.new_secret(), headers["webhook-id"], body)
        case "truncated":
            body = body[: rng.randrange(len(body))]
        case "re-encoded":
            body = json.dumps(json.loads(body), indent=rng.choice([1, 2, None]), ensure_ascii=True).encode() + b"\n"
        case "expired":
            headers = signed(secret, headers["webhook-id"], body, time.time() - rng.choice([301, 4000, 10**6, -400]))
        case "replayed":  # an old message under a new id or a new time
            name = rng.choice(["webhook-id", "webhook-timestamp"])
            headers[name] = str(int(headers[name]) - 1) if name == "webhook-timestamp" else headers[name] + "x"
        case "garbled":
            name = rng.choice(sorted(headers))
            headers[name] = rng.choice(["", "v1", "v1,", "v1,é", ",", "v1,%%%", "9" * 40, "-5", "x" * 5000, "v1 v1 v1"])
    return body, headers


def test_of_500_hostile_messages_none_is_accepted(
    app: Flask, workspace: str, source: tuple[str, str], caller: Caller
) -> None:
    rng, other = random.Random(7), f"{workspace}-b"
    caller("viewer", other)
    neighbour, _ = sources.create(other, Wish("neighbour", "standard"))
    kinds = ["forged", "truncated", "re-encoded", "expired", "replayed", "garbled", "wrong tenant"]
    statuses = []
    for number in range(500):
        kind = kinds[number % len(kinds)]
        body, headers = hostile(kind, source[1], json.dumps(analysis(number), ensure_ascii=False).encode(), rng)
        goal = str(neighbour.id) if kind == "wrong tenant" else source[0]
        statuses.append(send(app, goal, body, headers).status_code)
    assert set(statuses) == {401}
    assert (count(workspace), count(other)) == ((0, 0), (0, 0))


def test_500_duplicates_and_reorderings_make_one_job_each(app: Flask, workspace: str, source: tuple[str, str]) -> None:
    bodies = {f"msg_{n}": json.dumps(analysis(n)).encode() for n in range(100)}
    order = [name for name in bodies for _ in range(5)]
    random.Random(3).shuffle(order)

    def post(name: str) -> int:
        return send(app, source[0], bodies[name], signed(source[1], name, bodies[name])).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(post, order))
    assert (statuses.count(202), statuses.count(200)) == (100, 400)
    assert count(workspace) == (100, 100)


def test_both_secrets_count_after_a_rotation(app: Flask, workspace: str, source: tuple[str, str]) -> None:
    _, new = sources.rotate(workspace, UUID(source[0]))
    for number, secret in enumerate((source[1], new)):
        body = json.dumps(analysis(number)).encode()
        assert send(app, source[0], body, signed(secret, f"m{number}", body)).status_code == 202


def test_a_removed_source_is_refused(app: Flask, workspace: str, source: tuple[str, str]) -> None:
    sources.remove(workspace, UUID(source[0]))
    body = json.dumps(analysis()).encode()
    assert send(app, source[0], body, signed(source[1], "m", body)).status_code == 401


def test_a_github_message_is_its_own_id(app: Flask, workspace: str) -> None:
    made, secret = sources.create(workspace, Wish("hub", "github", secret="a secret that the hub keeps"))
    body = json.dumps(analysis()).encode()
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    statuses = [
        send(
            app, str(made.id), body, {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Delivery": str(n)}
        ).status_code
        for n in range(3)
    ]
    assert statuses == [202, 200, 200]


def test_a_key_of_role_partner_may_send_files(caller: Caller, workspace: str) -> None:
    client, png = caller("partner"), base64.b64decode(PNG)
    form = {
        "liver": "みお",
        "sales": '{"gmv": "100", "currency": "JPY"}',
        "video": (io.BytesIO(b"not really a video"), "v.mp4"),
        "screenshots[]": [(io.BytesIO(png), "a.png"), (io.BytesIO(png + b"\0"), "b.png")],
    }
    answer = client.post(STORE, data=form)
    assert answer.status_code == 202, answer.json
    assert answer.json
    state = client.get(answer.headers["Location"]).json
    assert state
    assert sorted(job["kind"] for job in state["jobs"] if job["kind"] != "video") == [
        "analysis",
        "screenshot",
        "screenshot",
    ]
    assert {(file["role"], file["state"]) for file in state["files"]} >= {("screenshot", "job")}


def test_a_partner_may_do_nothing_else_and_nobody_else_may_send(caller: Caller) -> None:
    assert caller("partner").get("/api/v1/jobs").status_code == 403
    assert caller("editor").post(STORE, json=analysis()).status_code == 403
    assert caller("admin").post(STORE, json=analysis()).status_code == 202


BAD: list[tuple[bytes, str, int, str]] = [
    (b"{", "application/json", 422, "body"),
    (b"[]", "application/json", 422, "body"),
    (b"{}", "application/json", 422, "body"),
    (b'{"sales": {"gmv": "lots"}}', "application/json", 422, "sales.gmv"),
    (b'{"sales": {"gmv": {"amount": "1", "currency": "yen"}}}', "application/json", 422, "sales.gmv.currency"),
    (b'{"analysis": {"phases": [{"metrics": {"orders": true}}]}}', "application/json", 422,
     "analysis.phases.0.metrics.orders"),
    (b'{"video_url": "file:///etc/passwd"}', "application/json", 422, "video_url"),
    (b'{"screenshot_urls": [1]}', "application/json", 422, "screenshot_urls.0"),
    (b'{"liver": 5, "sales": {}}', "application/json", 422, "liver"),
    (b'{"started_at": "yesterday", "sales": {"gmv": 1}}', "application/json", 422, "started_at"),
    (b'{"video": "v.mp4"}', "application/json", 422, "video"),
    (b"<a/>", "application/xml", 415, ""),
    (b"", "", 422, "body"),
    (b"\x1f\x8b", "application/json", 422, "body"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "status", "field"), BAD)
def test_what_is_no_analysis_is_refused_by_field_and_leaves_nothing(
    caller: Caller, workspace: str, body: bytes, kind: str, status: int, field: str
) -> None:
    answer = caller("partner").post(STORE, data=body, content_type=kind)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json
    assert field in [error["field"] for error in answer.json.get("errors", [{"field": ""}])]
    assert count(workspace) == (0, 0)


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
def test_two_gigabytes_are_refused_before_they_come(
    app: Flask, caller: Caller, source: tuple[str, str], kind: str
) -> None:
    huge = {"CONTENT_LENGTH": str(2 * 2**30)}
    for client, headers in ((caller("partner"), {}), (app.test_client(), signed(source[1], "m", b"{"))):
        answer = client.post(
            f"{STORE}?source={source[0]}", data=b"{", content_type=kind, headers=headers, environ_overrides=huge
        )
        assert answer.status_code == 413


def test_a_form_with_a_file_under_another_name_is_refused(caller: Caller, workspace: str) -> None:
    answer = caller("partner").post(STORE, data={"liver": "a", "movie": (io.BytesIO(b"x"), "m.mp4")})
    assert answer.status_code == 422
    assert answer.json
    assert {error["field"] for error in answer.json["errors"]} == {"movie", "body"}
    assert count(workspace) == (0, 0)


def test_a_signed_form_is_checked_as_bytes(app: Flask, workspace: str, source: tuple[str, str]) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="sales"\r\n\r\n{"gmv": 5, "currency": "JPY"}\r\n'
        b'--x\r\nContent-Disposition: form-data; name="video"; filename="v.mp4"\r\n\r\nbytes\r\n--x--\r\n'
    )
    kind = "multipart/form-data; boundary=x"
    headers = signed(source[1], "m", body)
    for given, status in ((body.replace(b"5", b"6"), 401), (body, 202), (body, 200)):
        answer = app.test_client().post(f"{STORE}?source={source[0]}", data=given, headers=headers, content_type=kind)
        assert answer.status_code == status, answer.json


def test_while_the_broker_is_down_a_message_is_taken_within_a_second_and_worked_on_when_it_is_back(
    app: Flask, workspace: str, source: tuple[str, str], stack: dict[str, str]
) -> None:
    with pointed_at(
        {"SHIOMI_BROKER_URL": "redis://127.0.0.1:1/0", "SHIOMI_DATABASE_URL": stack["SHIOMI_DATABASE_URL"]}
    ):
        body = json.dumps(analysis()).encode()
        began = time.perf_counter()
        answer = send(app, source[0], body, signed(source[1], "m", body))
        took = time.perf_counter() - began
    assert answer.status_code == 202
    assert took < 1
    assert answer.json
    with db.transaction(workspace) as connection:
        waiting = connection.execute("SELECT count(*) FROM outbox WHERE published_at IS NULL").fetchone()
        assert waiting == (1,)
        assert jobs.counts(connection) == {"waiting": 1}
    connect()
    assert relay.publish_due() >= 1
    run(UUID(answer.json["analysis_id"]), tools(), "test", lambda: False)
    with db.transaction(workspace) as connection:
        assert jobs.counts(connection) == {"succeeded": 1}
    with db.engine() as connection:  # what other tests left waiting is not on its way
        connection.execute("UPDATE outbox SET published_at = NULL")


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
