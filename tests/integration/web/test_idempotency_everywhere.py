"""Every POST of the API takes an Idempotency-Key, and a replayed one does nothing twice."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

import db
from tests.integration.web.test_external import Caller, analysis

SAMPLE = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1", "string": "x", "path": "x"}


def posts(app: Flask) -> list[str]:
    """Give an address for each route of the API that takes POSTs."""
    rules = [
        rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()) and rule.rule.startswith("/api/")
    ]
    return [re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda m: SAMPLE[m[1] or "string"], rule.rule) for rule in rules]


def test_every_post_minds_the_key(app: Flask, caller: Caller) -> None:
    client = caller("admin", "default")  # some calls are the operator's, who is an admin there
    codes = {}
    for path in posts(app):
        answer = client.post(path, json={}, headers={"Idempotency-Key": "not acceptable: spaces"})
        codes[path] = (answer.json or {}).get("code")
    assert len(codes) > 10
    assert set(codes.values()) == {"idempotency_key_invalid"}, codes


@pytest.mark.parametrize(
    ("path", "role", "body"),
    [
        ("/api/v1/external/analysis/store", "partner", analysis()),
        ("/api/v1/webhooks/sources", "admin", {"name": "a partner"}),
        ("/api/v1/webhooks/endpoints", "admin", {"url": "https://example.com/hook"}),
    ],
)
def test_the_same_key_and_body_get_the_first_answer_again(
    caller: Caller, workspace: str, path: str, role: str, body: dict[str, object]
) -> None:
    client: FlaskClient = caller(role)
    first, again = (client.post(path, json=body, headers={"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (first.status_code, first.status_code)
    assert (first.data, again.headers["Idempotency-Replayed"]) == (again.data, "true")
    assert client.post(path, json=body | {"x": 1}, headers={"Idempotency-Key": "k1"}).status_code == 422
    with db.transaction(workspace) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM analyses) + (SELECT count(*) FROM webhook_sources) "
            "+ (SELECT count(*) FROM webhook_endpoints)"
        ).fetchone()
    assert row == (1,)
