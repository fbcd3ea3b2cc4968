"""/api/v1/webhooks: who may send us signed messages, and where we send ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Response

import db
from db import endpoints as endpoint_table
from db import sends
from db import sources as source_table
from ingesters import endpoints, sources
from ingesters.errors import IngestError, IntakeError
from ingesters.sources import Wish
from web.access import caller
from web.contract import Answer, Api
from web.shapes.lists import make_cursor
from web.shapes.webhooks import (
    EndpointBody,
    EndpointChange,
    EndpointList,
    EndpointSecret,
    EndpointShape,
    RotateBody,
    SendAnswer,
    SendId,
    SendList,
    SendQuery,
    SendShape,
    SourceBody,
    SourceList,
    SourceSecret,
    SourceShape,
    endpoint_shape,
    send_answer,
    send_shape,
    source_shape,
)

api = Api("webhooks")


@api.get("/webhooks/sources", "admin", "List sources", {200: SourceList})
def list_sources() -> SourceList:
    """List who may send signed messages."""
    return SourceList(items=all_sources())


@api.post("/webhooks/sources", "admin", "Set up a source", {201: SourceSecret})
def create_source(body: SourceBody) -> Answer:
    """Set up a source; its secret is shown in this answer and never again."""
    wish = Wish(body.name, body.scheme, body.app_id, body.secret)
    made, secret = sources.create(caller().workspace, wish)
    return Answer(SourceSecret(source=source_shape(made), secret=secret), 201)


@api.post("/webhooks/sources/<uuid:source_id>/rotate", "admin", "Renew a source's secret", {200: SourceSecret})
def rotate_source(source_id: UUID, body: RotateBody) -> SourceSecret:
    """Give a source a new secret; the old one counts for a day."""
    found, secret = sources.rotate(caller().workspace, source_id, body.secret)
    return SourceSecret(source=source_shape(found), secret=secret)


@api.delete("/webhooks/sources/<uuid:source_id>", "admin", "Remove a source", {204: "text/plain"})
def delete_source(source_id: UUID) -> Response:
    """Accept nothing more from a source; what it has sent stays."""
    sources.remove(caller().workspace, source_id)
    return Response(status=204)


@api.get("/webhooks/endpoints", "admin", "List endpoints", {200: EndpointList})
def list_endpoints() -> EndpointList:
    """List where events are sent."""
    return EndpointList(items=all_endpoints())


@api.post("/webhooks/endpoints", "admin", "Register an endpoint", {201: EndpointSecret})
def create_endpoint(body: EndpointBody) -> Answer:
    """Register an endpoint; its secret is shown in this answer and never again."""
    made, secret = register(body.url, body.events, body.description)
    return Answer(EndpointSecret(endpoint=made, secret=secret), 201)


@api.get("/webhooks/endpoints/<uuid:endpoint_id>", "admin", "Read an endpoint", {200: EndpointShape})
def read_endpoint(endpoint_id: UUID) -> EndpointShape:
    """Read an endpoint: what it wants, and whether it fails."""
    return show(endpoint_id)


@api.patch("/webhooks/endpoints/<uuid:endpoint_id>", "admin", "Change an endpoint", {200: EndpointShape})
def change_endpoint(endpoint_id: UUID, body: EndpointChange) -> EndpointShape:
    """Change address, events or description, or switch the endpoint off and on; what waits goes on then."""
    workspace = caller().workspace
    with _as_refusal():
        endpoints.change(workspace, endpoint_id, body.url, body.events, body.description)
    if body.enabled is not None:
        endpoints.switch(workspace, endpoint_id, on=body.enabled)
    return show(endpoint_id)


@api.delete("/webhooks/endpoints/<uuid:endpoint_id>", "admin", "Remove an endpoint", {204: "text/plain"})
def delete_endpoint(endpoint_id: UUID) -> Response:
    """Delete an endpoint with its log."""
    endpoints.remove(caller().workspace, endpoint_id)
    return Response(status=204)


@api.post("/webhooks/endpoints/<uuid:endpoint_id>/rotate", "admin", "Renew an endpoint's secret", {200: EndpointSecret})
def rotate_endpoint(endpoint_id: UUID) -> EndpointSecret:
    """Give an endpoint a new secret; for a day messages carry the signatures of both."""
    found, secret = endpoints.rotate(caller().workspace, endpoint_id)
    return EndpointSecret(endpoint=endpoint_shape(found), secret=secret)


@api.post("/webhooks/endpoints/<uuid:endpoint_id>/test", "admin", "Send a test message", {202: SendId})
def test_endpoint(endpoint_id: UUID) -> Answer:
    """Send a test message; its log says how it went."""
    return Answer(SendId(send_id=endpoints.test(caller().workspace, endpoint_id)), 202)


@api.get("/webhooks/sends", "admin", "List messages to an endpoint", {200: SendList}, refusals=(404,))
def list_sends(query: SendQuery) -> SendList:
    """List what went to an endpoint, newest first."""
    items, cursor = page_of_sends(query)
    return SendList(items=items, next_cursor=cursor)


@api.get("/webhooks/sends/<uuid:send_id>", "admin", "Read a message", {200: SendAnswer})
def read_send(send_id: UUID) -> SendAnswer:
    """Read a message with its payload and every try."""
    return show_send(send_id)


@api.post("/webhooks/sends/<uuid:send_id>/replay", "admin", "Send a message again", {202: SendId})
def replay_send(send_id: UUID) -> Answer:
    """Send a message once more, under the same webhook-id."""
    endpoints.replay(caller().workspace, send_id)
    return Answer(SendId(send_id=send_id), 202)


def all_sources() -> list[SourceShape]:
    """Read the workspace's sources."""
    with db.transaction(caller().workspace) as connection:
        return [source_shape(source) for source in source_table.listing(connection)]


def all_endpoints() -> list[EndpointShape]:
    """Read the workspace's endpoints."""
    with db.transaction(caller().workspace) as connection:
        return [endpoint_shape(endpoint) for endpoint in endpoint_table.listing(connection)]


def register(url: str, events: list[str], description: str) -> tuple[EndpointShape, str]:
    """Set up an endpoint; give it with its secret."""
    with _as_refusal():
        made, secret = endpoints.create(caller().workspace, url, events, description)
    return endpoint_shape(made), secret


def show(endpoint_id: UUID) -> EndpointShape:
    """Read an endpoint; raise NotFound."""
    with db.transaction(caller().workspace) as connection:
        return endpoint_shape(endpoint_table.get(connection, endpoint_id))


def show_send(send_id: UUID) -> SendAnswer:
    """Read a message with its tries; raise NotFound."""
    with db.transaction(caller().workspace) as connection:
        return send_answer(sends.get(connection, send_id), sends.tries(connection, send_id))


def page_of_sends(query: SendQuery) -> tuple[list[SendShape], str | None]:
    """Read some messages to an endpoint, newest first, and the cursor of the rest."""
    with db.transaction(caller().workspace) as connection:
        endpoint_table.get(connection, query.endpoint_id)
        found = sends.listing(connection, query.endpoint_id, query.limit + 1, before=query.before())
    shown = [send_shape(send) for send in found[: query.limit]]
    more = len(found) > query.limit
    return shown, make_cursor(shown[-1].created_at, shown[-1].id) if more else None


@contextmanager
def _as_refusal() -> Iterator[None]:
    """Refuse a URL that a job would fail with."""
    try:
        yield
    except IntakeError:
        raise
    except IngestError as error:
        raise IntakeError(error.code, error.ja, error.en) from None
