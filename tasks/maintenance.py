"""Doors for the periodic chores."""

from ingesters import chores, uploads
from ops import blobs
from ops import snapshots as kept
from tasks.app import app


@app.task(name="tasks.maintenance.prune")
def prune() -> None:
    """Forget old events and idempotency keys."""
    chores.prune()


@app.task(name="tasks.maintenance.collect_blobs")
def collect_blobs() -> None:
    """Delete blobs that no record names, and leftovers of uploads."""
    blobs.collect_by_the_clock()


@app.task(name="tasks.maintenance.expire_uploads")
def expire_uploads() -> None:
    """Forget uploads that nobody goes on with."""
    uploads.expire()


@app.task(name="tasks.maintenance.snapshots")
def snapshots() -> None:
    """Make and put back the snapshots that were asked for, by people or by the clock."""
    kept.work_off()
