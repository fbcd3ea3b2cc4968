"""A stream: the values of its screenshots merged, each with its source, and where they differ."""

from flask import Blueprint, render_template

from web.access import requires
from web.screenshots import stream_values

blueprint = Blueprint("streams", __name__)


@blueprint.get("/streams/<string:stream_id>")
@requires("viewer")
def stream(stream_id: str) -> str:
    """Show what counts for a stream, and what else its screenshots say."""
    found = stream_values(stream_id)
    waiting = sum(metric.status == "needs_review" for metric in found.metrics)
    conflicts = sum(metric.conflict is not None for metric in found.metrics)
    return render_template("stream.html", stream=found, waiting=waiting, conflicts=conflicts)
