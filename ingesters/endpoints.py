"""Endpoints that want a workspace's events: set up, changed, tested, asked again."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import structlog

import db
from db import endpoints, sends, webhook_secrets
from db.endpoints import Endpoint, NewEndpoint
from ingesters import download, signatures
from ingesters.errors import IntakeError
from ingesters.sources import OVERLAP_HOURS

log = structlog.get_logger(__name__)
EVENTS = (
    "job.succeeded", "job.failed", "job.quarantined", "job.cancelled", "alert.opened", "alert.closed",
    "endpoint.disabled",
)  # fmt: skip
ALL = "*"
TEST = "test"
MOST = 50


def create(workspace: str, url: str, events: Sequence[str], description: str = "") -> tuple[Endpoint, str]:
    """Set up an endpoint; give it with its secret. Raise IntakeError for a bad URL, event or too many."""
    new = NewEndpoint(uuid4(), download.checked(url), _known(events), description)
    secret = signatures.new_secret()
    with db.transaction(workspace) as connection:
        if len(endpoints.listing(connection)) >= MOST:
            raise IntakeError(
                "too_many_endpoints",
                f"通知先は{MOST}件までです。使わないものを削除してください。",
                f"A workspace may have {MOST} endpoints; remove some first.",
                status=409,
            )
        endpoints.add(connection, workspace, new)
        webhook_secrets.add(connection, workspace, new.id, secret)
        made = endpoints.get(connection, new.id)
    log.info("endpoint created", endpoint_id=str(new.id))
    return made, secret


def change(
    workspace: str, endpoint_id: UUID, url: str | None, events: Sequence[str] | None, about: str | None
) -> Endpoint:
    """Change what is given of an endpoint. Raise IntakeError, NotFound."""
    with db.transaction(workspace) as connection:
        now = endpoints.get(connection, endpoint_id)
        changed = NewEndpoint(
            endpoint_id,
            now.url if url is None else download.checked(url),
            now.events if events is None else _known(events),
            now.description if about is None else about,
        )
        endpoints.change(connection, changed)
        return endpoints.get(connection, endpoint_id)


def rotate(workspace: str, endpoint_id: UUID) -> tuple[Endpoint, str]:
    """Give an endpoint a new secret; for a day the old one signs along. Raise NotFound."""
    secret = signatures.new_secret()
    with db.transaction(workspace) as connection:
        found = endpoints.get(connection, endpoint_id)
        webhook_secrets.expire_others(connection, endpoint_id, OVERLAP_HOURS)
        webhook_secrets.add(connection, workspace, endpoint_id, secret)
    return found, secret


def switch(workspace: str, endpoint_id: UUID, *, on: bool) -> Endpoint:
    """Send again, or nothing more for now. Raise NotFound."""
    with db.transaction(workspace) as connection:
        endpoints.get(connection, endpoint_id)
        if on:
            endpoints.enable(connection, endpoint_id)
        else:
            endpoints.disable(connection, endpoint_id, endpoints.BY_HAND)
        return endpoints.get(connection, endpoint_id)


def test(workspace: str, endpoint_id: UUID) -> UUID:
    """Send a test message; give its id. Raise NotFound, IntakeError when the endpoint is switched off."""
    with db.transaction(workspace) as connection:
        if endpoints.get(connection, endpoint_id).disabled_at is not None:
            raise IntakeError(
                "endpoint_disabled",
                "この通知先は停止中です。再開してから送信してください。",
                "This endpoint is switched off; switch it on first.",
                status=409,
            )
        return sends.add(connection, workspace, endpoint_id, TEST, {"hello": "こんにちは"})


def remove(workspace: str, endpoint_id: UUID) -> None:
    """Delete an endpoint with its log. Raise NotFound."""
    with db.transaction(workspace) as connection:
        endpoints.get(connection, endpoint_id)
        endpoints.remove(connection, endpoint_id)


def replay(workspace: str, send_id: UUID) -> None:
    """Send a message once more. Raise NotFound."""
    with db.transaction(workspace) as connection:
        sends.again(connection, send_id)


def _known(events: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(events))
    if not wanted or not set(wanted) <= {ALL, *EVENTS}:
        known = ", ".join([ALL, *EVENTS])
        raise IntakeError(
            "event_unknown",
            f"イベントは {known} から選んでください。",
            f"Choose events out of {known}.",
        )
    return wanted
