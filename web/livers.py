"""/api/v1/livers: the people who stream."""

import db
from db import livers, sales
from db.errors import NotFound
from ingesters import sales_totals
from web.access import caller
from web.contract import Api
from web.shapes.external import figure_shape
from web.shapes.livers import LiverAnswer, LiverList, LiverQuery, LiverSummary, SessionShape, TrendShape

api = Api("livers")
MOST_SESSIONS = 1000


@api.get("/livers", "viewer", "List the people who stream", {200: LiverList})
def list_livers(query: LiverQuery) -> LiverList:
    """List people by name, with the number of their sessions."""
    with db.transaction(caller().workspace) as connection:
        found = livers.listing(connection, query.limit + 1, query.cursor)
    shown = [LiverSummary(id=one.name, **vars(one)) for one in found[: query.limit]]
    return LiverList(items=shown, next_cursor=shown[-1].id if len(found) > query.limit else None)


@api.get("/livers/<path:liver_id>", "viewer", "Read a person's sessions", {200: LiverAnswer})
def read_liver(liver_id: str) -> LiverAnswer:
    """Read somebody's sessions with their figures, the totals and the trend."""
    return show(liver_id)


def show(liver: str) -> LiverAnswer:
    """Read all about a person; raise NotFound."""
    with db.transaction(caller().workspace) as connection:
        sessions = livers.sessions(connection, liver.replace("\x00", ""), MOST_SESSIONS)
        figures = sales.by_session(connection, [session.session for session in sessions])
    if not sessions:
        raise NotFound(f"There is no session of {liver}.")
    given = [figures[session.session] for session in sessions]
    shown = [
        SessionShape(
            analysis_id=session.analysis_id,
            stream_id=session.stream_id,
            title=session.title,
            at=session.at,
            metrics=[figure_shape(one) for one in figures[session.session]],
        )
        for session in sessions
    ]
    return LiverAnswer(
        id=liver,
        name=liver,
        sessions=shown,
        totals=[figure_shape(one) for one in sales_totals.totals(given)],
        trend=TrendShape(**vars(sales_totals.trend(given))),
    )
