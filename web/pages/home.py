"""The first page: drop files, watch the newest jobs."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ingesters import intake
from settings import get_settings
from web.access import requires
from web.jobs import page_of_jobs, submit
from web.pages.jobs import is_active
from web.shapes.jobs import JobQuery
from web.uploads import takes_files

blueprint = Blueprint("home", __name__)
NEWEST = 8
MIB = 1024 * 1024
ABOUT = ("product", "liver", "title")


@blueprint.get("/")
@requires("viewer")
def home() -> str:
    """Show the upload and the newest jobs."""
    jobs, _ = page_of_jobs(JobQuery(limit=NEWEST))
    most = get_settings().max_resumable_mb * MIB
    return render_template("home.html", jobs=jobs, active=is_active(jobs), max_bytes=most)


@blueprint.get("/newest")
@requires("viewer")
def newest() -> str:
    """Show the newest jobs alone, for the page to refresh."""
    jobs, _ = page_of_jobs(JobQuery(limit=NEWEST))
    return render_template("_newest.html", jobs=jobs, active=is_active(jobs))


@blueprint.post("/upload")
@requires("editor")
@takes_files
def upload() -> Response:
    """Accept files from a browser without scripts."""
    about = {name: request.form[name] for name in ABOUT if request.form.get(name)}
    for file in request.files.getlist("file"):
        submit(file, intake.AUTO, about)
    return redirect(url_for("jobs.index"), 303)
