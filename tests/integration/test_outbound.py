"""Events go out signed, once delivered they rest, failures follow the schedule, and no forbidden address is reached."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from uuid import UUID

import pytest
from standardwebhooks import Webhook

import db
from db import endpoints as table
from db import sends
from ingesters import endpoints, outbound
from ingesters.intake import Submitted
from tests.conftest import pointed_at


class Endpoint(BaseHTTPRequestHandler):
    """Answers with the status that stands in the path; /slow drips, /away redirects."""

    got: ClassVar[list[tuple[str, dict[str, str], bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Endpoint.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        if self.path == "/slow":
            for _ in range(40):
                self.wfile.write(b"H")
                time.sleep(0.05)
            return
        status = {"/away": 302}.get(self.path) or int(self.path.strip("/"))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/200")
        if status == 503:
            self.send_header("Retry-After", "4000")
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"heard")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(stack: dict[str, str]) -> Iterator[str]:
    Endpoint.got = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with pointed_at({"SHIOMI_FETCH_ALLOW": "127.0.0.1"}):
        yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def drain() -> None:
    while outbound.send_due():
        pass


def log_of(workspace: str, endpoint: UUID) -> list[sends.Send]:
    with db.transaction(workspace) as connection:
        return sends.listing(connection, endpoint, 50)


def test_the_end_of_a_job_reaches_the_endpoint_with_a_signature_the_reference_accepts(
    workspace: str, site: str, submit: Callable[..., Submitted], work: Callable[[Submitted], object]
) -> None:
    made, secret = endpoints.create(workspace, f"{site}/200", ["job.succeeded"])
    job = submit("本文".encode())
    work(job)
    drain()
    _, headers, body = Endpoint.got[-1]
    told = Webhook(secret).verify(body, headers)
    assert (told["type"], told["data"]["job_id"]) == ("job.succeeded", str(job.job.id))
    (sent,) = log_of(workspace, made.id)
    assert (sent.state, sent.tries, sent.last_status) == ("delivered", 1, 200)


def test_an_event_that_nobody_wants_is_no_message(
    workspace: str, site: str, submit: Callable[..., Submitted], work: Callable[[Submitted], object]
) -> None:
    made, _ = endpoints.create(workspace, f"{site}/200", ["job.failed"])
    work(submit("本文".encode()))
    assert log_of(workspace, made.id) == []


@pytest.mark.parametrize(("path", "status"), [("/500", 500), ("/away", 302)])
def test_a_failure_or_redirect_is_tried_again_later(workspace: str, site: str, path: str, status: int) -> None:
    made, _ = endpoints.create(workspace, site + path, ["*"])
    endpoints.test(workspace, made.id)
    drain()
    (sent,) = log_of(workspace, made.id)
    assert (sent.state, sent.tries, sent.last_status, len(Endpoint.got)) == ("waiting", 1, status, 1)


def test_a_slow_answer_is_not_waited_for(workspace: str, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "LIMIT_SECONDS", 0.4)
    answer = outbound.post(f"{site}/slow", b"{}", {})
    assert (answer.tried.fault, answer.tried.ms < 1500) == ("timeout", True)


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://[::ffff:10.0.0.1]/", "http://0x7f.2/", "http://localhost:1/"]
)
def test_no_private_address_is_reached(stack: dict[str, str], url: str) -> None:
    answer = outbound.post(url, b"{}", {})
    assert (answer.tried.status, answer.tried.fault) == (None, "forbidden_address")


def test_410_and_days_of_failure_switch_an_endpoint_off_and_tell_the_others(workspace: str, site: str) -> None:
    gone, _ = endpoints.create(workspace, f"{site}/410", ["job.failed"])
    failing, _ = endpoints.create(workspace, f"{site}/500", ["job.failed"])
    other, _ = endpoints.create(workspace, f"{site}/200", ["endpoint.disabled"])
    with db.transaction(workspace) as connection:
        connection.execute(
            "UPDATE webhook_endpoints SET failing_since = now() - interval '6 days' WHERE id = %s", (failing.id,)
        )
    for one in (gone, failing):
        endpoints.test(workspace, one.id)
    drain()
    with db.transaction(workspace) as connection:
        reasons = [table.get(connection, one.id).disabled_reason for one in (gone, failing, other)]
    assert reasons == ["gone", "failing", None]
    assert sorted(sent.data["reason"] for sent in log_of(workspace, other.id)) == ["failing", "gone"]


def test_a_replay_is_sent_under_the_same_id(workspace: str, site: str) -> None:
    made, _ = endpoints.create(workspace, f"{site}/200", ["*"])
    send_id = endpoints.test(workspace, made.id)
    drain()
    endpoints.replay(workspace, send_id)
    drain()
    ids = [headers["webhook-id"] for _, headers, _ in Endpoint.got]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    with db.transaction(workspace) as connection:
        assert [one.status for one in sends.tries(connection, send_id)] == [200, 200]


def test_during_a_rotation_both_secrets_sign(workspace: str, site: str) -> None:
    made, old = endpoints.create(workspace, f"{site}/200", ["*"])
    _, new = endpoints.rotate(workspace, made.id)
    endpoints.test(workspace, made.id)
    drain()
    _, headers, body = Endpoint.got[-1]
    for secret in (old, new):
        assert Webhook(secret).verify(body, headers)["data"] == {"hello": "こんにちは"}


def test_the_schedule_is_that_of_the_specification_with_jitter_and_an_end() -> None:
    waits = [outbound.next_try(tries, 0.0, random.Random(tries)) for tries in range(1, 11)]
    planned = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert all(wait is not None and 0.8 * p <= wait <= 1.2 * p for wait, p in zip(waits[:9], planned, strict=True))
    assert waits[9] is None
    assert outbound.next_try(1, 4000.0, random.Random(1)) == 4000.0


def test_a_failing_endpoint_is_asked_one_at_a_time(workspace: str, site: str) -> None:
    made, _ = endpoints.create(workspace, f"{site}/500", ["*"])
    for _ in range(5):
        endpoints.test(workspace, made.id)
    with db.transaction(workspace) as connection:
        connection.execute("UPDATE webhook_endpoints SET failing_since = now() WHERE id = %s", (made.id,))
    outbound.send_due()
    assert len(Endpoint.got) == 1


def test_no_session_of_a_workspace_can_read_a_secret(workspace: str, site: str) -> None:
    import psycopg

    endpoints.create(workspace, f"{site}/200", ["*"])
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction(workspace) as connection:
        connection.execute("SELECT secret FROM webhook_secrets")


def test_the_payload_is_json_with_type_time_and_data(workspace: str, site: str) -> None:
    made, _ = endpoints.create(workspace, f"{site}/200", ["*"])
    endpoints.test(workspace, made.id)
    drain()
    assert set(json.loads(Endpoint.got[-1][2])) == {"type", "timestamp", "data"}
