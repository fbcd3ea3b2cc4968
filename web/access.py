"""Who is asking and what they may do. Every view declares its role; one without is never served."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms.validators import ValidationError

import db
from db import keys, users
from db.users import User
from web import limits
from web.problems import Problem, is_api
from web.uploads import allow_large

PUBLIC = "public"
"""Served without asking who it is for: files, health."""
LOOPBACK = ("127.0.0.1", "::1")
ANYONE = "anyone"
"""Served to all, but showing who has signed in."""
RANK = {"viewer": 1, "editor": 2, "admin": 3}
"""A role may do what those below it may; partner stands outside: it may use the external calls only."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LIMITED_PATHS = "/api/v1/"
LOGIN = "login.form"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Caller:
    """Somebody with a role in one workspace; `kind` is `key`, `user`, or `source` for who signs each message."""

    kind: str
    id: UUID
    name: str
    role: str
    workspace: str


def requires(role: str) -> Callable[[View], View]:
    """Declare the least role that may use a view (or PUBLIC, ANYONE, `partner`)."""

    def mark(view: View) -> View:
        view.role = role  # type: ignore[attr-defined]  # the guard reads it
        return view

    return mark


def proved(by: Callable[[], Caller | None]) -> Callable[[View], View]:
    """Let a view tell who asks by something else than a key or a session, such as a signature."""

    def mark(view: View) -> View:
        view.prove = by  # type: ignore[attr-defined]  # the guard reads it
        return view

    return mark


def caller() -> Caller:
    """Give who is asking; only views that require a role may ask."""
    found: Caller = g.caller
    return found


def signed_in() -> Caller | None:
    """Give who is asking, if anybody is known."""
    found: Caller | None = g.get("caller")
    return found


def may(role: str) -> bool:
    """Tell whether the caller may do what `role` may."""
    found = signed_in()
    return found is not None and _allows(found.role, role)


def is_local() -> bool:
    """Tell a direct request of this machine from one that a proxy hands on."""
    return request.remote_addr in LOOPBACK and "X-Forwarded-For" not in request.headers


def remember(user: User) -> None:
    """Begin a new session for a person who has proved to be this user."""
    session.clear()
    session.permanent = True
    session.update(user=str(user.id), version=user.session_version, since=int(time.time()))


def forget() -> None:
    """End the session, and all others of its user: a copy of the cookie opens nothing any more."""
    found = signed_in()
    if found and found.kind == "user":
        with db.engine() as connection:
            users.end_sessions(connection, found.id)
    session.clear()


def register(app: Flask) -> None:
    """Put the guard before every view."""
    app.before_request(_guard)
    app.jinja_env.globals.update(signed_in=signed_in, may=may, csrf_token=generate_csrf)


def local_path(target: str | None) -> str:
    """Give the path to go on to after the login; never another site."""
    try:
        parts = urlsplit((target or "").replace("\\", "/"))
    except ValueError:
        return "/"
    is_local = not parts.scheme and not parts.netloc and parts.path.startswith("/") and not parts.path.startswith("//")
    return parts._replace(fragment="").geturl() if is_local else "/"


def _guard() -> Response | None:
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    role = getattr(view, "role", None)
    if role is None:
        raise Problem(403)
    g.caller = None if role == PUBLIC else _identify()
    if request.path.startswith(LIMITED_PATHS):
        limits.check()
    if g.caller is None and (prove := getattr(view, "prove", None)):
        g.caller = prove()
    if role not in (PUBLIC, ANYONE):
        if g.caller is None:
            return _ask_to_sign_in()
        if not _allows(g.caller.role, role):
            raise Problem(403)
    if getattr(view, "takes_files", False):
        allow_large()
    if request.method not in SAFE_METHODS and (g.caller is None or g.caller.kind == "user"):
        _check_form_token()
    return None


def _ask_to_sign_in() -> Response:
    if is_api():
        raise Problem(401, headers={"WWW-Authenticate": "Bearer"})
    if "HX-Request" in request.headers:  # a part of a page: the whole page has to go to the login
        return Response(status=401, headers={"HX-Redirect": url_for(LOGIN)})
    back = request.full_path.rstrip("?") if request.method in SAFE_METHODS else "/"
    return redirect(url_for(LOGIN, next=back), Response=Response)  # type: ignore[return-value]  # a Flask response


def _allows(role: str, needed: str) -> bool:
    if needed == "partner" or role == "partner":
        return role in ("partner", "admin") and needed == "partner"
    return RANK[role] >= RANK[needed]


def _identify() -> Caller | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        return _by_key(secret.strip()) if scheme.lower() == "bearer" else None
    return _by_session()


def _by_key(secret: str) -> Caller | None:
    if not secret or len(secret) > 500:
        return None
    with db.engine() as connection:
        key = keys.find(connection, secret)
    return Caller("key", key.id, key.name, key.role, key.workspace_id) if key else None


def _by_session() -> Caller | None:
    if "user" not in session:
        return None
    if time.time() - session["since"] > current_app.permanent_session_lifetime.total_seconds():
        session.clear()
        return None
    with db.engine() as connection:
        user = users.by_id(connection, UUID(session["user"]))
    if user is None or user.session_version != session["version"]:
        session.clear()
        return None
    return Caller("user", user.id, user.username, user.role, user.workspace_id)


def _check_form_token() -> None:
    try:
        validate_csrf(request.headers.get("X-CSRF-Token") or request.form.get("csrf_token"))
    except ValidationError:
        sentence = gettext("The page is too old or was opened elsewhere; reload it and try again.")
        raise Problem(403, "csrf_failed", sentence) from None
