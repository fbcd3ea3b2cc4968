import io
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from PIL import Image

import db
from db import chunks, documents, grids, jobs, lines, metrics, screenshots
from db.blobs import blobs
from db.documents import NewDocument
from db.grids import GridRow
from db.lines import LineRow
from db.metrics import NewMetric
from db.screenshots import NewScreenshot
from extractors import picture
from ingesters.passages import metric_chunk

Store = Callable[..., str]


def metric(key: str, value: float | None, sure: float, **more: Any) -> NewMetric:
    """Make a value as its reading would."""
    name = key.partition("#")[0]
    fields: dict[str, Any] = {
        "key": key, "ordinal": 0, "name": name, "label": name.upper(), "raw": f"{value or 0:,.0f}",
        "value": value, "text": None, "unit": "count", "currency": None, "confidence": sure,
        "bbox": (10, 20, 80.04, 30), "label_bbox": None,
        "change": None, "period": None, "panel": 1, "notes": (), "needs_review": sure < 0.85,
    }  # fmt: skip
    return NewMetric(**fields | more)


CHANGE = {"raw": "+18.2 %", "value": 18.2, "unit": "%", "box": [5, 5, 20, 10]}
FOUND = (
    metric("gmv", 1_234_567.0, 0.99, ordinal=0, unit="JPY", currency="JPY", change=CHANGE),
    metric("ctr", 12.5, 0.4, ordinal=1, unit="%", raw="12.5%"),
    metric("gmv#2", 9_000.0, 0.7, ordinal=2, unit="JPY", currency="JPY", panel=2),
    metric("date", None, 0.99, ordinal=3, unit="date", raw="2026/10/01", text="2026-10-01"),
)


@pytest.fixture
def stored(api: FlaskClient, workspace: str) -> Store:
    """Store a screenshot as its job would have."""

    def store(found: tuple[NewMetric, ...] = FOUND, outcome: str = "read", stream: str | None = "夜のライブ") -> str:
        form = {"file": (io.BytesIO(uuid4().bytes), "ライブ.png"), "kind": "screenshot"}
        sent = api.post("/api/v1/jobs", data=form, content_type="multipart/form-data").get_json()["job"]
        with db.transaction(workspace) as connection:
            job = jobs.get(connection, UUID(sent["id"]))
            assert job.asset is not None
            new = NewDocument(job.id, job.asset.id, "ライブ.png", "image/png", None, "ja", 1, kind=screenshots.KIND)
            documents.begin(connection, workspace, new)
            preview = blobs().put(picture.preview(Image.new("RGB", (64, 48), "navy"))).key
            seen = NewScreenshot(640, 480, "GMV\n1,234,567", outcome, "店", None, None, 2, (), stream, None, preview)
            screenshots.put(connection, workspace, job.id, seen)
            _fill(connection, workspace, job.id, found)
        return f"/api/v1/screenshots/{job.id}"

    return store


def _fill(connection: db.Connection, workspace: str, screenshot_id: UUID, found: tuple[NewMetric, ...]) -> None:
    line = LineRow(0, "GMV 1", [1, 2, 30, 10], 0.9, False, [("GMV", [1, 2, 20, 10], 0.95), ("1", [25, 2, 6, 10], 0.8)])
    lines.put(connection, workspace, screenshot_id, [line])
    grid = GridRow(0, 1, "商品", True, ["", "orders"], [["商品", "注文"], ["帽子", "3"]], [0, 0, 9, 9], [], [])
    grids.put(connection, workspace, screenshot_id, [grid])
    metrics.put(connection, workspace, screenshot_id, found)
    chunks.add(
        connection, screenshot_id, [metric_chunk(m, ["店"]) for m in metrics.of_screenshot(connection, screenshot_id)]
    )


def test_a_screenshot_is_read_as_the_contract_says(api: FlaskClient, stored: Store) -> None:
    shown = api.get(stored()).get_json()
    assert (shown["width"], shown["height"], shown["text"]) == (640, 480, "GMV\n1,234,567")
    gmv, ctr, again, date = shown["metrics"]
    assert (gmv["name"], gmv["value"], gmv["unit"], gmv["raw"]) == ("gmv", 1234567, "JPY", "1,234,567")
    assert (gmv["status"], gmv["corrected_value"], gmv["bbox"]) == ("accepted", None, [10, 20, 80, 30])
    assert gmv["change"] == {"raw": "+18.2 %", "value": 18.2, "unit": "%", "bbox": [5, 5, 20, 10]}
    assert (ctr["value"], ctr["unit"], ctr["status"]) == (12.5, "%", "needs_review")
    assert (again["key"], again["name"], date["text"], date["value"]) == ("gmv#2", "gmv", "2026-10-01", None)
    assert shown["tables"][0]["rows"] == [["商品", "注文"], ["帽子", "3"]]
    assert shown["words"][1] == {"text": "1", "bbox": [25, 2, 6, 10], "confidence": 0.8, "line": 0}
    assert shown["outcome_message"]


