"""/api/v1/snapshots: the whole state in one checked file.

A snapshot holds all workspaces, so only admins of the operator's workspace, `default`, may see that there are any.
"""

from flask import Response, send_file, url_for
from flask_babel import gettext

from db.workspaces import DEFAULT
from ops import snapshots
from ops.snapshots import READY, Snapshot
from web.access import caller
from web.contract import Answer, Api
from web.problems import Problem
from web.shapes.snapshots import RestoreBody, SnapshotAnswer, SnapshotList, snapshot_shape

api = Api("snapshots")
LOOK_AGAIN = {"Retry-After": "10"}


@api.blueprint.before_request
def _for_the_operator() -> None:
    if caller().workspace != DEFAULT:
        sentence = gettext("Snapshots hold all workspaces; only an administrator of “default” may use them.")
        raise Problem(403, "operator_only", sentence)


@api.post("/snapshots", "admin", "Make a snapshot", {202: SnapshotAnswer})
def create_snapshot() -> Answer:
    """Ask for a snapshot; it is made and verified within a minute or as long as it takes."""
    return _accepted(snapshots.want())


@api.get("/snapshots", "admin", "List snapshots", {200: SnapshotList})
def list_snapshots() -> SnapshotList:
    """List all snapshots, newest first."""
    return SnapshotList(items=[snapshot_shape(found) for found in snapshots.listing()])


@api.get("/snapshots/<string:snapshot_id>", "admin", "Read a snapshot", {200: SnapshotAnswer})
def read_snapshot(snapshot_id: str) -> SnapshotAnswer:
    """Read whether a snapshot is ready, and what is in it."""
    return SnapshotAnswer(snapshot=snapshot_shape(_find(snapshot_id)))


@api.get(
    "/snapshots/<string:snapshot_id>/file", "admin", "Fetch a snapshot", {200: "application/x-tar"}, refusals=(409, 416)
)
def fetch_snapshot(snapshot_id: str) -> Response:
    """Fetch a snapshot's file; ranges are served, so that a cut transfer can be gone on with."""
    found = _ready(snapshot_id)
    response = send_file(
        snapshots.file_of(found.id).resolve(), mimetype="application/x-tar", as_attachment=True, etag=found.id
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@api.post("/snapshots/<string:snapshot_id>/restore", "admin", "Put a snapshot back", {202: SnapshotAnswer})
def restore_snapshot(snapshot_id: str, body: RestoreBody) -> Answer:
    """Replace everything by what the snapshot holds, in one step; restart the platform afterwards."""
    found = _ready(snapshot_id)
    if body.confirm != found.id:
        sentence = gettext("Repeat the snapshot's id in “confirm”: everything that came later is lost.")
        raise Problem(422, "not_confirmed", sentence)
    return _accepted(snapshots.want_restored(found))


def _find(snapshot_id: str) -> Snapshot:
    found = snapshots.find(snapshot_id)
    if found is None:
        raise Problem(404)
    return found


def _ready(snapshot_id: str) -> Snapshot:
    found = _find(snapshot_id)
    if found.status != READY:
        sentence = gettext("This snapshot is not ready; wait, or use another one.")
        raise Problem(409, "snapshot_not_ready", sentence)
    return found


def _accepted(snapshot: Snapshot) -> Answer:
    headers = {"Location": url_for("api_snapshots.read_snapshot", snapshot_id=snapshot.id)}
    return Answer(SnapshotAnswer(snapshot=snapshot_shape(snapshot)), 202, headers | LOOK_AGAIN)
