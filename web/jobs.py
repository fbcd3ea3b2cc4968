"""/api/v1/jobs: files in, work watched."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

import db
from db import jobs, waiting
from db.jobs import Job
from ingesters import intake
from ingesters.intake import Submitted, Upload
from ingesters.kinds import KINDS
from ingesters.metadata import checked
from web import streams
from web.access import caller
from web.contract import Answer, Api
from web.problems import Problem
from web.shapes.jobs import ENDED, JobAnswer, JobForm, JobList, JobQuery, JobShape, RetryBody, job_shape
from web.shapes.lists import make_cursor
from web.uploads import streamed

api = Api("jobs")
LOOK_AGAIN = {"Retry-After": "1"}


@api.post("/jobs", "editor", "Send a file", {202: JobAnswer, 200: JobAnswer})
def create_job(form: JobForm) -> Answer:
    """Accept a file: 202 with a new job, or 200 with the job that already does this work."""
    submitted = submit(form.file, form.kind, form.metadata)
    return _accepted(submitted.job, 202 if submitted.created else 200)


@api.get("/jobs", "viewer", "List jobs", {200: JobList})
def list_jobs(query: JobQuery) -> JobList:
    """List the workspace's jobs, newest first."""
    items, cursor = page_of_jobs(query)
    return JobList(items=items, next_cursor=cursor)


@api.get("/jobs/<uuid:job_id>", "viewer", "Read a job", {200: JobShape})
def read_job(job_id: UUID) -> JobShape:
    """Read how far a job is, why it waits, why it failed or what it made."""
    return show(job_id)


@api.post("/jobs/<uuid:job_id>/cancel", "editor", "Cancel a job", {202: JobAnswer, 200: JobAnswer})
def cancel_job(job_id: UUID) -> Answer:
    """Cancel a waiting job at once (200); ask a running one to stop (202)."""
    job = cancel(job_id)
    return _accepted(job, 202 if job.status == "running" else 200)


@api.post("/jobs/<uuid:job_id>/retry", "editor", "Retry a job", {202: JobAnswer})
def retry_job(job_id: UUID, body: RetryBody) -> Answer:
    """Run an ended job again, from a stage on or from where it stopped."""
    return _accepted(intake.retry(caller().workspace, job_id, body.from_stage), 202)


@api.get("/jobs/<uuid:job_id>/events", "viewer", "Watch a job", {200: "text/event-stream"})
def watch_job(job_id: UUID) -> Response:
    """Follow a job by server-sent events until it ends; Last-Event-ID goes on after an event already seen."""
    workspace = caller().workspace
    with db.transaction(workspace) as connection:
        jobs.get(connection, job_id)
    return streams.response(caller(), job_id, last_event_id())


def submit(file: FileStorage, kind: str, metadata: Mapping[str, Any]) -> Submitted:
    """Accept work; refuse what can be refused before the file becomes a blob, which nobody would remove."""
    stream, workspace = streamed(file), caller().workspace
    accepted = [intake.AUTO, *(name for name, found in KINDS.items() if found.asked_for)]
    if kind not in accepted:
        about = {"kind": kind, "known": ", ".join(accepted)}
        sentence = gettext("The kind “%(kind)s” is not accepted; use one of %(known)s.", **about)
        raise Problem(422, "unknown_kind", sentence)
    metadata = checked(metadata)
    if stream.is_empty:
        raise Problem(422, "file_empty", gettext("The file is empty; choose one with content."))
    return intake.submit(workspace, Upload(file.filename or "", stream.finish()), kind, metadata)


def show(job_id: UUID) -> JobShape:
    """Read a job with its outlook; raise NotFound."""
    with db.transaction(caller().workspace) as connection:
        job = jobs.get(connection, job_id)
        return job_shape(job, waiting.outlook(connection, job))


def page_of_jobs(query: JobQuery) -> tuple[list[JobShape], str | None]:
    """Read some jobs, newest first, and the cursor of the rest."""
    with db.transaction(caller().workspace) as connection:
        found = jobs.listing(connection, query.limit + 1, status=query.status, kind=query.kind, before=query.before())
        shown = [job_shape(job, waiting.outlook(connection, job)) for job in found[: query.limit]]
    more = len(found) > query.limit
    return shown, make_cursor(shown[-1].created_at, shown[-1].id) if more else None


def cancel(job_id: UUID) -> Job:
    """Cancel a job that has not ended; raise a 409 problem when it has."""
    with db.transaction(caller().workspace) as connection:
        if jobs.get(connection, job_id).status in ENDED:
            sentence = gettext("The job has already ended; there is nothing left to cancel.")
            raise Problem(409, "job_ended", sentence)
        jobs.request_cancel(connection, job_id)
        return jobs.get(connection, job_id)


def last_event_id() -> int:
    """Read where an event stream goes on; 0 is its beginning."""
    said = request.headers.get("Last-Event-ID", "")
    return min(int(said[:19]), 2**63 - 1) if said.isascii() and said.isdigit() else 0


def _accepted(job: Job, status: int) -> Answer:
    with db.transaction(job.workspace_id) as connection:
        outlook = waiting.outlook(connection, job)
    headers = {"Location": url_for("api_jobs.read_job", job_id=job.id)}
    return Answer(JobAnswer(job=job_shape(job, outlook)), status, headers | (LOOK_AGAIN if status == 202 else {}))
