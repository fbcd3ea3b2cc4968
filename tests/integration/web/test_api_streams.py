import io
import json
import threading
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import db
from db import events, leases
from web import streams


def accepted(api: FlaskClient) -> UUID:
    form = {"file": (io.BytesIO(uuid4().bytes), "a.txt"), "kind": "document"}
    return UUID(api.post("/api/v1/jobs", data=form, content_type="multipart/form-data").get_json()["job"]["id"])


def frames(text: str) -> list[dict[str, str]]:
    blocks = [block.splitlines() for block in text.strip().split("\n\n")]
    return [dict(line.split(": ", 1) for line in block if not line.startswith(":")) for block in blocks]


def story(answer: TestResponse) -> list[dict[str, str]]:
    with answer:
        return frames(answer.text)


def test_a_stream_tells_the_story_and_ends_with_the_job(api: FlaskClient) -> None:
    job_id = accepted(api)
    api.post(f"/api/v1/jobs/{job_id}/cancel")
    answer = api.get(f"/api/v1/jobs/{job_id}/events")
    assert answer.mimetype == "text/event-stream"
    assert [frame.get("event") for frame in story(answer)] == [None, "accepted", "cancelled", "end"]


def test_a_stream_goes_on_after_the_last_event_seen(api: FlaskClient) -> None:
    job_id = accepted(api)
    api.post(f"/api/v1/jobs/{job_id}/cancel")
    first = next(f for f in story(api.get(f"/api/v1/jobs/{job_id}/events")) if f.get("event") == "accepted")
    again = api.get(f"/api/v1/jobs/{job_id}/events", headers={"Last-Event-ID": first["id"]})
    assert [frame.get("event") for frame in story(again)] == [None, "cancelled", "end"]


@pytest.mark.timeout(30)
def test_news_arrives_at_once_while_somebody_watches(
    api: FlaskClient, workspace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "TICK_SECONDS", 60.0)
    job_id = accepted(api)
    with api.get(f"/api/v1/jobs/{job_id}/events", buffered=False) as answer:
        told = answer.iter_encoded()
        seen = [next(told).decode() for _ in range(2)]
        threading.Timer(0.5, _claim, (job_id,)).start()
        seen.append(next(told).decode())
    assert "event: started" in seen[2]
    assert json.loads(frames(seen[2])[0]["data"])["attempt"] == 1


def _claim(job_id: UUID) -> None:
    with db.engine() as connection:
        leases.claim(connection, job_id, "test", 60)


def test_a_silent_stream_keeps_its_line_open(api: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(streams, "TICK_SECONDS", 0.05)
    with api.get(f"/api/v1/jobs/{accepted(api)}/events", buffered=False) as answer:
        told = answer.iter_encoded()
        assert any(next(told).startswith(b": ") for _ in range(5))


def test_too_many_streams_ask_to_come_back(app: Flask, api: FlaskClient) -> None:
    job_id = accepted(api)
    board = app.extensions["shiomi_switchboard"]
    taken = [board.enter() for _ in range(4)]
    answer = api.get(f"/api/v1/jobs/{job_id}/events")
    for _ in taken:
        board.leave()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_a_closed_stream_gives_its_place_back(app: Flask, api: FlaskClient) -> None:
    job_id = accepted(api)
    for _ in range(6):
        api.get(f"/api/v1/jobs/{job_id}/events", buffered=False).close()
    with db.engine() as connection:
        assert events.after(connection, job_id, 0)
