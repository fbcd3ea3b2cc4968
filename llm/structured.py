"""Ask for an answer in a shape, check it, ask once more when it is malformed, then say so."""

import json
import re
from collections.abc import Sequence
from typing import Any, TypeVar

import structlog
from pydantic import BaseModel, ValidationError

from llm.chat import Answer, Chat, Message
from llm.errors import MalformedAnswerError, ModelRefusedError

log = structlog.get_logger(__name__)
Shape = TypeVar("Shape", bound=BaseModel)

LONGEST_FAULT = 600
LONGEST_QUOTE = 4000
_FENCE = re.compile(r"^\s*```[a-zA-Z]*\s*(.*?)\s*```\s*$", re.S)


def ask(chat: Chat, messages: Sequence[Message], shape: type[Shape], *, max_tokens: int | None = None) -> Shape:
    """Give the model's answer as `shape`; raise MalformedAnswerError when it is malformed twice."""
    schema = strict_schema(shape)
    try:
        first = chat.complete(messages, shape=schema, max_tokens=max_tokens)
    except ModelRefusedError as error:
        if "response_format" not in error.detail and "schema" not in error.detail:
            raise
        again, fault = list(messages), "the server knows no response_format"
    else:
        found, fault = read(first, shape)
        if found is not None:
            return found
        again = [*messages, Message("assistant", first.text[:LONGEST_QUOTE])]
    log.info("malformed answer asked again", model=chat.model, shape=shape.__name__)
    second = chat.complete([*again, Message("user", _wish(schema, fault))], max_tokens=max_tokens)
    found, fault = read(second, shape)
    if found is None:
        raise MalformedAnswerError(fault[:LONGEST_FAULT])
    return found


def read(answer: Answer, shape: type[Shape]) -> tuple[Shape | None, str]:
    """Read an answer as a shape, or say what is wrong with it."""
    if answer.finish == "length":
        return None, "the answer is cut at max_tokens"
    fenced = _FENCE.match(answer.text)
    try:
        return shape.model_validate_json(fenced[1] if fenced else answer.text.strip()), ""
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        return None, "; ".join(f"{'.'.join(map(str, e['loc'])) or 'answer'}: {e['msg']}" for e in faults[:10])


def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """Give the JSON schema as OpenAI's strict mode takes it: all fields required, none beside them."""
    made: dict[str, Any] = _strict(shape.model_json_schema())
    return made


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {name: _strict(value) for name, value in node.items() if name not in ("default", "title")}
    if isinstance(node.get("properties"), dict):
        made["properties"] = {name: _strict(value) for name, value in node["properties"].items()}
        made |= {"required": list(node["properties"]), "additionalProperties": False}
    return made


def _wish(schema: dict[str, Any], fault: str) -> str:
    return (
        f"That can't be read ({fault[:LONGEST_FAULT]}). Answer again with one JSON object and nothing else, "
        f"matching this JSON schema: {json.dumps(schema, ensure_ascii=False)}"
    )
