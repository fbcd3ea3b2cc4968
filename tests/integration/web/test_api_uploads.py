"""Resumable uploads by tus 1.0 and by JSON, on both stores."""

import base64
import hashlib
import io
import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import db
from db import blobs
from ingesters import intake, uploads
from settings import get_settings
from tests.azurite.server import Azurite
from tests.conftest import pointed_at

TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = "application/offset+octet-stream"


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with Azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture(params=["local", "azure"])
def store(request: pytest.FixtureRequest, stack: dict[str, str]) -> Iterator[str]:
    """Run on files, and again on Azure Blob Storage."""
    if request.param == "local":
        yield "local"
        return
    server: Azurite = request.getfixturevalue("azurite")
    with pointed_at({"SHIOMI_BLOB_URL": server.url, "SHIOMI_BLOB_DIRECT": "true"}):
        yield "azure"


def content(size: int = 100_000) -> bytes:
    return f"Tide table {uuid4()}\n".encode() + os.urandom(size).hex().encode()[: size - 48]


def said(**values: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


def create(api: FlaskClient, size: int, **metadata: str) -> TestResponse:
    headers = TUS | {"Upload-Length": str(size), "Upload-Metadata": said(**{"filename": "潮 1.txt", **metadata})}
    return api.post("/api/v1/uploads", headers=headers)


def send(api: FlaskClient, url: str, offset: int, data: bytes, **more: str) -> TestResponse:
    headers = TUS | {"Upload-Offset": str(offset)} | {k.replace("_", "-"): v for k, v in more.items()}
    return api.patch(url, data=data, headers=headers, content_type=OCTETS)


def begin(api: FlaskClient, **body: Any) -> TestResponse:
    return api.post("/api/v1/uploads", json={"filename": "a.txt", **body})


def test_an_upload_in_parts_ends_in_a_job_of_the_whole_file(api: FlaskClient, store: str) -> None:
    data = content()
    made = create(api, len(data), kind="document", product="海苔", metadata=json.dumps({"title": "満潮"}))
    assert (made.status_code, made.headers["Tus-Resumable"]) == (201, "1.0.0")
    url = made.headers["Location"]
    first = send(api, url, 0, data[:30_000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "30000")
    assert "Upload-Expires" in first.headers
    last = send(api, url, 30_000, data[30_000:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(data)))
    job = api.get(f"/api/v1/jobs/{last.headers['Shiomi-Job-Id']}").get_json()
    assert job["asset"] == {
        "filename": "潮 1.txt", "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data),
        "media_type": "text/plain",
    }  # fmt: skip
    assert job["metadata"] == {"product": "海苔", "title": "満潮"}


def test_the_position_is_asked_for_by_head(api: FlaskClient, store: str) -> None:
    url = create(api, 1000).headers["Location"]
    send(api, url, 0, b"x" * 400)
    asked = api.head(url, headers=TUS)
    assert (asked.status_code, asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == (200, "400", "1000")
    assert asked.headers["Cache-Control"] == "no-store"


def test_bytes_for_another_position_are_refused(api: FlaskClient, store: str) -> None:
    url = create(api, 1000).headers["Location"]
    send(api, url, 0, b"x" * 400)
    refused = send(api, url, 300, b"y" * 10)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "offset_conflict")
    assert api.head(url, headers=TUS).headers["Upload-Offset"] == "400"


def test_more_bytes_than_announced_are_refused(api: FlaskClient, store: str) -> None:
    url = create(api, 10).headers["Location"]
    assert send(api, url, 0, b"x" * 11).status_code == 413
    assert api.head(url, headers=TUS).headers["Upload-Offset"] == "0"


def test_bytes_can_come_with_the_creation(api: FlaskClient, store: str) -> None:
    data = content(5000)
    headers = TUS | {"Upload-Length": str(len(data)), "Upload-Metadata": said(filename="a.txt")}
    made = api.post("/api/v1/uploads", data=data, headers=headers, content_type=OCTETS)
    assert (made.status_code, made.headers["Upload-Offset"]) == (201, str(len(data)))
    assert made.headers["Shiomi-Job-Id"]


@pytest.mark.parametrize("algorithm", ["sha1", "md5", "sha256"])
def test_a_part_with_a_wrong_checksum_is_thrown_away(api: FlaskClient, algorithm: str) -> None:
    data = content(5000)
    url = create(api, len(data)).headers["Location"]
    right = base64.b64encode(hashlib.new(algorithm, data[:2000]).digest()).decode()
    refused = send(api, url, 0, data[1:2001], Upload_Checksum=f"{algorithm} {right}")
    assert (refused.status_code, refused.get_json()["code"]) == (460, "checksum_mismatch")
    assert api.head(url, headers=TUS).headers["Upload-Offset"] == "0"
    assert send(api, url, 0, data[:2000], Upload_Checksum=f"{algorithm} {right}").headers["Upload-Offset"] == "2000"
    assert send(api, url, 2000, data[2000:], Upload_Checksum="crc7 x").status_code == 400


def test_bytes_this_workspace_has_sent_before_are_not_sent_again(api: FlaskClient, store: str) -> None:
    data = content()
    digest = hashlib.sha256(data).hexdigest()
    first = begin(api, bytes=len(data), sha256=digest)
    assert (first.status_code, first.get_json()["known"], first.get_json()["upload"]["offset"]) == (201, False, 0)
    send(api, first.headers["Location"], 0, data)
    again = begin(api, bytes=len(data), sha256=digest.upper())
    answer = again.get_json()
    assert (again.status_code, answer["known"], answer["upload"]["status"]) == (200, True, "succeeded")
    assert answer["upload"]["job_id"] == api.get(first.headers["Location"]).get_json()["upload"]["job_id"]


def test_a_file_with_a_twin_of_its_size_is_hashed_first(api: FlaskClient, store: str) -> None:
    data = content()
    first = begin(api, bytes=len(data))
    assert first.get_json()["hash_first"] is False
    job = send(api, first.headers["Location"], 0, data).headers["Shiomi-Job-Id"]
    again = begin(api, bytes=len(data))
    assert again.get_json()["hash_first"] is True
    other = api.post(again.headers["Location"] + "/hash", json={"sha256": "0" * 64}).get_json()
    assert (other["known"], other["upload"]["status"]) == (False, "open")
    same = api.post(again.headers["Location"] + "/hash", json={"sha256": hashlib.sha256(data).hexdigest()}).get_json()
    assert (same["known"], same["upload"]["status"], same["upload"]["job_id"]) == (True, "succeeded", job)


def test_nobody_learns_what_other_workspaces_have(api: FlaskClient, caller: Any) -> None:
    data = content()
    digest = hashlib.sha256(data).hexdigest()
    send(api, begin(api, bytes=len(data)).headers["Location"], 0, data)
    neighbour = f"n{uuid4().hex[:12]}"
    with db.engine() as connection:
        connection.execute("INSERT INTO workspaces (id) VALUES (%s)", (neighbour,))
    asked = begin(caller("editor", neighbour), bytes=len(data), sha256=digest)
    assert (asked.status_code, asked.get_json()["known"]) == (201, False)


def test_an_upload_of_another_workspace_is_not_there(api: FlaskClient, caller: Any) -> None:
    url = create(api, 10).headers["Location"]
    with db.engine() as connection:
        connection.execute("INSERT INTO workspaces (id) VALUES ('neighbour') ON CONFLICT DO NOTHING")
    other = caller("editor", "neighbour")
    assert [other.get(url).status_code, send(other, url, 0, b"x").status_code] == [404, 404]
    assert [other.head(url, headers=TUS).status_code, other.delete(url, headers=TUS).status_code] == [404, 404]


def test_bytes_that_are_not_those_announced_are_refused_at_the_end(api: FlaskClient, store: str) -> None:
    data = content()
    url = begin(api, bytes=len(data), sha256=hashlib.sha256(data).hexdigest()).headers["Location"]
    refused = send(api, url, 0, bytes(len(data)))
    assert (refused.status_code, refused.get_json()["code"]) == (422, "upload_damaged")
    upload = api.get(url).get_json()["upload"]
    assert (upload["status"], upload["error"]["code"]) == ("failed", "upload_damaged")


def test_a_cancelled_upload_is_gone_with_its_bytes(api: FlaskClient, store: str) -> None:
    url = create(api, 1000).headers["Location"]
    send(api, url, 0, b"x" * 400)
    assert api.delete(url, headers=TUS).status_code == 204
    assert api.head(url, headers=TUS).status_code == 404
    assert blobs.blobs().partial(url.rsplit("/", 1)[1]).size() == 0


def test_an_end_that_was_cut_between_blob_and_job_is_made_good(
    api: FlaskClient, store: str, workspace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = content()
    url = create(api, len(data)).headers["Location"]

    def die(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as dying:
        dying.setattr(intake, "submit", die)
        assert send(api, url, 0, data).status_code == 500
    assert api.head(url, headers=TUS).headers["Upload-Offset"] == str(len(data))
    ended = api.post(f"{url}/complete").get_json()["upload"]
    assert (ended["status"], ended["sha256"]) == ("succeeded", hashlib.sha256(data).hexdigest())


def test_an_upload_that_lacks_bytes_can_not_be_ended(api: FlaskClient, store: str) -> None:
    url = create(api, 1000).headers["Location"]
    send(api, url, 0, b"x" * 400)
    refused = api.post(f"{url}/complete")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "upload_incomplete")
    assert "600" in refused.get_json()["detail"]


def test_the_same_bytes_by_form_and_by_parts_are_one_job(api: FlaskClient) -> None:
    data = content()
    url = create(api, len(data), filename="a.txt").headers["Location"]
    job = send(api, url, 0, data).headers["Shiomi-Job-Id"]
    form = {"file": (io.BytesIO(data), "a.txt")}
    assert api.post("/api/v1/jobs", data=form).get_json()["job"]["id"] == job


def test_what_can_be_refused_is_refused_before_bytes_flow(api: FlaskClient) -> None:
    most = get_settings().max_resumable_mb * 1024 * 1024
    assert begin(api, bytes=most + 1).get_json()["code"] == "file_too_large"
    assert begin(api, bytes=0).get_json()["code"] == "file_empty"
    assert begin(api, bytes=5, kind="dance").get_json()["code"] == "unknown_kind"
    assert begin(api, bytes=5, metadata={"started_at": "noon"}).get_json()["code"] == "bad_metadata"
    assert create(api, 5, metadata="[1]").get_json()["code"] == "tus_metadata"
    assert api.post("/api/v1/uploads", headers=TUS).get_json()["code"] == "tus_header"
    assert api.get("/api/v1/uploads").get_json()["items"] == []


def test_the_quota_counts_what_is_kept_and_what_is_expected(api: FlaskClient, stack: dict[str, str]) -> None:
    data, mib = content(700_000), 1024 * 1024
    with pointed_at({"SHIOMI_WORKSPACE_QUOTA_MB": "2"}):
        assert send(api, create(api, len(data)).headers["Location"], 0, data).status_code == 204
        waiting = create(api, mib)
        assert waiting.status_code == 201
        refused = create(api, mib)
        assert (refused.status_code, refused.get_json()["code"]) == (413, "quota_exceeded")
        api.delete(waiting.headers["Location"], headers=TUS)
        assert create(api, mib).status_code == 201


def test_too_many_unfinished_uploads_are_refused(api: FlaskClient) -> None:
    made = [create(api, 10).status_code for _ in range(51)]
    assert made == [201] * 50 + [429]


def test_a_disk_without_room_refuses(api: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingesters.quota.ROOM_LEFT", 2**60)
    assert (create(api, 10).status_code, create(api, 10).get_json()["code"]) == (507, "no_room")


def test_an_upload_nobody_goes_on_with_expires(api: FlaskClient, store: str, workspace: str) -> None:
    url = create(api, 1000).headers["Location"]
    send(api, url, 0, b"x" * 400)
    with db.transaction(workspace) as connection:
        connection.execute("UPDATE uploads SET expires_at = now() - interval '1 second'")
    assert api.head(url, headers=TUS).status_code == 404
    uploads.expire()
    assert blobs.blobs().partial(url.rsplit("/", 1)[1]).size() == 0


def test_the_protocol_is_told(api: FlaskClient) -> None:
    told = api.options("/api/v1/uploads").headers
    assert told["Tus-Version"] == "1.0.0"
    assert set(told["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "expiration", "checksum", "termination"
    }  # fmt: skip
    old = api.post("/api/v1/uploads", headers={"Tus-Resumable": "0.2.1", "Upload-Length": "5"})
    assert (old.status_code, old.headers["Tus-Version"]) == (412, "1.0.0")


def test_viewers_can_not_upload(caller: Any) -> None:
    assert create(caller("viewer"), 10).status_code == 403


def test_blocks_go_straight_to_azure_by_a_signed_address(api: FlaskClient, azurite: Azurite) -> None:
    data = content(300_000)
    with pointed_at({"SHIOMI_BLOB_URL": azurite.url, "SHIOMI_BLOB_DIRECT": "true"}):
        blobs.blobs().check()
        made = begin(api, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
        direct = made.get_json()["upload"]["direct"]
        for offset in range(0, len(data), 100_000):
            block = base64.b64encode(f"{offset:020d}".encode()).decode()
            part = Request(f"{direct['url']}&comp=block&blockid={block}", data[offset : offset + 100_000], method="PUT")
            urlopen(part).close()
        assert api.get(made.headers["Location"]).get_json()["upload"]["offset"] == len(data)
        ended = api.post(made.headers["Location"] + "/complete").get_json()["upload"]
    assert (ended["status"], ended["sha256"]) == ("succeeded", hashlib.sha256(data).hexdigest())


def test_no_signed_address_is_given_unless_the_operator_allows_it(api: FlaskClient, azurite: Azurite) -> None:
    with pointed_at({"SHIOMI_BLOB_URL": azurite.url}):
        assert begin(api, bytes=10).get_json()["upload"]["direct"] is None


def test_a_part_may_be_larger_than_other_requests(api: FlaskClient) -> None:
    data = content(3_000_000)
    url = create(api, len(data)).headers["Location"]
    assert send(api, url, 0, data).headers["Upload-Offset"] == str(len(data))