def test_a_correction_stands_beside_the_raw_value_with_who_and_when(api: FlaskClient, stored: Store) -> None:
    address = stored() + "/metrics/ctr"
    answer = api.patch(address, json={"value": 11.5, "note": "読み違い"})
    shown = answer.get_json()
    assert (answer.status_code, shown["value"], shown["corrected_value"]) == (200, 12.5, 11.5)
    assert (shown["status"], shown["read_status"], shown["effective_value"]) == ("corrected", "needs_review", 11.5)
    (row,) = api.get(address).get_json()["history"]
    assert (row["action"], row["old_value"], row["value"], row["note"], row["by"]) == (
        "correct", 12.5, 11.5, "読み違い", "test",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "body", "value", "text"),
    [
        ("gmv", {"text": "¥1.2万"}, 12_000, None),
        ("ctr", {"text": "9.5%"}, 9.5, None),
        ("gmv%232", {"value": 0}, 0, None),
        ("gmv", {"value": None}, None, None),
        ("date", {"text": "2026-10-02"}, None, "2026-10-02"),
        ("date", {"text": None}, None, None),
    ],
)
def test_a_correction_is_understood(
    api: FlaskClient, stored: Store, key: str, body: dict[str, Any], value: float | None, text: str | None
) -> None:
    shown = api.patch(f"{stored()}/metrics/{key}", json=body).get_json()
    assert (shown["status"], shown["corrected_value"], shown["corrected_text"]) == ("corrected", value, text)


@pytest.mark.parametrize(
    ("key", "body", "code"),
    [
        ("gmv", {}, "one_of_two"),
        ("gmv", {"value": 1, "text": "1"}, "one_of_two"),
        ("gmv", {"value": "1"}, "float_type"),
        ("gmv", {"value": 1e300}, "less_than_equal"),
        ("gmv", {"text": "たくさん"}, "value_not_a_number"),
        ("gmv", {"text": "a\u0000"}, "string_pattern_mismatch"),
        ("date", {"value": 1}, "text_expected"),
    ],
)
def test_a_bad_correction_names_what_is_wrong(
    api: FlaskClient, stored: Store, key: str, body: dict[str, Any], code: str
) -> None:
    answer = api.patch(f"{stored()}/metrics/{key}", json=body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert [error["code"] for error in answer.get_json()["errors"]] == [code]


def test_a_correction_without_a_body_is_refused(api: FlaskClient, stored: Store) -> None:
    answer = api.patch(f"{stored()}/metrics/gmv")
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "one_of_two")


@pytest.mark.parametrize("key", ["likes", "gmv%00", "x" * 400])
def test_a_value_that_is_not_there_is_not_found(api: FlaskClient, stored: Store, key: str) -> None:
    assert api.patch(f"{stored()}/metrics/{key}", json={"value": 1}).status_code == 404
    assert api.post(f"{stored()}/metrics/{key}/undo", json={}).status_code == 404


def test_accepting_takes_a_value_off_the_queue_and_undo_puts_it_back(api: FlaskClient, stored: Store) -> None:
    address = stored() + "/metrics/ctr"
    assert api.post(address + "/accept", json={}).get_json()["status"] == "accepted"
    assert [item["metric"]["key"] for item in api.get("/api/v1/screenshots/review").get_json()["items"]] == ["gmv#2"]
    assert api.post(address + "/undo").get_json()["status"] == "needs_review"
    again = api.post(address + "/undo")
    assert (again.status_code, again.get_json()["code"]) == (409, "nothing_to_undo")


def test_the_queue_begins_with_the_least_sure_and_comes_in_parts(api: FlaskClient, stored: Store) -> None:
    stored()
    stored(stream="another")
    first = api.get("/api/v1/screenshots/review?limit=3").get_json()
    rest = api.get(f"/api/v1/screenshots/review?limit=3&cursor={first['next_cursor']}").get_json()
    shown = [item["metric"]["confidence"] for item in first["items"] + rest["items"]]
    assert [round(sure, 2) for sure in shown] == [0.4, 0.4, 0.7, 0.7]
    assert (first["total"], rest["next_cursor"]) == (4, None)
    assert api.get("/api/v1/screenshots/review?stream_id=another").get_json()["total"] == 2
    for cursor in ("eHg", "MC41fDA", "bmFufDE", "!"):
        assert api.get(f"/api/v1/screenshots/review?cursor={cursor}").get_json()["code"] == "cursor_invalid"


def test_lists_are_filtered_by_outcome_review_and_stream(api: FlaskClient, stored: Store) -> None:
    good = stored((FOUND[0],), stream="a")
    unknown = stored(outcome="unknown_layout", stream="b")
    for query, expected in (
        ("", [unknown, good]), ("outcome=unknown_layout", [unknown]), ("outcome=low_resolution", []),
        ("needs_review=true", [unknown]), ("needs_review=false", [good]), ("stream_id=a", [good]),
    ):  # fmt: skip
        found = api.get(f"/api/v1/screenshots?{query}").get_json()["items"]
        assert [f"/api/v1/screenshots/{item['id']}" for item in found] == expected, query
    first = api.get("/api/v1/screenshots?limit=1").get_json()
    rest = api.get(f"/api/v1/screenshots?limit=1&cursor={first['next_cursor']}").get_json()
    assert good.endswith(rest["items"][0]["id"])
    assert api.get("/api/v1/screenshots?outcome=nonsense").status_code == 422


