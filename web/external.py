"""/api/v1/external: partners send their analyses, ask for them, and see what has become of all of them."""

from uuid import UUID

from flask import request, url_for

import db
from db import analyses, analysis_files, analysis_phases, sales
from db.analysis_files import SCREENSHOT, VIDEO
from ingesters import partner
from ingesters.analysis_shape import read
from ingesters.intake import Upload
from ingesters.partner import GivenFile, Sent
from web import signed
from web.access import caller, proved
from web.contract import Answer, Api, checked
from web.problems import Problem
from web.shapes.external import (
    AnalysisAnswer,
    StatsAnswer,
    StoreAnswer,
    StoreBody,
    analysis_shape,
    child_shape,
    stats_shape,
)
from web.uploads import streamed

api = Api("external")


@api.post("/external/analysis/store", "partner", "Send an analysis", {202: StoreAnswer, 200: StoreAnswer})
@proved(signed.prove)
def store_analysis(either: StoreBody) -> Answer:
    """Accept an analysis: 202 with its id and jobs, 200 for the same message again, 409 for its id with other content.

    Signed by Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature; `?source=` names the source, and
    must for other ways to sign), or with a key of the role partner.
    """
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(415)
    checked(lambda: _usable(either))
    source, message, expires = signed.message_of()
    files = [(VIDEO, either.video)] if either.video else []
    files += [(SCREENSHOT, file) for file in either.screenshots]
    given = [GivenFile(role, Upload(file.filename or "", streamed(file).finish())) for role, file in files]
    accepted = partner.accept(caller().workspace, Sent(source, message, expires, either, given))
    with db.transaction(caller().workspace) as connection:
        jobs = partner.jobs_of(connection, accepted.analysis_id)
    headers = {"Location": url_for("api_external.read_analysis", analysis_id=accepted.analysis_id)}
    answer = StoreAnswer(analysis_id=accepted.analysis_id, jobs=[child_shape(job) for job in jobs])
    return Answer(answer, 202, headers | {"Retry-After": "1"}) if accepted.created else Answer(answer, 200, headers)


@api.get("/external/analysis/<uuid:analysis_id>", "partner", "Read an analysis", {200: AnalysisAnswer})
def read_analysis(analysis_id: UUID) -> AnalysisAnswer:
    """Read how far an analysis is: its jobs, files, figures."""
    return show(analysis_id)


@api.get("/external/stats", "partner", "Count what is known", {200: StatsAnswer})
def read_stats() -> StatsAnswer:
    """Count analyses, people, phases and passages, add up GMV by currency, and name the level this allows."""
    with db.transaction(caller().workspace) as connection:
        gmv = {currency: float(value) for currency, value in sales.total_gmv(connection).items()}
        return stats_shape(analyses.counts(connection), gmv)


def show(analysis_id: UUID) -> AnalysisAnswer:
    """Read an analysis with all that belongs to it; raise NotFound."""
    with db.transaction(caller().workspace) as connection:
        return analysis_shape(
            analyses.get(connection, analysis_id),
            partner.jobs_of(connection, analysis_id),
            analysis_files.of_analysis(connection, analysis_id),
            sales.of_analysis(connection, analysis_id),
            len(analysis_phases.of_analysis(connection, analysis_id)),
        )


def _usable(body: StoreBody) -> StoreBody:
    """Check everything that can be refused before a file becomes a blob."""
    body.check()
    read(body)
    return body
