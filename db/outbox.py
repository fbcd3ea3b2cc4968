"""The transactional outbox: one row for each waiting job; the relay turns rows into wake-up messages.

Only a small window of rows is published at a time, so priorities and fair shares are decided here, in Postgres,
and a wiped broker loses a handful of messages. Source: the transactional outbox pattern (microservices.io).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

from db.pool import Connection

CHANNEL = "shiomi_outbox"


@dataclass(frozen=True)
class Wakeup:
    """A message to send: which job, to which queue."""

    job_id: UUID
    queue: str


def add(connection: Connection, job_id: UUID) -> None:
    """Put a waiting job into the outbox and wake the relay at commit."""
    connection.execute(
        "INSERT INTO outbox (job_id, workspace_id, queue, priority, not_before) "
        "SELECT id, workspace_id, queue, priority, run_after FROM jobs WHERE id = %s "
        "ON CONFLICT (job_id) DO UPDATE SET published_at = NULL, not_before = excluded.not_before",
        (job_id,),
    )
    connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))


def remove(connection: Connection, job_id: UUID) -> None:
    """Take a job out of the outbox and wake the relay, which may have held others back for it."""
    connection.execute(
        "WITH gone AS (DELETE FROM outbox WHERE job_id = %s) SELECT pg_notify(%s, '')", (job_id, CHANNEL)
    )


_TAKE = """
WITH busy AS (  -- what each workspace already has on its way or running
  SELECT workspace_id, count(*) AS n FROM (
    SELECT workspace_id FROM jobs WHERE status = 'running'
    UNION ALL SELECT workspace_id FROM outbox WHERE published_at IS NOT NULL
  ) t GROUP BY workspace_id
), fair AS (  -- the next few of each workspace, each costing one more of its share
  SELECT o.job_id, o.priority, o.position,
         (coalesce(b.n, 0) + row_number() OVER (PARTITION BY w.id ORDER BY o.priority DESC, o.position)) / w.share::real AS turn
  FROM workspaces w LEFT JOIN busy b ON b.workspace_id = w.id
  CROSS JOIN LATERAL (
    SELECT job_id, priority, position FROM outbox
    WHERE queue = %(queue)s AND workspace_id = w.id AND published_at IS NULL AND not_before <= now()
    ORDER BY priority DESC, position LIMIT %(room)s
  ) o
), chosen AS (
  SELECT job_id FROM outbox WHERE job_id IN (SELECT job_id FROM fair ORDER BY turn, priority DESC, position LIMIT %(room)s)
  AND published_at IS NULL FOR UPDATE SKIP LOCKED
)
UPDATE outbox o SET published_at = now() FROM chosen WHERE o.job_id = chosen.job_id
RETURNING o.job_id, o.queue
"""


def take(connection: Connection, queue: str, window: int) -> list[Wakeup]:
    """Mark as published the next fair and due rows of a queue, so that at most `window` are on their way (engine)."""
    row = connection.execute(
        "SELECT count(*) FROM outbox WHERE queue = %s AND published_at IS NOT NULL", (queue,)
    ).fetchone()
    room = window - (row[0] if row else 0)
    if room <= 0:
        return []
    cursor = connection.cursor(row_factory=class_row(Wakeup))
    return cursor.execute(_TAKE, {"queue": queue, "room": room}).fetchall()


def queues_due(connection: Connection, queues: Sequence[str]) -> list[str]:
    """Name those of the queues that have unpublished rows which are due and are not paused (engine connection)."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT q FROM unnest(%s::text[]) q LEFT JOIN queue_states s ON s.queue = q "
            "WHERE NOT coalesce(s.paused, false) AND EXISTS (SELECT FROM outbox o "
            "WHERE o.queue = q AND o.published_at IS NULL AND o.not_before <= now())",
            (list(queues),),
        )
    ]


def sent_before(connection: Connection, seconds: float) -> dict[str, int]:
    """Count the unclaimed messages of each queue whose oldest was sent longer ago than `seconds` (engine connection)."""
    rows = connection.execute(
        "SELECT queue, count(*) FROM outbox WHERE published_at IS NOT NULL GROUP BY queue "
        "HAVING min(published_at) < now() - make_interval(secs => %s)",
        (seconds,),
    )
    return dict(rows.fetchall())


def send_again(connection: Connection, queue: str, seconds: float) -> int:
    """Make the unclaimed messages of a queue due again, because the broker has lost them (engine connection)."""
    return connection.execute(
        "UPDATE outbox SET published_at = NULL WHERE queue = %s AND published_at < now() - make_interval(secs => %s)",
        (queue, seconds),
    ).rowcount
