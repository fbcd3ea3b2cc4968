"""Past analyses as they lie in files: one JSON object, a list of them, or one on each line; other shapes by a mapping.

A mapping is a JSON object of our field names to dotted paths in the original, such as {"liver": "host.name",
"id": "uuid", "analysis.summary": "report.text"}; "analysis.original": "" keeps the whole original.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from ingesters.analysis_shape import AnalysisBody, Record, read

OWN_IDS = ("id", "analysis_id", "external_id")
FILES = ("video", "screenshots")


class NotAnAnalysis(Exception):
    """The record can't be read; the message says where and why."""


@dataclass(frozen=True)
class Past:
    """A past analysis: the sender's id, what it says in our shape, and the names of the files that belong to it."""

    external_id: str | None
    document: Mapping[str, Any]
    record: Record
    video: str | None
    screenshots: tuple[str, ...]


def documents(content: bytes) -> Iterator[Any]:
    """Give the JSON values of a file; raise NotAnAnalysis for a file that is no JSON."""
    text = content.removeprefix(b"\xef\xbb\xbf")
    try:
        whole = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise NotAnAnalysis(f"not JSON: {error}") from None
        yield from _lines(lines)
        return
    yield from whole if isinstance(whole, list) else [whole]


def past(document: Any, mapping: Mapping[str, str] | None) -> Past:
    """Read one past analysis; raise NotAnAnalysis."""
    if not isinstance(document, Mapping):
        raise NotAnAnalysis("not a JSON object")
    said = dict(_mapped(document, mapping) if mapping else document)
    video, pictures = said.pop("video", None), said.pop("screenshots", None) or []
    names = [pictures] if isinstance(pictures, str) else pictures
    if not (isinstance(video, str | None) and isinstance(names, list) and all(isinstance(n, str) for n in names)):
        raise NotAnAnalysis("video, screenshots: names of files expected")
    own = next(
        (str(said[name]) for name in OWN_IDS if isinstance(said.get(name), str | int) and said[name] != ""), None
    )
    try:
        record = read(AnalysisBody.model_validate_json(json.dumps(said), strict=True))
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['type']}" for e in error.errors(include_url=False)]
        raise NotAnAnalysis("; ".join(wrong[:5])) from None
    if not (record.figures or record.sections or record.video_url or record.screenshot_urls or video or names):
        raise NotAnAnalysis("says nothing: no sales, analysis, video or screenshots")
    return Past(own, said, record, video or None, tuple(names))


def read_mapping(content: bytes) -> dict[str, str]:
    """Read a mapping file; raise NotAnAnalysis."""
    try:
        found = from_json(content)
    except ValueError as error:
        raise NotAnAnalysis(f"the mapping is not JSON: {error}") from None
    if not isinstance(found, dict) or not all(isinstance(path, str) for path in found.values()):
        raise NotAnAnalysis("the mapping must be an object of our fields to dotted paths")
    return found


def _lines(lines: list[bytes]) -> Iterator[Any]:
    for number, line in enumerate(lines, 1):
        try:
            yield from_json(line, allow_inf_nan=False)
        except ValueError:
            yield f"line {number} is not JSON"


def _mapped(document: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for goal, path in mapping.items():
        value = _at(document, path)
        if value is None:
            continue
        *parents, last = goal.split(".")
        place = made
        for parent in parents:
            place = place.setdefault(parent, {})
            if not isinstance(place, dict):
                raise NotAnAnalysis(f"the mapping of {goal} contradicts another one")
        place[last] = value
    return made


def _at(value: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
