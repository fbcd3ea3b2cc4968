"""Sending events: signed the Standard Webhooks way, tried again on its schedule, to public addresses only.

No redirect is followed and no answer waited for longer than 15 seconds. What is due is a row; nothing sleeps here.
Source of schedule and limits: the Standard Webhooks specification.
"""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpcore2
import structlog

import db
from db import endpoints, sends, webhook_secrets
from db.sends import Due, Try
from ingesters import signatures
from ingesters.addresses import AddressForbidden, Guard, Resolver
from ingesters.deadline import Deadline
from settings import get_settings

log = structlog.get_logger(__name__)
MINUTE, HOUR = 60.0, 3600.0
SCHEDULE = (
    5.0, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR,
)  # fmt: skip
"""Seconds from each failed try to the next; after the last one a message is given up."""
JITTER = 0.2
LIMIT_SECONDS = 15.0
LEASE_SECONDS = 120.0
AT_ONCE = 8
ANSWER_KEPT = 2000
DAYS_OF_FAILURE = 5.0
GONE = 410
DISABLED = "endpoint.disabled"
FAULTS = {
    httpcore2.ConnectError: "unreachable",
    httpcore2.ConnectTimeout: "timeout",
    httpcore2.ReadTimeout: "timeout",
    httpcore2.WriteTimeout: "timeout",
    httpcore2.PoolTimeout: "timeout",
}


@dataclass(frozen=True)
class Answer:
    """What an endpoint said, or why it said nothing; `retry_after` is the wait it asks for."""

    tried: Try
    retry_after: float = 0.0

    @property
    def well(self) -> bool:
        """Tell whether the endpoint took the message."""
        return self.tried.status is not None and 200 <= self.tried.status < 300


def send_due() -> int:
    """Send what is due, side by side, unless somebody else does; give the number of messages tried."""
    with db.engine() as connection:
        if not sends.any_due(connection):
            return 0
    with db.owner() as lock:
        if not sends.alone(lock):
            return 0
        with db.engine() as connection:
            due = sends.take(connection, AT_ONCE, LEASE_SECONDS)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return len(list(pool.map(send, due)))


def send(due: Due) -> Answer:
    """Try a message once, and write down how it went."""
    with db.engine() as connection:
        secrets = webhook_secrets.living(connection, due.endpoint_id)
    answer = post(due.url, *message(due, secrets, int(time.time())))
    with db.engine() as connection:
        _write(connection, due, answer)
    log.info("webhook tried", send_id=str(due.id), status=answer.tried.status, fault=answer.tried.fault)
    return answer


def message(due: Due, secrets: list[str], at: int) -> tuple[bytes, dict[str, str]]:
    """Give the body and the headers; during a rotation every living secret signs."""
    told = {"type": due.event, "timestamp": due.created_at.isoformat(), "data": due.data}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    name = f"msg_{due.message_id.hex}"
    signature = " ".join(signatures.sign(secret, name, at, body) for secret in secrets)
    headers = {"webhook-id": name, "webhook-timestamp": str(at), "webhook-signature": signature}
    return body, headers | {"content-type": "application/json", "user-agent": "Shiomi-Webhooks/1"}


def post(url: str, body: bytes, headers: dict[str, str], resolver: Resolver | None = None) -> Answer:
    """Post to an address, whatever it leads to; nothing here raises for an endpoint that misbehaves."""
    began = time.monotonic()
    network = Deadline(Guard(get_settings().allowed_hosts(), resolver), LIMIT_SECONDS)
    given = [("Host", urlsplit(url).netloc), *headers.items()]
    try:
        with (
            httpcore2.ConnectionPool(network_backend=network) as pool,
            pool.stream("POST", url, headers=given, content=body) as got,
        ):
            said, fault, status = _beginning(got), None, got.status
            wait = dict(got.headers).get(b"retry-after", b"").decode("latin-1")
    except AddressForbidden:
        said, fault, status, wait = "", "forbidden_address", None, ""
    except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError, OSError) as error:
        said, fault, status, wait = "", FAULTS.get(type(error), "broken_off"), None, ""
    except (httpcore2.UnsupportedProtocol, ValueError):
        said, fault, status, wait = "", "bad_url", None, ""
    tried = Try(status, fault, said, round((time.monotonic() - began) * 1000))
    return Answer(tried, float(wait) if wait.isascii() and wait.isdecimal() and len(wait) < 8 else 0.0)


def next_try(tries: int, asked: float, rng: random.Random) -> float | None:
    """Give the seconds until the next try after so many failed ones; None when the message is given up."""
    if tries > len(SCHEDULE):
        return None
    planned = SCHEDULE[tries - 1] * rng.uniform(1 - JITTER, 1 + JITTER)
    return max(planned, min(asked, SCHEDULE[-1]))


def _write(connection: db.Connection, due: Due, answer: Answer) -> None:
    endpoints.went(connection, due.endpoint_id, well=answer.well)
    if answer.well:
        sends.note(connection, due, answer.tried, "delivered", 0.0)
        return
    seconds = next_try(due.tries + 1, answer.retry_after, random.Random())  # noqa: S311 - jitter, not a secret
    sends.note(connection, due, answer.tried, "waiting" if seconds is not None else "given_up", seconds or 0.0)
    gone = answer.tried.status == GONE
    if gone or endpoints.has_failed_for(connection, due.endpoint_id, DAYS_OF_FAILURE):
        _disable(connection, due, endpoints.GONE if gone else endpoints.FAILING)


def _disable(connection: db.Connection, due: Due, reason: str) -> None:
    """Stop sending, and tell the workspace's other endpoints; the page shows it, too."""
    if endpoints.disable(connection, due.endpoint_id, reason):
        told = {"endpoint_id": str(due.endpoint_id), "url": due.url, "reason": reason}
        sends.announce(connection, due.workspace_id, DISABLED, told)
        log.warning("webhook endpoint disabled", endpoint_id=str(due.endpoint_id), reason=reason)


def _beginning(got: httpcore2.Response) -> str:
    """Keep the beginning of an answer; the rest is not even read."""
    kept = b""
    for piece in got.iter_stream():
        kept += piece
        if len(kept) >= ANSWER_KEPT:
            break
    return kept[:ANSWER_KEPT].decode("utf-8", "replace").replace("\x00", "")
