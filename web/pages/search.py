"""Search: a question, filters, and hits that open at their place."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from db import analyses
from retrieval import highlight
from retrieval.search import Hit
from web.access import requires
from web.contract import checked
from web.pages.words import marked
from web.search import ask
from web.shapes.search import SearchBody

blueprint = Blueprint("search", __name__)
FILTERS = ("product", "liver", "from", "to")
HITS = 10


@dataclass(frozen=True)
class Shown:
    """A hit as the page shows it."""

    hit: Hit
    snippet: Markup
    address: str


@blueprint.get("/search")
@requires("viewer")
def index() -> str:
    """Show the question and its hits."""
    question = request.args.get("q", "").strip()
    if not question:
        return render_template("search.html", question="", found=None, hits=(), filtered=_filters())
    body = checked(lambda: SearchBody.model_validate({"query": question, "top_k": HITS, "filters": _filters()}))
    found = ask(body)
    hits = [_shown(question, hit) for hit in found.hits]
    return render_template("search.html", question=question, found=found, hits=hits, filtered=_filters())


def _filters() -> dict[str, Any]:
    """Read the filters; a day counts from its beginning to its end."""
    given = {name: request.args[name].strip() for name in FILTERS if request.args.get(name, "").strip()}
    for name, at in (("from", time.min), ("to", time.max)):
        if name in given:
            given[name] = _day(given[name], at)
    return given


def _day(text: str, at: time) -> str:
    try:
        return datetime.combine(datetime.fromisoformat(text).date(), at, UTC).isoformat()
    except ValueError:
        return text  # validation names the field


def _shown(question: str, hit: Hit) -> Shown:
    snippet = highlight.snippet(question, hit.text)
    return Shown(hit, marked(snippet.text, snippet.spans), _address(question, hit))


def _address(question: str, hit: Hit) -> str:
    """Give the address of the page that shows the hit at its place."""
    source = hit.source
    if source.screenshot_id is not None:
        return url_for("screenshots.screenshot", screenshot_id=source.screenshot_id, chunk=hit.chunk_id, q=question)
    if source.kind == analyses.KIND:
        return url_for("analyses.analysis", analysis_id=source.document_id, chunk=hit.chunk_id, q=question)
    return url_for(
        "documents.document", document_id=source.document_id, page=source.page, chunk=hit.chunk_id, q=question
    )
