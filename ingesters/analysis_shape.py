"""The shape of an analysis as JSON: what partners send, what a backfill reads, and what a file of the kind analysis is.

`read` turns it into a Record or raises pydantic's ValidationError, which names every wrong field by its path.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import InitErrorDetails, PydanticCustomError, from_json

from db.analysis_phases import Phase
from db.sales import PHASE, Figure
from ingesters import download, sales_fields
from ingesters.analysis_texts import Section, sections
from ingesters.errors import IngestError
from ingesters.sales_fields import Place, Wrong

MOST_PICTURES = 40
MOST_PHASES = 2000
LONGEST_DAY_MS = 7 * 24 * 3600 * 1000
WRONG = {
    "dict_type": "not an object",
    "number": "not a number",
    "currency_code": "not a currency code",
    "one_session": "not exactly one session",
    "time_order": "ends before it begins",
}


def _url(value: str) -> str:
    try:
        return download.checked(value)
    except IngestError as error:
        raise PydanticCustomError("url_invalid", "not a URL that can be fetched") from error


def _json(value: Any) -> Any:
    """Read JSON that came as a text, as the fields of a form do."""
    if not isinstance(value, str):
        return value
    try:
        return from_json(value, allow_inf_nan=False) if value.strip() else None
    except ValueError:
        raise PydanticCustomError("json_invalid", "not JSON") from None


def few(value: list[Any]) -> list[Any]:
    """Bound the number of pictures; not said in the schema, because a form can't carry an array of nothings."""
    if len(value) > MOST_PICTURES:
        raise PydanticCustomError("too_long", "too many", {"max_length": MOST_PICTURES})
    return value


