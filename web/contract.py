"""The API's own small layer: a typed view is validated, answered and described in OpenAPI from one declaration.

APIFlask, flask-smorest, flask-openapi and spectree each broke the specification somewhere; this does what we need.
A view takes its path parameters by name, and `query`, `body` (JSON), `form` (multipart) or `either` as pydantic models.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from inspect import signature
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, request
from pydantic import BaseModel, ValidationError

from web import idempotency
from web.access import requires
from web.field_errors import field_errors
from web.language import LANGUAGES
from web.problems import Problem
from web.uploads import takes_files

View = Callable[..., Any]
M = TypeVar("M", bound=BaseModel)
PREFIX = "/api/v1"
INPUTS = ("query", "body", "form", "either")
LARGEST_JSON = 8 * 1024 * 1024
"""Of a body that may also be a form with files, and be as large as those."""
LANGUAGE_CHOICES = frozenset(("lang", language) for language in LANGUAGES)

Answers = Mapping[int, "type[BaseModel] | str"]
"""What each status carries: a model, or a media type."""


@dataclass(frozen=True)
class Answer:
    """A model with a status and headers of its own."""

    model: BaseModel
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Terms:
    """Who may call, what for, and what comes back: the answers by status, and refusals beside the usual ones."""

    role: str
    summary: str
    answers: Answers
    refusals: tuple[int, ...] = ()


@dataclass(frozen=True)
class Operation:
    """One call of the API as it was declared."""

    method: str
    rule: str
    terms: Terms
    view: View
    inputs: Mapping[str, type[BaseModel]]

    @property
    def name(self) -> str:
        """Give the operation's id."""
        return self.view.__name__


class Api:
    """The calls of one noun."""

    def __init__(self, noun: str, prefix: str = PREFIX) -> None:
        self.noun, self.prefix = noun, prefix
        self.operations: list[Operation] = []
        self.blueprint = Blueprint(f"api_{noun}", __name__)

    def get(
        self, rule: str, role: str, summary: str, answers: Answers, *, refusals: tuple[int, ...] = ()
    ) -> Callable[[View], View]:
        """Declare a call that reads."""
        return self._declare("GET", rule, Terms(role, summary, answers, refusals))

    def post(
        self, rule: str, role: str, summary: str, answers: Answers, *, refusals: tuple[int, ...] = ()
    ) -> Callable[[View], View]:
        """Declare a call that does something; with an Idempotency-Key it is done once."""
        return self._declare("POST", rule, Terms(role, summary, answers, (409, *refusals)))

    def patch(
        self, rule: str, role: str, summary: str, answers: Answers, *, refusals: tuple[int, ...] = ()
    ) -> Callable[[View], View]:
        """Declare a call that changes something; the same change again changes nothing."""
        return self._declare("PATCH", rule, Terms(role, summary, answers, refusals))

    def put(
        self, rule: str, role: str, summary: str, answers: Answers, *, refusals: tuple[int, ...] = ()
    ) -> Callable[[View], View]:
        """Declare a call that sets something; the same again sets the same."""
        return self._declare("PUT", rule, Terms(role, summary, answers, refusals))

    def delete(
        self, rule: str, role: str, summary: str, answers: Answers, *, refusals: tuple[int, ...] = ()
    ) -> Callable[[View], View]:
        """Declare a call that takes something away."""
        return self._declare("DELETE", rule, Terms(role, summary, answers, refusals))

    def _declare(self, method: str, rule: str, terms: Terms) -> Callable[[View], View]:
        def declare(view: View) -> View:
            operation = Operation(method, self.prefix + rule, terms, view, _inputs(view))
            self.operations.append(operation)
            served = requires(terms.role)(_served(operation))
            served.prove = getattr(view, "prove", None)  # type: ignore[attr-defined]  # the guard reads it
            self.blueprint.add_url_rule(operation.rule, operation.name, served, methods=[method])
            return view

        return declare


def register(app: Flask, *apis: Api) -> None:
    """Serve the calls of these nouns."""
    for api in apis:
        app.register_blueprint(api.blueprint)
        app.extensions.setdefault("shiomi_apis", []).append(api)


def _inputs(view: View) -> dict[str, type[BaseModel]]:
    parameters = signature(view).parameters
    return {name: parameters[name].annotation for name in INPUTS if name in parameters}


def _served(operation: Operation) -> Callable[..., Response]:
    def serve(**path: Any) -> Response:
        values = {name: _READERS[name](model) for name, model in operation.inputs.items()}
        return _response(operation.view(**path, **values))

    view = idempotency.once(serve) if operation.method == "POST" else serve
    return takes_files(view) if {"form", "either"} & operation.inputs.keys() else view


def _response(result: Any) -> Response:
    if isinstance(result, Response):
        return result
    answer = result if isinstance(result, Answer) else Answer(result)
    response = Response(answer.model.model_dump_json(by_alias=True), answer.status, mimetype="application/json")
    response.headers.update(answer.headers)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _query(model: type[BaseModel]) -> BaseModel:
    given = {name: value for name, value in request.args.items() if (name, value) not in LANGUAGE_CHOICES}
    return checked(lambda: model.model_validate(given))


def _body(model: type[BaseModel]) -> BaseModel:
    if request.mimetype != "application/json":
        if not request.content_length and not any(f.is_required() for f in model.model_fields.values()):
            return checked(model)
        raise Problem(415)
    data = request.get_data()
    return checked(lambda: model.model_validate_json(data or b"{}", strict=True))


def _form(model: type[BaseModel]) -> BaseModel:
    if request.mimetype != "multipart/form-data":
        raise Problem(415)
    values: dict[str, Any] = {str(name): value for name, value in request.form.items()}
    for name, files in request.files.lists():
        values[str(name)] = files[0] if len(files) == 1 else files
    return checked(lambda: model.model_validate(values))


def _either(model: type[BaseModel]) -> BaseModel:
    """Read JSON, or a form whose fields may come several times; `name[]` is a list however often it comes."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = LARGEST_JSON
        return _body(model)
    request.max_form_memory_size = LARGEST_JSON
    values: dict[str, Any] = {}
    fields: list[tuple[str, list[Any]]] = [*request.form.lists(), *request.files.lists()]
    for name, given in fields:
        several = str(name).endswith("[]") or len(given) > 1
        values[str(name).removesuffix("[]")] = given if several else given[0]
    return checked(lambda: model.model_validate(values))


_READERS: dict[str, Callable[[type[BaseModel]], BaseModel]] = {
    "query": _query, "body": _body, "form": _form, "either": _either,
}  # fmt: skip


def checked(read: Callable[[], M]) -> M:
    """Read a model; raise a 422 problem that names each wrong field."""
    try:
        return read()
    except ValidationError as error:
        raise Problem(422, errors=field_errors(error)) from None
