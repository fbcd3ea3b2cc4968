"""Advisory locks: who leads where only one may."""

from db.pool import Connection

SCHEDULER = 7_465_747
BLOBS = 7_465_748
MODELS = 7_465_760


def still_leads(connection: Connection) -> bool:
    """Tell whether this connection still holds the lock; raises when the connection is gone."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted)"
    ).fetchone()
    return bool(row and row[0])


def try_lead(connection: Connection) -> bool:
    """Become the leading scheduler for as long as this connection lives; False when another one leads."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (SCHEDULER,)).fetchone()
    return bool(row and row[0])
