"""Signing in and out."""

import unicodedata

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

import db
from db import users
from db.users import User
from web import access
from web.access import ANYONE, requires
from web.limits import limits
from web.pages.words import seconds
from web.passwords import matches

blueprint = Blueprint("login", __name__)
LONGEST = 200


@blueprint.get("/login")
@requires(ANYONE)
def form() -> str | Redirect:
    """Ask for name and password."""
    if access.signed_in():
        return redirect(access.local_path(request.args.get("next")))
    return render_template("login.html", name="", problem=None)


@blueprint.post("/login")
@requires(ANYONE)
def sign_in() -> Response | Redirect:
    """Check name and password, and go where the person wanted to go."""
    name = unicodedata.normalize("NFKC", request.form.get("name", "")).strip()[:LONGEST]
    wait = limits().attempt(name.casefold(), request.remote_addr)
    if wait is not None:
        sentence = gettext("Too many wrong passwords; try again in %(time)s.", time=seconds(wait))
        return _refused(name, sentence, 429)
    user = _proven(name, request.form.get("password", "")[: LONGEST * 5])
    if user is None:
        return _refused(name, gettext("Name or password is wrong; check both and try again."), 401)
    limits().forgive(name.casefold(), request.remote_addr)
    access.remember(user)
    return redirect(access.local_path(request.args.get("next")), 303)


@blueprint.post("/logout")
@requires(ANYONE)
def sign_out() -> Redirect:
    """End the session."""
    access.forget()
    return redirect(url_for("login.form"), 303)


def _proven(name: str, password: str) -> User | None:
    if "\x00" in name:
        return None
    with db.engine() as connection:
        user = users.by_name(connection, name)
    return user if matches(password, user.password_hash if user else None) else None


def _refused(name: str, sentence: str, status: int) -> Response:
    page = render_template("login.html", name=name, problem=sentence)
    return current_app.response_class(page, status, mimetype="text/html")
