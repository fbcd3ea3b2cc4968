"""Snapshots by the API: asked for, made by the worker, fetched, put back; for the operator's admins only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import db
from db import workspaces
from ops import archive, snapshots
from tests.conftest import pointed_at
from tests.integration.web.conftest import Caller


@pytest.fixture
def admin(caller: Caller, stack: dict[str, str], tmp_path: Path) -> Iterator[FlaskClient]:
    """Give an admin of the operator's workspace, and an empty folder of snapshots."""
    with pointed_at({"SHIOMI_SNAPSHOT_DIR": str(tmp_path)}):
        with db.engine() as connection:
            workspaces.ensure(connection, "default")
        yield caller("admin", "default")


@pytest.mark.slow
def test_a_snapshot_is_asked_for_made_and_fetched(admin: FlaskClient, tmp_path: Path) -> None:
    asked = admin.post("/api/v1/snapshots")
    assert (asked.status_code, asked.get_json()["snapshot"]["status"]) == (202, "wanted")
    url = asked.headers["Location"]
    assert admin.get(f"{url}/file").status_code == 409
    snapshots.work_off()
    made = admin.get(url).get_json()["snapshot"]
    assert (made["status"], made["verified_at"] is not None) == ("ready", True)
    fetched = tmp_path / "fetched.tar"
    with admin.get(f"{url}/file") as answer:
        fetched.write_bytes(answer.data)
    assert archive.verify(fetched)["counts"] == made["counts"]
    with admin.get(f"{url}/file", headers={"Range": "bytes=100-199"}) as part:
        assert (part.status_code, part.data) == (206, fetched.read_bytes()[100:200])


def test_putting_back_wants_the_id_again(admin: FlaskClient) -> None:
    made = snapshots.create(snapshots.want())
    url = f"/api/v1/snapshots/{made.id}/restore"
    assert admin.post(url, json={"confirm": "yes"}).get_json()["code"] == "not_confirmed"
    assert admin.post(url, json={"confirm": made.id}).status_code == 202
    assert [s["status"] for s in admin.get("/api/v1/snapshots").get_json()["items"]] == ["restoring"]


def test_nobody_else_sees_them(admin: FlaskClient, caller: Caller) -> None:
    other, editor = caller("admin"), caller("editor", "default")
    assert other.get("/api/v1/snapshots").get_json()["code"] == "operator_only"
    assert editor.get("/api/v1/snapshots").status_code == 403
    assert admin.get("/api/v1/snapshots/nothing").status_code == 404
    assert admin.get("/api/v1/snapshots/..%2Fsecret_key/file").status_code == 404
