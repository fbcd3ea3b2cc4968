"""Webhooks: who may send to us, where we send, what was sent with its answers, and a button to send it again."""

from uuid import UUID

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from ingesters import endpoints, sources
from ingesters.endpoints import ALL, EVENTS
from ingesters.errors import IntakeError
from ingesters.sources import Wish
from web.access import caller, requires
from web.contract import checked
from web.problems import in_language
from web.shapes.webhooks import EndpointBody, SendQuery, SourceBody
from web.webhooks import all_endpoints, all_sources, page_of_sends, register, show, show_send

blueprint = Blueprint("webhooks", __name__)
WORDS: dict[str, LazyString | str] = {
    "standard": _l("Standard Webhooks"),
    "timestamped": _l("Stripe, TikTok for Developers (t=…)"),
    "github": "GitHub",
    "shopify": "Shopify",
    "tiktok_shop": "TikTok Shop",
    "waiting": _l("On its way"),
    "delivered": _l("Delivered"),
    "given_up": _l("Given up"),
    "by_hand": _l("Switched off"),
    "failing": _l("Switched off: nothing got through for five days"),
    "gone": _l("Switched off: the endpoint says it is gone (410)"),
    "unreachable": _l("could not be reached"),
    "timeout": _l("took longer than 15 seconds"),
    "forbidden_address": _l("leads to an address we do not connect to"),
    "broken_off": _l("broke off"),
    "bad_url": _l("the URL can't be used"),
    "*": _l("All events"),
    "job.succeeded": _l("A job is done"),
    "job.failed": _l("A job failed"),
    "job.quarantined": _l("A job was set aside"),
    "job.cancelled": _l("A job was cancelled"),
    "alert.opened": _l("An alert begins"),
    "alert.closed": _l("An alert ends"),
    "endpoint.disabled": _l("An endpoint was switched off"),
    "test": _l("Test message"),
}
BADGE = {"waiting": "running", "delivered": "succeeded", "given_up": "failed"}


def webhook_word(code: str | None) -> str:
    """Say a code in words; an unknown one is shown as it is."""
    return str(WORDS.get(code or "", code or ""))


@blueprint.record_once
def _words(state: object) -> None:
    app: Flask = state.app  # type: ignore[attr-defined]  # Flask's setup state
    app.jinja_env.globals.update(webhook_word=webhook_word, send_badge=BADGE.get)


@blueprint.get("/webhooks")
@requires("admin")
def index() -> str:
    """Show sources and endpoints."""
    return _page()


@blueprint.post("/webhooks/sources")
@requires("admin")
def add_source() -> tuple[str, int]:
    """Set up a source, and show its secret this once."""
    said = {name: request.form.get(name) or None for name in ("name", "scheme", "app_id", "secret")}
    try:
        body = checked(lambda: SourceBody.model_validate({name: value for name, value in said.items() if value}))
        made, secret = sources.create(caller().workspace, Wish(body.name, body.scheme, body.app_id, body.secret))
    except IntakeError as error:
        return _page(refused=in_language(error.ja, error.en)), error.status
    path = url_for("api_external.store_analysis", source=made.id, _external=True)
    return _page(secret=secret, about=made.name, address=path), 200


@blueprint.post("/webhooks/sources/<uuid:source_id>/<any(rotate, remove):action>")
@requires("admin")
def change_source(source_id: UUID, action: str) -> Response | str:
    """Renew a source's secret, or end it."""
    if action == "remove":
        sources.remove(caller().workspace, source_id)
        return redirect(url_for(".index"), 303)
    found, secret = sources.rotate(caller().workspace, source_id)
    path = url_for("api_external.store_analysis", source=found.id, _external=True)
    return _page(secret=secret, about=found.name, address=path)


@blueprint.post("/webhooks/endpoints")
@requires("admin")
def add_endpoint() -> tuple[str, int]:
    """Register an endpoint, and show its secret this once."""
    said = {"url": request.form.get("url", "").strip(), "description": request.form.get("description", "")}
    try:
        body = checked(lambda: EndpointBody.model_validate(said | {"events": request.form.getlist("events") or [ALL]}))
        made, secret = register(body.url, body.events, body.description)
    except IntakeError as error:
        return _page(refused=in_language(error.ja, error.en)), error.status
    return _page(secret=secret, about=made.url), 200


@blueprint.get("/webhooks/endpoints/<uuid:endpoint_id>")
@requires("admin")
def endpoint(endpoint_id: UUID) -> str:
    """Show what went to an endpoint."""
    return _endpoint(endpoint_id)


@blueprint.post("/webhooks/endpoints/<uuid:endpoint_id>/<any(test, rotate, on, off, remove):action>")
@requires("admin")
def change_endpoint(endpoint_id: UUID, action: str) -> Response | str:
    """Test an endpoint, renew its secret, switch it, or remove it."""
    workspace = caller().workspace
    match action:
        case "rotate":
            return _endpoint(endpoint_id, endpoints.rotate(workspace, endpoint_id)[1])
        case "remove":
            endpoints.remove(workspace, endpoint_id)
            return redirect(url_for(".index"), 303)
        case "test":
            endpoints.test(workspace, endpoint_id)
        case _:
            endpoints.switch(workspace, endpoint_id, on=action == "on")
    return redirect(url_for(".endpoint", endpoint_id=endpoint_id), 303)


@blueprint.get("/webhooks/sends/<uuid:send_id>")
@requires("admin")
def send(send_id: UUID) -> str:
    """Show a message with its payload and every answer."""
    found = show_send(send_id)
    return render_template("webhook_send.html", send=found, endpoint=show(found.endpoint_id))


@blueprint.post("/webhooks/sends/<uuid:send_id>/replay")
@requires("admin")
def replay(send_id: UUID) -> Response:
    """Send it once more."""
    endpoints.replay(caller().workspace, send_id)
    return redirect(url_for(".send", send_id=send_id), 303)


def _page(**shown: str) -> str:
    return render_template(
        "webhooks.html",
        sources=all_sources(),
        endpoints=all_endpoints(),
        schemes=("standard", "timestamped", "github", "shopify", "tiktok_shop"),
        events=EVENTS,
        **shown,
    )


def _endpoint(endpoint_id: UUID, secret: str | None = None) -> str:
    wanted = {"endpoint_id": endpoint_id, "limit": 30, "cursor": request.args.get("cursor") or None}
    query = checked(lambda: SendQuery.model_validate(wanted))
    found, cursor = page_of_sends(query)
    return render_template(
        "webhook_endpoint.html", endpoint=show(endpoint_id), sends=found, cursor=cursor, secret=secret
    )
