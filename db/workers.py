"""Workers that are alive, as they say themselves every few seconds."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from db.pool import Connection

ALIVE_SECONDS = 10


@dataclass(frozen=True)
class Worker:
    """One Celery worker: the queues it listens to and the jobs it can work on at once."""

    name: str
    queues: list[str]
    slots: int
    started_at: datetime
    seen_at: datetime


def seen(connection: Connection, name: str, queues: list[str], slots: int) -> None:
    """Note that a worker is alive (engine connection)."""
    connection.execute(
        "INSERT INTO workers (name, queues, slots) VALUES (%s, %s, %s) ON CONFLICT (name) DO UPDATE "
        "SET queues = excluded.queues, slots = excluded.slots, seen_at = now()",
        (name, queues, slots),
    )


def gone(connection: Connection, name: str) -> None:
    """Note that a worker has stopped (engine connection)."""
    connection.execute("DELETE FROM workers WHERE name = %s", (name,))


def alive(connection: Connection) -> list[Worker]:
    """List the workers heard of in the last seconds."""
    cursor = connection.cursor(row_factory=class_row(Worker))
    return cursor.execute(
        "SELECT name, queues, slots, started_at, seen_at FROM workers "
        "WHERE seen_at > now() - make_interval(secs => %s) ORDER BY name",
        (ALIVE_SECONDS,),
    ).fetchall()


def slots_by_queue(connection: Connection) -> dict[str, int]:
    """Count the slots of living workers for each queue."""
    rows = connection.execute(
        "SELECT q, sum(slots)::int FROM workers, unnest(queues) q "
        "WHERE seen_at > now() - make_interval(secs => %s) GROUP BY q",
        (ALIVE_SECONDS,),
    )
    return dict(rows.fetchall())


def forget_silent(connection: Connection) -> None:
    """Forget workers that have been silent for an hour (engine connection)."""
    connection.execute("DELETE FROM workers WHERE seen_at < now() - interval '1 hour'")
