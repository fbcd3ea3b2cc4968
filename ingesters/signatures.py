"""Signatures of webhook messages: Standard Webhooks (standardwebhooks.com), and those that other senders use.

Standard library only: the reference package answers a signature without a comma with ValueError and a body that is not
UTF-8 with UnicodeDecodeError. Here whatever a stranger sends is either a claim to be checked or a refusal. The bytes
are those that came; nothing is decoded or parsed before the signature is right.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300
MOST_SIGNATURES = 20
_DIGEST_BYTES = 32
_ID = re.compile(r"[!-~]{1,255}")
_SECONDS = re.compile(r"[0-9]{1,12}")


class SignatureError(Exception):
    """The message is not signed as its source signs; `code` says how."""

    def __init__(self, code: str) -> None:
        """Keep the code: signature_missing, signature_invalid or signature_expired."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Claim:
    """What a message says of itself: its id (None: known by its content alone), the time, and signatures to compare.

    Signed are the bytes of `before`, followed by the body.
    """

    id: str | None
    at: int | None
    before: bytes
    signatures: tuple[bytes, ...]


Headers = Mapping[str, str]


def claim(scheme: str, headers: Headers, app_id: str | None, now: float) -> Claim:
    """Read what the headers claim; raise SignatureError for what can't be right or is too old or too new."""
    found = _SCHEMES[scheme](headers, app_id or "")
    if not found.signatures:
        raise SignatureError("signature_invalid")
    if found.at is not None and abs(now - found.at) > TOLERANCE_SECONDS:
        raise SignatureError("signature_expired")
    return found


class Check:
    """Takes the body piece by piece and tells in constant time whether one of the secrets signed it."""

    def __init__(self, found: Claim, keys: Iterable[bytes]) -> None:
        """Begin with what is signed before the body."""
        self._found = found
        self._macs = [hmac.new(key, found.before, hashlib.sha256) for key in keys]

    def update(self, piece: bytes) -> None:
        """Take the next bytes."""
        for mac in self._macs:
            mac.update(piece)

    def is_right(self) -> bool:
        """Compare every secret with every signature, so that the time tells nothing."""
        matches = [hmac.compare_digest(mac.digest(), given) for mac in self._macs for given in self._found.signatures]
        return any(matches)


def is_id(written: str) -> bool:
    """Tell whether this may be a message's id."""
    return bool(_ID.fullmatch(written))


def new_secret() -> str:
    """Make a secret of 256 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """Give the bytes that a secret stands for: base64 after whsec_, otherwise the text itself."""
    if secret.startswith(PREFIX):
        return base64.b64decode(secret.removeprefix(PREFIX))
    return secret.encode()


def sign(secret: str, message_id: str, at: int, body: bytes) -> str:
    """Sign a message the Standard Webhooks way."""
    signed = hmac.new(key_of(secret), f"{message_id}.{at}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(signed.digest()).decode()


def _standard(headers: Headers, _app_id: str) -> Claim:
    message, at = _header(headers, "webhook-id"), _header(headers, "webhook-timestamp")
    if not (_ID.fullmatch(message) and _SECONDS.fullmatch(at)):
        raise SignatureError("signature_invalid")
    pairs = (part.partition(",") for part in _header(headers, "webhook-signature").split(" ")[:MOST_SIGNATURES])
    given = [_base64(value) for version, _, value in pairs if version == "v1"]
    return Claim(message, int(at), f"{message}.{at}.".encode(), _usable(given))


def _timestamped(headers: Headers, _app_id: str) -> Claim:
    """Stripe (`t=…,v1=…`) and TikTok for Developers (`t=…,s=…`)."""
    written = _header(headers, "stripe-signature", "tiktok-signature", "webhook-signature")
    pairs = [part.strip().partition("=") for part in written.split(",")[:MOST_SIGNATURES]]
    times = [value for name, _, value in pairs if name == "t"]
    if len(times) != 1 or not _SECONDS.fullmatch(times[0]):
        raise SignatureError("signature_invalid")
    given = [_hex(value) for name, _, value in pairs if name in ("v1", "s")]
    return Claim(None, int(times[0]), f"{times[0]}.".encode(), _usable(given))


def _github(headers: Headers, _app_id: str) -> Claim:
    kind, _, value = _header(headers, "x-hub-signature-256").partition("=")
    return Claim(None, None, b"", _usable([_hex(value) if kind == "sha256" else None]))


def _shopify(headers: Headers, _app_id: str) -> Claim:
    return Claim(None, None, b"", _usable([_base64(_header(headers, "x-shopify-hmac-sha256"))]))


def _tiktok_shop(headers: Headers, app_id: str) -> Claim:
    return Claim(None, None, app_id.encode(), _usable([_hex(_header(headers, "authorization"))]))


_SCHEMES: dict[str, Callable[[Headers, str], Claim]] = {
    "standard": _standard,
    "timestamped": _timestamped,
    "github": _github,
    "shopify": _shopify,
    "tiktok_shop": _tiktok_shop,
}


def _header(headers: Headers, *names: str) -> str:
    found = next((headers[name] for name in names if headers.get(name)), None)
    if found is None:
        raise SignatureError("signature_missing")
    return found


def _usable(given: Iterable[bytes | None]) -> tuple[bytes, ...]:
    return tuple(digest for digest in given if digest is not None and len(digest) == _DIGEST_BYTES)


def _base64(written: str) -> bytes | None:
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return None


def _hex(written: str) -> bytes | None:
    try:
        return bytes.fromhex(written) if written.isascii() else None
    except ValueError:
        return None
