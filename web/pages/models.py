"""The settings page of models: which one each purpose uses, whether it answers, what it costs."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from pydantic import ValidationError
from werkzeug.wrappers import Response

from web import models
from web.access import requires
from web.pages.model_words import count, model_word, money
from web.problems import Problem
from web.shapes.models import ChoiceBody, ModelFault, TrialShape, UsageDay

blueprint = Blueprint("models", __name__)
FIELDS = ("temperature", "max_tokens", "context_length")


@blueprint.get("/models")
@requires("viewer")
def index() -> str:
    """Show models, usage of the month and budget."""
    return _page()


@blueprint.get("/models/names")
@requires("editor")
def names() -> str:
    """Ask the providers for their models and show the names to choose from."""
    return render_template("_model_names.html", available=models.list_available().items)


@blueprint.post("/models/<string:purpose>")
@requires("admin")
def choose(purpose: str) -> Response | tuple[str, int]:
    """Choose the model of a purpose, or go back to the settings."""
    if request.form.get("action") == "default":
        models.forget_model(purpose)
        return redirect(url_for("models.index"), 303)
    try:
        models.choose_model(purpose, _body())
    except Problem as problem:
        return _page(refused=str(problem.detail), about=purpose), problem.status
    except (ValidationError, ValueError):
        refused = gettext("Check the model's name and the numbers; leave empty what the model shall decide.")
        return _page(refused=refused, about=purpose), 422
    return redirect(url_for("models.index") + f"#{purpose}", 303)


@blueprint.post("/models/<string:purpose>/test")
@requires("admin")
def try_out(purpose: str) -> str:
    """Try the model of a purpose and show its answer."""
    try:
        made = models.try_model(purpose)
    except Problem as problem:
        made = TrialShape(text="", ms=0, error=ModelFault(code=problem.code, message=str(problem.detail)))
    shown = {"made": made, "purpose": purpose}
    return render_template("_model_trial.html", **shown) if "HX-Request" in request.headers else _page(**shown)


def _page(**more: object) -> str:
    today = datetime.now(UTC).date()
    used = models.usage(today.replace(day=1), today)
    words = {"model_word": model_word, "money": money, "count": count}
    return render_template(
        "models.html", found=models.read_models(), used=used, rows=_by_model(used.items), **words, **more
    )


def _by_model(days: list[UsageDay]) -> list[dict[str, object]]:
    """Add the days of the month up for each model, dearest first."""
    sums: dict[tuple[str, str, str], dict[str, float]] = {}
    for day in days:
        row = sums.setdefault((day.purpose, day.provider, day.model), {})
        for name in ("calls", "failures", "prompt_tokens", "completion_tokens", "cost"):
            row[name] = row.get(name, 0) + getattr(day, name)
    made = [{"purpose": key[0], "provider": key[1], "model": key[2], **row} for key, row in sums.items()]
    return sorted(made, key=lambda row: (-float(str(row["cost"])), -float(str(row["calls"]))))


def _body() -> ChoiceBody:
    form = request.form
    given: dict[str, object] = {name: form[name].strip() or None for name in FIELDS if name in form}
    provider, _, model = form.get("model", "").strip().rpartition(" · ")
    named = {"model": model or None, "provider": provider or form.get("provider") or None}
    return ChoiceBody.model_validate({**given, **named})
