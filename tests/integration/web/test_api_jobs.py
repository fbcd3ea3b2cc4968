import hashlib
import io
import json
import unicodedata
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

import db
from db import idempotency
from db.blobs import blobs, key_of
from settings import get_settings
from web.idempotency import request_hash


def send(client: FlaskClient, content: bytes | None = None, name: str = "note.txt", **more: Any) -> TestResponse:
    headers = more.pop("headers", {})
    file = FileStorage(io.BytesIO(uuid4().bytes if content is None else content), name)
    boundary, body = encode_multipart({"file": file, "kind": "document", **more})
    return client.post(
        "/api/v1/jobs", data=body, headers=headers, content_type=f"multipart/form-data; boundary={boundary}"
    )


def test_a_file_is_accepted_with_the_place_to_look(api: FlaskClient) -> None:
    answer = send(api, b"tide", metadata=json.dumps({"product": "serum", "stream": 7}))
    job = answer.get_json()["job"]
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/jobs/{job['id']}"
    assert answer.headers["Retry-After"]
    assert (job["status"], job["waiting_reason"]) == ("waiting", "no_worker")
    assert job["asset"]["bytes"] == 4
    assert job["metadata"] == {"product": "serum", "stream": 7}


def test_the_same_work_again_is_the_same_job(api: FlaskClient) -> None:
    first, second = send(api, b"once"), send(api, b"once")
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.get_json()["job"]["id"] == second.get_json()["job"]["id"]


def test_a_job_is_read_as_the_contract_says(api: FlaskClient) -> None:
    job_id = send(api).get_json()["job"]["id"]
    job = api.get(f"/api/v1/jobs/{job_id}").get_json()
    assert job["id"] == job_id
    assert job.keys() >= {
        "kind",
        "status",
        "stage",
        "progress",
        "attempt",
        "eta_seconds",
        "error",
        "result",
        "created_at",
    }


def test_another_workspace_sees_nothing(api: FlaskClient, caller: Any) -> None:
    other = caller("admin", f"other{uuid4().hex[:8]}")
    job_id = send(api).get_json()["job"]["id"]
    assert other.get("/api/v1/jobs").get_json()["items"] == []
    assert other.get(f"/api/v1/jobs/{job_id}").status_code == 404
    assert other.get(f"/api/v1/jobs/{job_id}/events").status_code == 404
    assert other.post(f"/api/v1/jobs/{job_id}/cancel").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "C:\\temp\\売上.txt",
        "a\tb\x7f.txt",
        "か\u3099\u202e.txt",
        "<img src=x onerror=alert(1)>",
        "x" * 900,
    ],
)
def test_a_hostile_file_name_is_only_a_name(api: FlaskClient, signed_in: FlaskClient, name: str) -> None:
    shown = send(api, name=name).get_json()["job"]["asset"]["filename"]
    assert 0 < len(shown) <= 255
    assert not {"/", "\\", "\t", "\x7f", "\u202e"} & set(shown)
    assert unicodedata.is_normalized("NFC", shown)
    assert "<img src=x" not in signed_in.get("/jobs").text


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"kind": "nonsense"}, "unknown_kind"),
        ({"metadata": '{"product": 5}'}, "bad_metadata"),
        ({"metadata": "not json"}, "invalid"),
        ({"metadata": "[1]"}, "invalid"),
        ({"metadata": '{"a": "\\ud800"}'}, "invalid"),
        ({"metadata": '{"a": ["\\u0000"]}'}, "invalid"),
        ({"metadata": '{"a": NaN}'}, "invalid"),
        ({"metadata": '{"a":' * 3000 + "1" + "}" * 3000}, "invalid"),
        ({"content": b""}, "file_empty"),
    ],
)
def test_bad_input_is_a_problem_with_a_stable_code(api: FlaskClient, form: dict[str, Any], code: str) -> None:
    answer = send(api, **form)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.get_json()["code"] == code


