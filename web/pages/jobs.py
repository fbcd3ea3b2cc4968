"""Jobs: the list, and one job as it goes."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

import db
from db import events
from db.events import Event
from db.jobs import STATUSES
from ingesters import intake
from web.access import caller, requires
from web.contract import checked
from web.jobs import cancel, page_of_jobs, show
from web.shapes.jobs import ENDED, JobQuery, JobShape

blueprint = Blueprint("jobs", __name__)
MOST_EVENTS = 2000


@blueprint.get("/jobs")
@requires("viewer")
def index() -> str:
    """List jobs, all or those of one status."""
    wanted = {name: request.args[name] for name in ("status", "cursor") if request.args.get(name)}
    query = checked(lambda: JobQuery.model_validate({"limit": 30, **wanted}))
    jobs, cursor = page_of_jobs(query)
    return render_template("jobs.html", jobs=jobs, cursor=cursor, statuses=STATUSES, chosen=query.status)


@blueprint.get("/jobs/<uuid:job_id>")
@requires("viewer")
def job(job_id: UUID) -> str:
    """Show one job."""
    return render_template("job.html", **_job(job_id))


@blueprint.get("/jobs/<uuid:job_id>/live")
@requires("viewer")
def live(job_id: UUID) -> str:
    """Show the moving part of one job alone, for the page to refresh."""
    return render_template("_job.html", **_job(job_id))


@blueprint.post("/jobs/<uuid:job_id>/cancel")
@requires("editor")
def cancel_job(job_id: UUID) -> Response:
    """Cancel, and show the job."""
    cancel(job_id)
    return redirect(url_for("jobs.job", job_id=job_id), 303)


@blueprint.post("/jobs/<uuid:job_id>/retry")
@requires("editor")
def retry_job(job_id: UUID) -> Response:
    """Run it again, and show the job."""
    intake.retry(caller().workspace, job_id, request.form.get("from_stage") or None)
    return redirect(url_for("jobs.job", job_id=job_id), 303)


def is_active(jobs: list[JobShape]) -> bool:
    """Tell whether any of these still moves."""
    return any(job.status not in ENDED for job in jobs)


def _job(job_id: UUID) -> dict[str, object]:
    shown = show(job_id)
    with db.transaction(caller().workspace) as connection:
        happened = events.after(connection, job_id, 0, MOST_EVENTS)
    return {"job": shown, "events": _worth_showing(happened), "ended": shown.status in ENDED}


def _worth_showing(happened: list[Event]) -> list[Event]:
    """Leave out single steps of progress: the bar shows them."""
    return [event for event in reversed(happened) if event.kind != "progress"]
