"""Signatures: every scheme as its documentation says, and never anything but a refusal for what strangers send."""

import base64
import hashlib
import hmac
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from ingesters.signatures import Check, SignatureError, claim, key_of, new_secret, sign

NOW = 1_800_000_000
BODY = '{"liver": "みお"}'.encode()
TEXT = "a shared secret of some length"


def is_right(scheme: str, headers: dict[str, str], secret: str, body: bytes = BODY, app_id: str = "") -> bool:
    check = Check(claim(scheme, headers, app_id, NOW), [key_of(secret)])
    check.update(body[:5])
    check.update(body[5:])
    return check.is_right()


def digest(message: bytes) -> hmac.HMAC:
    return hmac.new(TEXT.encode(), message, hashlib.sha256)


def test_the_reference_implementation_and_ours_sign_alike() -> None:
    secret = new_secret()
    theirs = Webhook(secret).sign("msg_1", datetime.fromtimestamp(NOW, UTC), BODY.decode())
    assert theirs == sign(secret, "msg_1", NOW, BODY)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(NOW), "webhook-signature": f"v1a,x v1,AAAA {theirs}"}
    assert is_right("standard", headers, secret)


def test_each_other_scheme_is_understood() -> None:
    stamped = digest(f"{NOW}.".encode() + BODY).hexdigest()
    assert is_right("timestamped", {"stripe-signature": f"t={NOW},v1=00,v1={stamped}"}, TEXT)
    assert is_right("timestamped", {"tiktok-signature": f"t={NOW},s={stamped}"}, TEXT)
    assert is_right("github", {"x-hub-signature-256": "sha256=" + digest(BODY).hexdigest()}, TEXT)
    assert is_right("shopify", {"x-shopify-hmac-sha256": base64.b64encode(digest(BODY).digest()).decode()}, TEXT)
    assert is_right("tiktok_shop", {"authorization": digest(b"app1" + BODY).hexdigest()}, TEXT, app_id="app1")


def test_another_body_or_secret_is_not_right() -> None:
    headers = {"x-hub-signature-256": "sha256=" + digest(BODY).hexdigest()}
    assert not is_right("github", headers, TEXT, BODY + b" ")
    assert not is_right("github", headers, TEXT + "!")


@pytest.mark.parametrize("off", [-301, 301])
def test_a_message_that_is_too_old_or_too_new_is_refused(off: int) -> None:
    secret = new_secret()
    headers = {
        "webhook-id": "m",
        "webhook-timestamp": str(NOW + off),
        "webhook-signature": sign(secret, "m", NOW + off, BODY),
    }
    with pytest.raises(SignatureError, match="signature_expired"):
        claim("standard", headers, None, NOW)


HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature", "stripe-signature", "x-hub-signature-256",
           "x-shopify-hmac-sha256", "authorization")  # fmt: skip


@given(
    st.sampled_from(["standard", "timestamped", "github", "shopify", "tiktok_shop"]),
    st.dictionaries(
        st.sampled_from(HEADERS), st.one_of(st.text(max_size=60), st.just(f"t={NOW},v1=zz"), st.just(str(NOW)))
    ),
)
def test_whatever_stands_in_the_headers_is_a_claim_or_a_refusal(scheme: str, headers: dict[str, str]) -> None:
    with suppress(SignatureError):
        assert not is_right(scheme, headers, TEXT)
