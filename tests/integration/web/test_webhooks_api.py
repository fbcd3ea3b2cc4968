"""Sources, endpoints and people who stream, through the API."""

from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from ingesters import partner
from ingesters.analysis_shape import AnalysisBody
from ingesters.partner import Sent
from ingesters.run import run
from tasks.life import tools
from tests.integration.web.test_external import Caller

URL = "https://example.com/hook"


def test_a_secret_is_shown_once_and_only_to_an_admin(caller: Caller) -> None:
    admin = caller("admin")
    made = admin.post("/api/v1/webhooks/sources", json={"name": "p"}).json
    assert made
    assert made["secret"].startswith("whsec_")
    assert made["source"]["path"].endswith(made["source"]["id"])
    assert "whsec_" not in admin.get("/api/v1/webhooks/sources").text
    assert caller("editor").get("/api/v1/webhooks/sources").status_code == 403
    assert admin.post("/api/v1/webhooks/sources", json={"name": "p"}).status_code == 409


@pytest.mark.parametrize(
    "body",
    [{"url": "ftp://x"}, {"url": URL, "events": ["nothing"]}, {"url": URL, "events": []}, {"url": "http://u:p@h/"}],
)
def test_an_endpoint_that_makes_no_sense_is_refused(caller: Caller, body: dict[str, object]) -> None:
    assert caller("admin").post("/api/v1/webhooks/endpoints", json=body).status_code == 422


def test_an_endpoint_is_changed_tested_switched_off_and_removed(caller: Caller) -> None:
    admin = caller("admin")
    made = admin.post("/api/v1/webhooks/endpoints", json={"url": URL}).json
    assert made
    at = f"/api/v1/webhooks/endpoints/{made['endpoint']['id']}"
    assert admin.patch(at, json={"events": ["job.failed"]}).json["events"] == ["job.failed"]  # type: ignore[index]
    sent = admin.post(f"{at}/test").json
    assert sent
    log = admin.get("/api/v1/webhooks/sends", query_string={"endpoint_id": made["endpoint"]["id"]}).json
    assert log
    assert [(one["id"], one["state"]) for one in log["items"]] == [(sent["send_id"], "waiting")]
    assert admin.get(f"/api/v1/webhooks/sends/{sent['send_id']}").json["data"] == {"hello": "こんにちは"}  # type: ignore[index]
    assert admin.post(f"/api/v1/webhooks/sends/{sent['send_id']}/replay").status_code == 202
    assert admin.patch(at, json={"enabled": False}).json["disabled_reason"] == "by_hand"  # type: ignore[index]
    assert admin.post(f"{at}/test").status_code == 409
    assert admin.post(f"{at}/rotate").json["secret"] != made["secret"]  # type: ignore[index]
    assert admin.delete(at).status_code == 204
    assert admin.get(at).status_code == 404


def test_what_belongs_to_another_workspace_is_not_there(caller: Caller, workspace: str) -> None:
    made = caller("admin").post("/api/v1/webhooks/endpoints", json={"url": URL}).json
    assert made
    stranger = caller("admin", f"{workspace}-x")
    assert stranger.get(f"/api/v1/webhooks/endpoints/{made['endpoint']['id']}").status_code == 404
    assert stranger.post(f"/api/v1/webhooks/endpoints/{made['endpoint']['id']}/test").status_code == 404


def stored(workspace: str, number: int, gmv: int) -> None:
    body = AnalysisBody.model_validate({
        "liver": "みお/mio", "stream_id": f"s{number}", "started_at": f"2026-01-{number + 1:02}T00:00:00Z",
        "sales": {"gmv": gmv, "currency": "JPY", "24h_live_gmv": 9999999, "sku_orders": 2, "views": 100,
                  "avg_viewing_duration": 10 * (number + 1), "product_clicks": 5, "product_impressions": 50},
        "analysis": {"phases": [{"label": "開始", "summary": "挨拶"}]},
    })  # fmt: skip
    accepted = partner.accept(workspace, Sent("test", str(uuid4()), expires=True, body=body))
    run(accepted.analysis_id, tools(), "test", lambda: False)


def test_people_have_sessions_totals_and_a_trend_and_stats_add_them_up(caller: Caller, workspace: str) -> None:
    for number, gmv in enumerate((100, 100, 300, 300)):
        stored(workspace, number, gmv)
    client: FlaskClient = caller("viewer")
    listed = client.get("/api/v1/livers").json
    assert listed
    assert [(one["id"], one["sessions"]) for one in listed["items"]] == [("みお/mio", 4)]
    found = client.get("/api/v1/livers/みお/mio").json
    assert found
    totals = {one["name"]: one["value"] for one in found["totals"]}
    assert (totals["gmv"], totals["orders"], totals["ctr"], totals["avg_watch_seconds"]) == (800, 8, 10, 25)
    assert "gmv_24h" not in totals
    assert (found["trend"]["direction"], found["trend"]["change"]) == ("up", 2.0)
    assert client.get("/api/v1/livers/nobody").status_code == 404
    stats = caller("partner").get("/api/v1/external/stats").json
    assert stats
    assert stats["total_gmv"] == {"JPY": 800.0}
    assert (stats["total_analyses"], stats["total_livers"], stats["total_phases"], stats["level"]) == (4, 1, 4, 1)
    assert stats["total_chunks"] > 0
