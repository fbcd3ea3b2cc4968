"""What browsers are told to forbid, and how far proxies are believed."""

import os
import secrets
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from settings import Settings

CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
YEAR = 365 * 24 * 3600


def register(app: Flask, settings: Settings) -> None:
    """Set cookies, headers and proxies as the settings say."""
    secret = settings.secret_key.get_secret_value() if settings.secret_key else kept_secret(settings.data_dir)
    app.config.update(
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME="__Host-shiomi" if settings.https_only else "shiomi",
        SESSION_COOKIE_SECURE=settings.https_only,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    extra = {"Strict-Transport-Security": f"max-age={YEAR}"} if settings.https_only else {}
    app.after_request(lambda response: _protect(response, HEADERS | extra))


def kept_secret(data_dir: Path) -> str:
    """Give the key that signs sessions; made once, even when several processes start together."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = data_dir / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        try:
            os.link(draft, path)  # fails when another process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def _protect(response: Response, headers: dict[str, str]) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response
