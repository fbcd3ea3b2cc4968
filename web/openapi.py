"""The OpenAPI 3.1 document of all calls, made from their declarations, and a page to read and try it."""

import re
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from web.access import ANYONE, PUBLIC, requires
from web.contract import Api, Operation
from web.language import LANGUAGES
from web.problems import TITLES
from web.shapes.problems import ProblemShape

blueprint = Blueprint("openapi", __name__)
NAMES = {"type": "string", "minLength": 1, "maxLength": 300}
REFERENCE = "#/components/schemas/{model}"
PATH_TYPES = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 0},
    "string": NAMES,
    "path": NAMES,
}
PLACEHOLDER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
TAGS = {
    "jobs": "Work on one file: send it, watch it, cancel it, retry it.",
    "documents": "What was read out of a file: text, tables, pages and their pictures.",
    "screenshots": "Dashboard pictures: what was read of them, and streams merged from several.",
    "corrections": "What people decide about values that were read: correct, accept, undo.",
    "uploads": "Big files by tus 1.0: begun, gone on with after any cut, ended in a job.",
    "external": "Partners' analyses: sent signed or with a key of role partner, asked for, counted.",
    "livers": "The people who stream: their sessions, totals and trend.",
    "webhooks": "Who may send signed messages, and where we send ours.",
    "snapshots": "The whole state in one checked file: made, fetched, put back. For the operator's workspace only.",
    "search": "Find passages with the place they come from.",
    "models": "Language, vision, speech and embedding models: which are in use, how they are, what they cost.",
    "health": "How the platform is.",
}
BODIES = {
    "body": ("application/json",),
    "form": ("multipart/form-data",),
    "either": ("application/json", "multipart/form-data"),
}
LANGUAGE = {
    "name": "lang",
    "in": "query",
    "required": False,
    "description": "Language of sentences; Accept-Language does the same.",
    "schema": {"type": "string", "enum": list(LANGUAGES)},
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request gives the first answer again; kept for a week.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


@blueprint.get("/api/v1/openapi.json")
@requires(PUBLIC)
def document() -> Response:
    """Serve the document."""
    response = jsonify(describe(tuple(current_app.extensions["shiomi_apis"])))
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@blueprint.get("/api/docs")
@requires(ANYONE)
def page() -> str:
    """Show the document as a page; its assets are served from here."""
    return render_template("api_docs.html")


def register(app: Flask) -> None:
    """Serve document and page."""
    app.register_blueprint(blueprint)


@cache
def describe(apis: tuple[Api, ...]) -> dict[str, Any]:
    """Describe the calls of these nouns in OpenAPI 3.1."""
    schemas, components = _schemas(apis)
    paths: dict[str, dict[str, Any]] = {}
    for api in apis:
        for operation in api.operations:
            path = PLACEHOLDER.sub(r"{\2}", operation.rule)
            paths.setdefault(path, {})[operation.method.lower()] = _operation(api, operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Shiomi",
            "version": "1",
            "description": "Ingestion and analysis for live commerce. Errors are RFC 9457 problems with a `code`.",
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [{"name": api.noun, "description": TAGS[api.noun]} for api in apis],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key."}},
        },
    }


def _schemas(apis: tuple[Api, ...]) -> tuple[dict[Any, Any], dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], Any], None] = {(ProblemShape, "serialization"): None}
    for operation in (operation for api in apis for operation in api.operations):
        for name, model in operation.inputs.items():
            if name != "query":
                wanted[model, "validation"] = None
        for answer in operation.terms.answers.values():
            if not isinstance(answer, str):
                wanted[answer, "serialization"] = None
    schemas, definitions = models_json_schema(list(wanted), ref_template=REFERENCE)
    return schemas, definitions["$defs"]


def _operation(api: Api, operation: Operation, schemas: dict[Any, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [api.noun],
        "summary": operation.terms.summary,
        "description": (operation.view.__doc__ or "") + f"\n\nLeast role: {operation.terms.role}.",
        "parameters": _parameters(operation),
        "responses": _responses(operation, schemas),
    }
    for name, media_types in BODIES.items():
        if name in operation.inputs:
            model = operation.inputs[name]
            described["requestBody"] = {
                "required": any(found.is_required() for found in model.model_fields.values()),
                "content": {media_type: {"schema": schemas[model, "validation"]} for media_type in media_types},
            }
    if operation.terms.role == PUBLIC:
        described["security"] = []
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": PATH_TYPES[kind]}
        for kind, name in PLACEHOLDER.findall(operation.rule)
    ]
    if "query" in operation.inputs:
        schema = operation.inputs["query"].model_json_schema(ref_template=REFERENCE)
        required = schema.get("required", ())
        for name, described in schema["properties"].items():
            found.append({"name": name, "in": "query", "required": name in required, "schema": described})
        found.append(LANGUAGE)
    if operation.method == "POST":
        found.append(IDEMPOTENCY_KEY)
    return found


def _responses(operation: Operation, schemas: dict[Any, Any]) -> dict[str, Any]:
    answers = {str(status): _response(answer, schemas) for status, answer in operation.terms.answers.items()}
    return answers | {str(status): _problem(status) for status in _refusals(operation) if str(status) not in answers}


def _response(answer: type[BaseModel] | str, schemas: dict[Any, Any]) -> dict[str, Any]:
    if isinstance(answer, str):
        return {"description": "As asked for.", "content": {answer: {"schema": {"type": "string"}}}}
    content = {"application/json": {"schema": schemas[answer, "serialization"]}}
    return {"description": (answer.__doc__ or "").strip(), "content": content}


def _refusals(operation: Operation) -> list[int]:
    found = {400, 429, 503, *operation.terms.refusals}
    if operation.terms.role != PUBLIC:
        found |= {401, 403}
    if "<" in operation.rule:
        found.add(404)
    if operation.inputs or operation.method == "POST":
        found.add(422)
    if BODIES.keys() & operation.inputs.keys():
        found |= {413, 415}
    return sorted(found)


def _problem(status: int) -> dict[str, Any]:
    title = TITLES[status][0].replace("_", " ").capitalize()
    schema = {"$ref": REFERENCE.format(model="ProblemShape")}
    return {"description": title, "content": {"application/problem+json": {"schema": schema}}}