def test_a_missing_file_names_the_field(api: FlaskClient) -> None:
    answer = api.post("/api/v1/jobs", data={"kind": "document"}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == ["file"]


def test_a_file_beyond_the_limit_is_refused_and_leaves_nothing(api: FlaskClient) -> None:
    answer = send(api, b"x" * (1024 * 1024 + 1))
    assert (answer.status_code, answer.get_json()["code"]) == (413, "file_too_large")
    assert "1.0 MiB" in answer.get_json()["detail"]
    assert not list((get_settings().data_dir / "blobs" / "tmp").glob("*"))


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "refused"}])
@pytest.mark.parametrize("form", [{"kind": "nonsense"}, {"metadata": '{"product": 5}'}, {"metadata": "x"}, {}])
def test_a_refused_upload_leaves_no_blob(api: FlaskClient, form: dict[str, str], headers: dict[str, str]) -> None:
    content = uuid4().bytes if form else b""
    key = key_of(hashlib.sha256(content).hexdigest())
    before = blobs().exists(key)  # an empty file may be a document's
    assert send(api, content, headers=headers, **form).status_code == 422
    assert blobs().exists(key) == before


def test_jobs_are_listed_in_pages_newest_first(api: FlaskClient) -> None:
    sent = [send(api).get_json()["job"]["id"] for _ in range(5)]
    seen, cursor = [], None
    while True:
        page = api.get("/api/v1/jobs", query_string={"limit": 2} | ({"cursor": cursor} if cursor else {})).get_json()
        seen += [job["id"] for job in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == sent[::-1]


def test_jobs_are_filtered_by_status(api: FlaskClient) -> None:
    job_id = send(api).get_json()["job"]["id"]
    assert [job["id"] for job in api.get("/api/v1/jobs?status=waiting").get_json()["items"]] == [job_id]
    assert api.get("/api/v1/jobs?status=failed").get_json()["items"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "status=lost", "cursor=%00", "cursor=bm9uc2Vuc2U"])
def test_a_bad_query_is_refused(api: FlaskClient, query: str) -> None:
    answer = api.get(f"/api/v1/jobs?{query}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"]


def test_a_waiting_job_is_cancelled_once_and_runs_again(api: FlaskClient) -> None:
    address = f"/api/v1/jobs/{send(api).get_json()['job']['id']}"
    assert api.post(f"{address}/retry").get_json()["code"] == "job_not_ended"
    assert api.post(f"{address}/cancel").get_json()["job"]["status"] == "cancelled"
    assert api.post(f"{address}/cancel").get_json()["code"] == "job_ended"
    assert api.post(f"{address}/retry", json={"from_stage": "nowhere"}).get_json()["code"] == "unknown_stage"
    assert api.post(f"{address}/retry", json={"from_stage": "extract"}).get_json()["job"]["status"] == "waiting"


def test_the_same_key_and_request_get_the_first_answer(api: FlaskClient) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    first, again = send(api, b"k1", headers=key), send(api, b"k1", headers=key)
    assert again.status_code == first.status_code == 202
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"


def test_the_same_key_for_another_file_is_refused(api: FlaskClient) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    send(api, b"k2", headers=key)
    answer = send(api, b"k3", headers=key)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency_key_reused")


def test_a_key_of_a_refused_request_is_free_again(api: FlaskClient) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    assert send(api, b"", headers=key).status_code == 422
    assert send(api, b"now with content", headers=key).status_code == 202


def test_a_key_that_is_being_used_asks_to_wait(api: FlaskClient, workspace: str) -> None:
    key = uuid4().hex
    with api.application.test_request_context("/api/v1/search", method="POST", json={}):
        asked = request_hash()
    with db.transaction(workspace) as connection:
        idempotency.begin(connection, workspace, key, asked)
    answer = api.post("/api/v1/search", headers={"Idempotency-Key": key}, json={})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "idempotency_in_progress")


def test_a_mistyped_filter_is_refused_instead_of_ignored(api: FlaskClient) -> None:
    assert api.get("/api/v1/jobs?lang=ja&status=failed").status_code == 200
    assert api.get("/api/v1/jobs?staus=failed").get_json()["errors"][0]["field"] == "staus"
