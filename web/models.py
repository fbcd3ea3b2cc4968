"""/api/v1/models and /usage: which models are in use, how they are, and what they cost."""

from datetime import UTC, date, datetime
from typing import get_args

from flask_babel import gettext

import db
from db import model_breakers, model_calls, model_slots, models, versions
from db.model_book import ModelBook
from db.models import Choice, Config
from llm import choosing, current, listing, trial
from llm.book import PURPOSES
from llm.connection import Provider, providers
from llm.embedded_e5 import MODEL as EMBEDDED
from llm.errors import ModelError, ModelNotConfiguredError
from llm.gate import WARNS_AT
from llm.prices import prices
from settings import get_settings
from web.access import caller
from web.contract import Api
from web.language import chosen
from web.problems import Problem
from web.shapes.models import (
    AvailableList,
    AvailableShape,
    BreakerShape,
    BudgetShape,
    ChoiceBody,
    ModelConfig,
    ModelFault,
    ModelsShape,
    ProviderShape,
    Purpose,
    PurposeShape,
    TrialShape,
    UsageDay,
    UsageQuery,
    UsageShape,
)

api = Api("models")
LONGEST_SPAN = 366


@api.get("/models", "viewer", "Read the models", {200: ModelsShape})
def read_models() -> ModelsShape:
    """Read which model each purpose uses, how its provider is and what is left of the budget."""
    return ModelsShape(purposes=[_purpose(name) for name in get_args(Purpose)], providers=_providers(), budget=budget())


@api.get("/models/available", "editor", "List the providers' models", {200: AvailableList})
def list_available() -> AvailableList:
    """Ask every provider for its models now; one that does not answer says why."""
    return AvailableList(items=[_available(provider) for provider in current.providers()])


@api.put("/models/<string:purpose>", "admin", "Choose a model", {200: PurposeShape}, refusals=(409,))
def choose_model(purpose: str, body: ChoiceBody) -> PurposeShape:
    """Choose the model of a purpose; it counts from the next call on, in every process."""
    workspace, found = caller().workspace, _changeable(purpose)
    provider = _provider(body).name if body.model else None
    with db.transaction(workspace) as connection:
        models.choose(connection, workspace, Choice(found, provider, body.model, caller().name))
        if provider and body.model:
            before = models.config(connection, provider, body.model) or Config()
            models.configure(connection, workspace, provider, body.model, _changed(before, body))
    return _purpose(found)


@api.delete("/models/<string:purpose>", "admin", "Go back to the settings", {200: PurposeShape}, refusals=(409,))
def forget_model(purpose: str) -> PurposeShape:
    """Use the model that the settings name for a purpose again."""
    found = _changeable(purpose)
    with db.transaction(caller().workspace) as connection:
        models.forget_choice(connection, found)
    return _purpose(found)


@api.post("/models/<string:purpose>/test", "admin", "Try a model", {200: TrialShape})
def try_model(purpose: str) -> TrialShape:
    """Make the smallest call to the model of a purpose and show its answer, or what went wrong."""
    try:
        made = trial.run(ModelBook(caller().workspace), _known(purpose))
    except ModelError as error:
        return TrialShape(text="", ms=0, error=_fault(error))
    if made is None:
        raise Problem(409, "no_model", gettext("No model is chosen for this; choose one first."))
    return TrialShape(text=made.text, ms=made.ms, error=None)


@api.get("/usage", "viewer", "Read what models used", {200: UsageShape})
def read_usage(query: UsageQuery) -> UsageShape:
    """Read calls, tokens and cost of this workspace by day and model."""
    until = query.until or datetime.now(UTC).date()
    since = query.since or until.replace(day=1)
    if not 0 <= (until - since).days < LONGEST_SPAN:
        raise Problem(422, "span_invalid", gettext("Ask for at most a year, its end not before its beginning."))
    return usage(since, until)


def usage(since: date, until: date) -> UsageShape:
    """Read what the caller's workspace used between two days."""
    with db.transaction(caller().workspace) as connection:
        found = model_calls.days(connection, since, until)
    items = [UsageDay(**{**vars(day), "cost": float(day.cost)}) for day in found]
    total = float(sum(day.cost for day in found))
    return UsageShape(items=items, currency=_currency(), cost=total, budget=budget())


