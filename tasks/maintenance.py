"""Doors for the periodic chores."""

from ingesters import chores
from tasks.app import app


@app.task(name="tasks.maintenance.prune")
def prune() -> None:
    """Forget old events and idempotency keys."""
    chores.prune()
