"""Who signed this message: the raw bytes are checked before anything of them is parsed or stored."""

import hashlib
import tempfile
import time
from typing import IO
from uuid import UUID

from flask import g, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

import db
from db import sources, webhook_secrets
from db.errors import NotFound
from db.sources import Source
from ingesters import signatures
from ingesters.signatures import Check, Claim, SignatureError
from web.access import Caller, caller
from web.problems import Problem

PIECE = 64 * 1024
IN_MEMORY = 1024 * 1024
LARGEST = 64 * 1024 * 1024
"""Strangers' bytes are kept aside until their signature is checked; larger files come by URL or with a key."""
MOST_ASKED = 50
"""Sources whose secrets are tried for a message that doesn't name its source."""
SIGNATURE_HEADERS = (
    "webhook-signature", "stripe-signature", "tiktok-signature", "x-hub-signature-256", "x-shopify-hmac-sha256",
)  # fmt: skip
SENTENCES: dict[str, LazyString] = {
    "signature_missing": _l("Sign the message as its source signs, or send a key of the role partner."),
    "signature_invalid": _l("The signature does not fit; check the secret, and sign the very bytes that are sent."),
    "signature_expired": _l("The message's time is more than five minutes off; send it again, and check your clock."),
}


def prove() -> Caller | None:
    """Tell which source signed this request; None when it carries no signature at all. Raise a 401 problem."""
    named = request.args.get("source", "")
    if not named and not any(name in request.headers for name in SIGNATURE_HEADERS):
        return None
    try:
        return _proved(_candidates(named))
    except SignatureError as error:
        raise Problem(401, error.code, SENTENCES[error.code], headers={"WWW-Authenticate": "Bearer"}) from None


def message_of() -> tuple[str, str | None, bool]:
    """Give the sender, the message's id if it has one, and whether an old copy of it would be refused anyway."""
    if caller().kind == "source":
        found: tuple[str, str | None, bool] = g.message
        return found
    said = request.headers.get("webhook-id")
    if said is not None and not signatures.is_id(said):
        raise Problem(400, "webhook_id_invalid", _l("Use a webhook-id of 1 to 255 printable ASCII characters."))
    return f"{caller().kind}:{caller().id}", said, False


def _candidates(named: str) -> list[Source]:
    """Find the sources this may be from: the one that is named, or all that sign the standard way."""
    with db.engine() as connection:
        if not named:
            return sources.of_scheme(connection, "standard", MOST_ASKED)
        try:
            return [sources.get(connection, UUID(named))]
        except (ValueError, NotFound):
            raise SignatureError("signature_invalid") from None


def _proved(candidates: list[Source]) -> Caller:
    headers = {name.lower(): value for name, value in request.headers.items()}
    claims = [signatures.claim(one.scheme, headers, one.app_id, time.time()) for one in candidates]
    if not claims:
        raise SignatureError("signature_invalid")
    with db.engine() as connection:
        keys = [[signatures.key_of(s) for s in webhook_secrets.living(connection, one.id)] for one in candidates]
    checks = [Check(found, given) for found, given in zip(claims, keys, strict=True)]
    digest = _read_aside(checks)
    for source, found, check in zip(candidates, claims, checks, strict=True):
        if check.is_right():
            g.message = (f"source:{source.id}", _id(found, digest), found.at is not None)
            return Caller("source", source.id, source.name, "partner", source.workspace_id)
    raise SignatureError("signature_invalid")


def _read_aside(checks: list[Check]) -> str:
    """Read the body once, past all checks, and put it where the parsers will look for it; give its SHA-256."""
    request.max_content_length = LARGEST
    aside: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the parsers read it
    g.setdefault("streams", []).append(aside)  # closed with the request
    digest = hashlib.sha256()
    while piece := request.stream.read(PIECE):
        digest.update(piece)
        for check in checks:
            check.update(piece)
        aside.write(piece)
    length = aside.tell()
    aside.seek(0)
    request.__dict__.pop("stream", None)
    request.environ.update({"wsgi.input": aside, "CONTENT_LENGTH": str(length), "wsgi.input_terminated": True})
    request.environ.pop("HTTP_TRANSFER_ENCODING", None)
    return digest.hexdigest()


def _id(found: Claim, digest: str) -> str:
    """Take the id that is signed; where none is, the content is its own, because anybody can change a bare header."""
    return found.id if found.id is not None else f"body:{digest}"
