import io
import json
import threading
from collections.abc import Callable
from contextlib import ExitStack
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
    taken = [str(number) for number in range(4)]
    for who in taken:
        board.enter(who)
    answer = api.get(f"/api/v1/jobs/{job_id}/events")
    for who in taken:
        board.leave(who)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_one_caller_leaves_places_for_others(caller: Callable[[str], FlaskClient]) -> None:
    first, other = caller("editor"), caller("viewer")
    address = f"/api/v1/jobs/{accepted(first)}/events"
    with ExitStack() as opened:
        answers = [opened.enter_context(first.get(address, buffered=False)).status_code for _ in range(4)]
        answers.append(opened.enter_context(other.get(address, buffered=False)).status_code)
    assert answers == [200, 200, 429, 429, 200]


@pytest.mark.parametrize("said", ["9" * 5000, "-1", "１", "x", ""])
def test_a_hostile_place_to_go_on_harms_nothing(api: FlaskClient, said: str) -> None:
    job_id = accepted(api)
    api.post(f"/api/v1/jobs/{job_id}/cancel")
    with api.get(f"/api/v1/jobs/{job_id}/events", headers={"Last-Event-ID": said}) as answer:
        assert answer.status_code == 200
        assert b"event: end" in answer.get_data()


def test_a_closed_stream_gives_its_place_back(app: Flask, api: FlaskClient) -> None:
    job_id = accepted(api)
    for _ in range(6):
        api.get(f"/api/v1/jobs/{job_id}/events", buffered=False).close()
    with db.engine() as connection:
        assert events.after(connection, job_id, 0)