def _several(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


def _time(value: Any) -> Any:
    """Read an ISO 8601 time; strict JSON reading leaves that to us behind a validator."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError:
        raise PydanticCustomError("datetime_parsing", "not a time") from None


Line = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Word = Annotated[Line | None, BeforeValidator(_empty_is_none)]
Time = Annotated[AwareDatetime | None, BeforeValidator(_time)]
Url = Annotated[str, AfterValidator(_url)]
Json = Annotated[dict[str, Any] | list[Any] | None, BeforeValidator(_json)]
JsonObject = Annotated[dict[str, Any] | None, BeforeValidator(_json)]


class AnalysisBody(BaseModel):
    """What is known of one live stream: files by URL, sales figures, a finished analysis. More fields are kept."""

    model_config = ConfigDict(extra="allow")

    title: Word = None
    liver: Word = Field(None, description="Who streams")
    stream_id: Word = Field(
        None, description="The sender's id of the live stream; analyses of one stream belong together"
    )
    product: Word = None
    language: Word = None
    started_at: Time = None
    ended_at: Time = None
    video_url: Annotated[Url | None, BeforeValidator(_empty_is_none)] = None
    screenshot_urls: Annotated[list[Url], BeforeValidator(_several), AfterValidator(few)] = Field(default=[])
    sales: Json = Field(
        None, description="Figures under our names or those of the TikTok LIVE API; money with currency"
    )
    analysis: JsonObject = Field(
        None, description="phases: [{label, start_ms, end_ms, summary, transcript, metrics}], …"
    )


@dataclass(frozen=True)
class Record:
    """An analysis as it is stored: figures and phases as rows, sections as searchable text."""

    title: str | None
    liver: str | None
    stream_id: str | None
    product: str | None
    language: str | None
    started_at: datetime | None
    ended_at: datetime | None
    video_url: str | None
    screenshot_urls: Sequence[str]
    figures: Sequence[Figure]
    phases: Sequence[Phase]
    sections: Sequence[Section]

    def metadata(self) -> dict[str, Any]:
        """Give what is said of the stream itself, as a job's metadata names it."""
        found = {name: getattr(self, name) for name in ("title", "liver", "stream_id", "product", "language")}
        found["started_at"] = self.started_at.isoformat() if self.started_at else None
        return {name: value for name, value in found.items() if value}


def parse(content: bytes | str) -> Record:
    """Read an analysis from JSON text; raise ValidationError."""
    return read(AnalysisBody.model_validate_json(content, strict=True))


def read(body: AnalysisBody) -> Record:
    """Read an analysis; raise ValidationError that names each wrong field."""
    found = [] if body.sales is None else list(sales_fields.figures(body.sales, Place(("sales",))))
    given = (body.analysis or {}).get("phases")
    phases: list[Phase] = []
    for at, phase in enumerate(_list(given)[:MOST_PHASES]):
        path = ("analysis", "phases", at)
        found += [Wrong(path, "dict_type")] if not isinstance(phase, Mapping) else _phase(phase, path, phases)
    wrong = [one for one in found if isinstance(one, Wrong)]
    if given is not None and not isinstance(given, list):
        wrong.append(Wrong(("analysis", "phases"), "list_type"))
    if body.started_at and body.ended_at and body.ended_at < body.started_at:
        wrong.append(Wrong(("ended_at",), "time_order"))
    if wrong:
        raise _error(wrong)
    figures = tuple({(f.scope, f.item, f.name, f.currency): f for f in found if isinstance(f, Figure)}.values())
    return _record(body, figures, phases)


def _record(body: AnalysisBody, figures: Sequence[Figure], phases: Sequence[Phase]) -> Record:
    session = sales_fields.session_of(body.sales)
    title = body.title or _word(session.get("title"))
    return Record(
        title=title,
        liver=body.liver or _word(session.get("username")),
        stream_id=body.stream_id or _word(session.get("id")),
        product=body.product,
        language=body.language,
        started_at=body.started_at or _epoch(session.get("start_time")),
        ended_at=body.ended_at or _epoch(session.get("end_time")),
        video_url=body.video_url,
        screenshot_urls=tuple(body.screenshot_urls),
        figures=figures,
        phases=phases,
        sections=sections(title, body.analysis or {}, figures, phases),
    )


def _phase(given: Mapping[str, Any], path: tuple[str | int, ...], phases: list[Phase]) -> list[Figure | Wrong]:
    """Read one phase into `phases`; give its figures and what is wrong with it."""
    start, end = _milliseconds(given, "start"), _milliseconds(given, "end")
    wrong = [
        Wrong((*path, f"{name}_ms"), "number")
        for name, time in (("start", start), ("end", end))
        if time is not None and not 0 <= time <= LONGEST_DAY_MS
    ]
    if start is not None and end is not None and end < start:
        wrong.append(Wrong((*path, "end_ms"), "time_order"))
    texts = {name: _text(given, *others) for name, others in _TEXTS.items()}
    phases.append(Phase(len(phases), texts["label"], start, end, texts["summary"], texts["transcript"]))
    metrics = given.get("metrics") or given.get("sales")
    if metrics is None:
        return [*wrong]
    return [*wrong, *sales_fields.figures(metrics, Place((*path, "metrics"), PHASE, str(path[-1])))]


_TEXTS = {
    "label": ("label", "name", "title", "phase"),
    "summary": ("summary", "description", "content"),
    "transcript": ("transcript", "speech", "text"),
}


def _text(given: Mapping[str, Any], *names: str) -> str | None:
    return next((given[name].replace("\x00", "") for name in names if isinstance(given.get(name), str)), None)


def _milliseconds(given: Mapping[str, Any], name: str) -> int | None:
    """Read start_ms, or start / start_seconds in seconds; -1 for what is no number."""
    for key, factor in ((f"{name}_ms", 1), (f"{name}_seconds", 1000), (f"{name}_time", 1000), (name, 1000)):
        value = given.get(key)
        if value is not None:
            seconds = sales_fields.seconds(value)
            return -1 if seconds is None or abs(seconds) > LONGEST_DAY_MS else round(seconds * factor)
    return None


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []


def _word(value: Any) -> str | None:
    return str(value).replace("\x00", "")[:300] or None if isinstance(value, str | int) else None


def _epoch(value: Any) -> datetime | None:
    """Read TikTok's seconds since 1970, which come as a text."""
    if isinstance(value, str | int) and str(value).isdecimal() and len(str(value)) <= 11:
        return datetime.fromtimestamp(int(value), UTC)
    return None


def _error(wrong: Sequence[Wrong]) -> ValidationError:
    lines = [
        InitErrorDetails(type=PydanticCustomError(one.code, WRONG.get(one.code, "wrong")), loc=one.path, input=None)
        for one in wrong
    ]
    return ValidationError.from_exception_data("AnalysisBody", lines)
