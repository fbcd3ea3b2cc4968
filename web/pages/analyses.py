"""Analyses that partners sent or a backfill loaded: the list, and one with its figures, files and texts."""

from uuid import UUID

from flask import Blueprint, render_template, request

import db
from db import analyses, analysis_phases, chunks
from web.access import caller, requires
from web.contract import checked
from web.external import show
from web.shapes.lists import Paging, make_cursor

blueprint = Blueprint("analyses", __name__)
SHOWN = 30
MOST_PASSAGES = 200


@blueprint.get("/analyses")
@requires("viewer")
def index() -> str:
    """List analyses, newest first."""
    query = checked(lambda: Paging.model_validate({"limit": SHOWN, "cursor": request.args.get("cursor") or None}))
    with db.transaction(caller().workspace) as connection:
        found = analyses.listing(connection, SHOWN + 1, before=query.before())
    shown = found[:SHOWN]
    cursor = make_cursor(shown[-1].created_at, shown[-1].id) if len(found) > SHOWN else None
    return render_template("analyses.html", analyses=shown, cursor=cursor)


@blueprint.get("/analyses/<uuid:analysis_id>")
@requires("viewer")
def analysis(analysis_id: UUID) -> str:
    """Show one analysis; `chunk` names a passage that search found."""
    with db.transaction(caller().workspace) as connection:
        phases = analysis_phases.of_analysis(connection, analysis_id)
        passages = chunks.of_document(connection, analysis_id, MOST_PASSAGES)
    chosen = request.args.get("chunk", type=int)
    return render_template("analysis.html", analysis=show(analysis_id), phases=phases, passages=passages, chosen=chosen)
