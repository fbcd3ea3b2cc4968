"""Codes in words and figures in the reader's way: what templates call."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, request, url_for
from flask_babel import LazyString, format_datetime, format_decimal, gettext, ngettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from web.language import chosen
from web.pages.figures import assurance, difference, figure
from web.pages.metric_words import metric_name, note_words

STATUS: dict[str, LazyString] = {
    "waiting": _l("Waiting"),
    "running": _l("Running"),
    "succeeded": _l("Done"),
    "failed": _l("Failed"),
    "quarantined": _l("Set aside"),
    "cancelled": _l("Cancelled"),
}
STAGE: dict[str, LazyString] = {
    "extract": _l("Reading the file"),
    "read": _l("Reading the picture"),
    "store": _l("Storing figures and texts"),
    "fetch": _l("Fetching files"),
    "embed": _l("Making it searchable by meaning"),
}
REASON: dict[str, LazyString] = {
    "queued": _l("Other jobs are ahead of it."),
    "no_worker": _l("No worker is running for it; it starts as soon as one is."),
    "fair_share": _l("Your other jobs are being worked on first."),
    "paused": _l("The queue is paused by an administrator."),
    "retry_at": _l("A passing fault occurred; it is tried again by itself."),
}
EVENT: dict[str, LazyString] = {
    "accepted": _l("Accepted"),
    "started": _l("Work began"),
    "progress": _l("Progress"),
    "stage_done": _l("Stage finished"),
    "succeeded": _l("Done"),
    "failed": _l("Failed"),
    "cancelled": _l("Cancelled"),
    "retry": _l("Will be tried again"),
    "retried": _l("Started again by hand"),
    "released": _l("Given back: the worker stopped"),
    "worker_lost": _l("The worker was lost"),
    "quarantined": _l("Set aside"),
}
KIND: dict[str, LazyString] = {
    "document": _l("Document"),
    "screenshot": _l("Screenshot"),
    "analysis": _l("Analysis"),
    "backfill": _l("Loading past analyses"),
    "backfill_vectors": _l("Making past analyses searchable by meaning"),
    "fill_vectors": _l("Filling an embedding version"),
}
SCORE: dict[str, LazyString] = {
    "dense": _l("Meaning"),
    "lexical": _l("Words"),
    "fused": _l("Both together"),
    "rerank": _l("After re-ranking"),
}
OUTCOME: dict[str, LazyString] = {
    "read": _l("Values read"),
    "no_numbers": _l("No values found"),
    "unknown_layout": _l("Unknown layout"),
    "low_resolution": _l("Low resolution"),
}
LOOK: dict[str, LazyString] = {
    "needs_review": _l("Needs a look"),
    "accepted": _l("Read surely"),
    "confirmed": _l("Confirmed"),
    "corrected": _l("Corrected"),
}
DECISION: dict[str, LazyString] = {"correct": _l("Corrected"), "accept": _l("Confirmed"), "undo": _l("Taken back")}
CONFLICT: dict[str, LazyString] = {
    "decreased": _l("This counter should only grow, but a later picture shows less."),
    "disagrees": _l("The pictures show different values."),
}
TABLES = {
    "status": STATUS, "stage": STAGE, "reason": REASON, "event": EVENT, "kind": KIND, "score": SCORE,
    "outcome": OUTCOME, "look": LOOK, "decision": DECISION, "conflict": CONFLICT,
}  # fmt: skip
MINUTE, HOUR, DAY = 60, 3600, 86400


def word(table: str, code: str | None) -> str:
    """Say a code in words; an unknown one is shown as it is."""
    return str(TABLES[table].get(code or "", code or ""))


def size(count: int) -> str:
    """Say a number of bytes."""
    for unit, one in (("GB", 2**30), ("MB", 2**20), ("KB", 2**10)):
        if count >= one:
            return f"{format_decimal(round(count / one, 1))} {unit}"
    return f"{count} B"


def seconds(count: float) -> str:
    """Say a length of time, roughly."""
    if count < MINUTE:
        whole = max(1, round(count))
        return str(ngettext("%(num)d second", "%(num)d seconds", whole))
    if count < HOUR:
        return str(ngettext("%(num)d minute", "%(num)d minutes", round(count / MINUTE)))
    return str(ngettext("%(num)d hour", "%(num)d hours", round(count / HOUR)))


def ago(at: datetime) -> str:
    """Say how long ago something happened."""
    passed = (datetime.now(UTC) - at).total_seconds()
    if passed < 5:
        return str(gettext("just now"))
    if passed < DAY:
        return str(gettext("%(time)s ago", time=seconds(passed)))
    return str(format_datetime(at, "yyyy-MM-dd HH:mm"))


def when(at: datetime) -> Markup:
    """Show a time as words with the exact one behind them."""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.isoformat(), format_datetime(at, "yyyy-MM-dd HH:mm:ss 'UTC'"), ago(at)
    )


def percent(share: float) -> int:
    """Give a share as a whole per cent, never 100 before the end."""
    return 100 if share >= 1 else min(99, int(share * 100))


def marked(text: str, spans: "list[tuple[int, int]]") -> Markup:
    """Mark parts of a text; all of it is escaped."""
    shown, at = Markup(), 0
    for start, end in spans:
        shown += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end])
        at = end
    return shown + escape(text[at:])


def switched(**changes: Any) -> str:
    """Give the address of this page with some arguments changed."""
    if request.endpoint is None:
        return "?" + "&".join(f"{name}={value}" for name, value in changes.items())
    given = {name: value for name, value in request.args.items() if name != "endpoint" and not name.startswith("_")}
    arguments = {**given, **(request.view_args or {}), **changes}
    return url_for(request.endpoint, **arguments)


def register(app: Flask) -> None:
    """Give all of this to the templates."""
    app.jinja_env.globals.update(word=word, switched=switched, chosen_language=chosen)
    app.jinja_env.globals.update(metric_name=metric_name, note_words=note_words, figure=figure, difference=difference)
    app.jinja_env.filters.update(size=size, seconds=seconds, when=when, percent=percent, assurance=assurance)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"theme": _theme()})


def _theme() -> str:
    chosen_theme = request.cookies.get("theme", "")
    return chosen_theme if chosen_theme in ("light", "dark") else "auto"
