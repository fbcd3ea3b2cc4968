"""Queues seen from the database: paused ones, and how busy each is."""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.rows import class_row

from db.pool import Connection


@dataclass(frozen=True)
class QueueState:
    """How many jobs of one queue wait, are on their way to a worker, and run."""

    queue: str
    waiting: int
    published: int
    running: int
    paused: bool


def pause(connection: Connection, queue: str, paused: bool) -> None:
    """Hold back, or let go, the jobs of a queue (engine connection)."""
    connection.execute(
        "INSERT INTO queue_states (queue, paused) VALUES (%s, %s) ON CONFLICT (queue) DO UPDATE SET paused = excluded.paused",
        (queue, paused),
    )
    connection.execute("SELECT pg_notify('shiomi_outbox', '')")


def states(connection: Connection) -> list[QueueState]:
    """Describe all queues that have open jobs (engine connection)."""
    cursor = connection.cursor(row_factory=class_row(QueueState))
    return cursor.execute(
        "SELECT queue, sum(waiting)::int AS waiting, sum(published)::int AS published, sum(running)::int AS running, "
        "coalesce(bool_or(s.paused), false) AS paused FROM ("
        "  SELECT queue, 1 AS waiting, (published_at IS NOT NULL)::int AS published, 0 AS running FROM outbox"
        "  UNION ALL SELECT queue, 0, 0, 1 FROM jobs WHERE status = 'running'"
        ") t LEFT JOIN queue_states s USING (queue) GROUP BY queue ORDER BY queue"
    ).fetchall()


def busy(connection: Connection, queues: Sequence[str], *, but: str) -> int:
    """Count what these queues have running, and on its way except in the queue `but` (engine connection)."""
    row = connection.execute(
        "SELECT (SELECT count(*) FROM jobs WHERE queue = ANY (%(queues)s) AND status = 'running') + "
        "(SELECT count(*) FROM outbox WHERE queue = ANY (%(queues)s) AND queue <> %(but)s AND published_at IS NOT NULL)",
        {"queues": list(queues), "but": but},
    ).fetchone()
    return int(row[0]) if row else 0