def test_viewers_read_and_editors_correct(caller: Any, stored: Store) -> None:
    address, viewer, partner = stored(), caller("viewer"), caller("partner")
    assert viewer.get(address).status_code == viewer.get(address + "/metrics/gmv").status_code == 200
    assert viewer.patch(address + "/metrics/gmv", json={"value": 1}).status_code == 403
    assert viewer.post(address + "/metrics/gmv/accept", json={}).status_code == 403
    assert viewer.post(address + "/metrics/gmv/undo", json={}).status_code == 403
    assert partner.get(address).status_code == 403


def test_screenshots_of_others_are_not_there(caller: Any, stored: Store) -> None:
    other, address = caller("admin", f"other{uuid4().hex[:8]}"), stored()
    for part in ("", "/picture", "/original", "/metrics/gmv"):
        assert other.get(address + part).status_code == 404
    assert other.patch(address + "/metrics/gmv", json={"value": 1}).status_code == 404
    assert other.get("/api/v1/screenshots").get_json()["items"] == []
    assert other.get("/api/v1/screenshots/review").get_json()["total"] == 0
    assert other.get("/api/v1/streams/夜のライブ/metrics").status_code == 404


def test_a_person_needs_the_form_token_to_correct(signed_in: FlaskClient, stored: Store, token_of: Any) -> None:
    address = stored() + "/metrics/gmv"
    assert signed_in.patch(address, json={"value": 1}).get_json()["code"] == "csrf_failed"
    token = token_of(signed_in.get("/documents").text)
    answer = signed_in.patch(address, json={"value": 1}, headers={"X-CSRF-Token": token})
    assert (answer.status_code, answer.get_json()["decided"]["by"][:5]) == (200, "user-")


def test_the_preview_is_cached_and_the_original_only_downloaded(api: FlaskClient, stored: Store) -> None:
    address = stored()
    preview = api.get(address + "/picture")
    assert (preview.mimetype, "Content-Disposition" in preview.headers) == ("image/webp", False)
    assert api.get(address + "/picture", headers={"If-None-Match": preview.headers["ETag"]}).status_code == 304
    original = api.get(address + "/original")
    assert original.headers["Content-Disposition"].startswith("attachment;")
    assert len(original.data) == 16
    original.close()


def test_a_correction_is_found_by_search_and_the_filter_takes_a_screenshot(api: FlaskClient, stored: Store) -> None:
    address, _ = stored(), stored()
    own = address.rpartition("/")[2]
    api.patch(address + "/metrics/gmv", json={"value": 7_642_728})
    body = {"query": "GMV 7,642,728", "filters": {"screenshot_id": own}}
    hits = api.post("/api/v1/search", json=body).get_json()["hits"]
    assert {hit["source"]["screenshot_id"] for hit in hits} == {own}
    assert hits[0]["source"]["kind"] == "screenshot"
    assert hits[0]["source"]["document_id"] is None
    assert "7,642,728" in hits[0]["text"]


def test_a_stream_s_values_show_who_says_what(api: FlaskClient, stored: Store) -> None:
    early = stored((metric("gmv", 500.0, 0.99), metric("ctr", 3.0, 0.9, unit="%", ordinal=1)))
    stored((metric("gmv", 700.0, 0.98), metric("ctr", 4.0, 0.95, unit="%", ordinal=1)))
    api.patch(early + "/metrics/ctr", json={"value": 3.5})
    shown = api.get("/api/v1/streams/夜のライブ/metrics").get_json()
    gmv, ctr = shown["metrics"]
    assert (gmv["value"], gmv["agrees"], gmv["conflict"], gmv["others"][0]["difference"]) == (700, False, None, 200)
    assert (ctr["value"], ctr["status"], ctr["conflict"]) == (3.5, "corrected", "disagrees")
    assert (ctr["others"][0]["value"], ctr["others"][0]["difference"]) == (4, -0.5)
    assert len(shown["screenshots"]) == 2


def test_a_stream_may_have_any_name(api: FlaskClient, stored: Store) -> None:
    stored(stream="2026/10/01?夜 #1")
    assert api.get("/api/v1/streams/2026%2F10%2F01%3F夜%20%231/metrics").get_json()["metrics"]


def test_a_screenshot_is_not_listed_among_documents(api: FlaskClient, stored: Store) -> None:
    own = stored().rpartition("/")[2]
    assert api.get("/api/v1/documents").get_json()["items"] == []
    assert api.get(f"/api/v1/documents/{own}").status_code == 404