def budget() -> BudgetShape:
    """Say how much of this month's money is spent."""
    limit = get_settings().model_monthly_budget
    with db.transaction(caller().workspace) as connection:
        here = float(model_calls.spent_this_month(connection))
    if limit is None:
        return BudgetShape(state="unlimited", currency=_currency(), limit=None, share=None, spent_here=here)
    with db.engine() as connection:
        spent = float(model_calls.spent_this_month(connection))
    share = spent / float(limit) if limit else 1.0
    state = "spent" if share >= 1 else "warn" if share >= WARNS_AT else "ok"
    return BudgetShape(state=state, currency=_currency(), limit=float(limit), share=round(share, 4), spent_here=here)


def _purpose(name: Purpose) -> PurposeShape:
    if name == "embedding":
        return _embedding()
    book = ModelBook(caller().workspace)
    try:
        found = current.choice(book, name)
    except ModelNotConfiguredError:
        named = book.choice(name)
        model = named.model if named else choosing.default_model(get_settings(), name)
        return _shape(name, "no_server", named.provider if named else None, model, is_default=named is None)
    if found is None:
        return _shape(name, "none", None, None, is_default=book.choice(name) is None)
    shape = _shape(name, "ready", found.provider.name, found.model, is_default=found.is_default)
    return shape.model_copy(update={"config": ModelConfig(**vars(found.config))})


def _shape(name: Purpose, state: str, provider: str | None, model: str | None, *, is_default: bool) -> PurposeShape:
    return PurposeShape.model_validate(
        {
            "purpose": name,
            "state": state,
            "provider": provider,
            "model": model,
            "is_default": is_default,
            "config": None,
        }
    )


def _embedding() -> PurposeShape:
    """Show the model whose vectors are searched: `scripts.reembed` changes it, since vectors of two don't mix."""
    with db.transaction(caller().workspace) as connection:
        version = versions.active(connection)
    model = version.model if version else get_settings().embedding_model or EMBEDDED
    if model == EMBEDDED:
        return _shape("embedding", "embedded", "embedded", model, is_default=True)
    for server in current.providers():
        return _shape("embedding", "ready", server.name, model, is_default=True)
    return _shape("embedding", "no_server", None, model, is_default=True)


def _providers() -> list[ProviderShape]:
    settings = get_settings()
    with db.engine() as connection:
        breakers = model_breakers.states(connection)
        return [
            ProviderShape(
                name=found.name,
                host=found.connection.host,
                is_paid=prices(settings.prices_file).is_paid(found.name, ""),
                calls_under_way=model_slots.busy(connection, found.name),
                calls_at_once=settings.model_calls_at_once,
                breaker=_breaker(breakers.get(found.name)),
            )
            for found in providers(settings)
        ]


def _breaker(found: model_breakers.Breaker | None) -> BreakerShape:
    if found is None:
        return BreakerShape(state="closed", failures=0, fault=None, until=None)
    return BreakerShape.model_validate({name: value for name, value in vars(found).items() if name != "provider"})


def _available(provider: Provider) -> AvailableShape:
    try:
        return AvailableShape(provider=provider.name, models=listing.models(provider), error=None)
    except ModelError as error:
        return AvailableShape(provider=provider.name, models=[], error=_fault(error))


def _provider(body: ChoiceBody) -> Provider:
    try:
        return choosing.provider_named(get_settings(), body.provider)
    except ModelNotConfiguredError as error:
        raise Problem(409, "no_server", error.sentence(chosen())) from None


def _known(purpose: str) -> Purpose:
    for name in get_args(Purpose):
        if name == purpose:
            found: Purpose = name
            return found
    raise Problem(404)


def _changeable(purpose: str) -> Purpose:
    found = _known(purpose)
    if found not in PURPOSES:
        sentence = gettext("Vectors of two models don't mix: change this model with scripts.reembed.")
        raise Problem(409, "embedding_needs_filling", sentence)
    return found


def _changed(before: Config, body: ChoiceBody) -> Config:
    names = ("temperature", "max_tokens", "context_length")
    given = {name: getattr(body, name) for name in names if name in body.model_fields_set}
    return Config(**{**vars(before), **given})


def _currency() -> str:
    return prices(get_settings().prices_file).currency


def _fault(error: ModelError) -> ModelFault:
    return ModelFault(code=error.code, message=error.sentence(chosen()))
