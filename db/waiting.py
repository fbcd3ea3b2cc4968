"""Why a job waits, and for how long probably: asked for when somebody looks, never stored."""

from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

from db.jobs import Job
from db.pool import Connection
from db.workers import ALIVE_SECONDS


@dataclass(frozen=True)
class Outlook:
    """What is known about a job's future. `seconds` is None when nothing comparable has ended yet."""

    reason: str | None
    seconds: float | None


@dataclass(frozen=True)
class _Facts:
    not_before_in: float
    paused: bool
    slots: int
    ahead: int
    mine: int
    running: int
    typical: float | None


def outlook(connection: Connection, job: Job) -> Outlook:
    """Say why a waiting job waits (`retry_at`, `paused`, `no_worker`, `fair_share`, `queued`) and its ETA in seconds."""
    if job.status == "running":
        return Outlook(None, _rest_of_running(connection, job.id))
    if job.status != "waiting":
        return Outlook(None, None)
    facts = _facts(connection, job)
    eta = None
    if facts.typical is not None and facts.slots and not facts.paused:
        eta = max(facts.not_before_in, 0.0) + facts.typical * (1 + facts.ahead / facts.slots)
    return Outlook(_reason(facts), eta)


def _reason(facts: _Facts) -> str:
    if facts.paused:
        return "paused"
    if facts.not_before_in > 0:
        return "retry_at"
    if facts.slots == 0:
        return "no_worker"
    if facts.running >= facts.slots and 0 < facts.mine < facts.running:
        return "fair_share"
    return "queued"


def _facts(connection: Connection, job: Job) -> _Facts:
    cursor = connection.cursor(row_factory=class_row(_Facts))
    found = cursor.execute(
        "SELECT extract(epoch FROM j.run_after - now())::float8 AS not_before_in, "
        "coalesce((SELECT paused FROM queue_states WHERE queue = j.queue), false) AS paused, "
        "coalesce((SELECT sum(slots) FROM workers WHERE j.queue = ANY (queues) "
        "  AND seen_at > now() - make_interval(secs => %s)), 0)::int AS slots, "
        "(SELECT count(*) FROM (SELECT FROM outbox o JOIN outbox mine ON mine.job_id = j.id "
        "  WHERE o.queue = j.queue AND o.position < mine.position LIMIT 1000) t)::int AS ahead, "
        "(SELECT count(*) FROM jobs r WHERE r.status = 'running')::int AS mine, running_jobs()::int AS running, "
        + _TYPICAL
        + " AS typical FROM jobs j WHERE j.id = %s",
        (ALIVE_SECONDS, job.id),
    ).fetchone()
    return found or _Facts(0.0, False, 0, 0, 0, 0, None)


# The median of the last twenty of this kind that went well.
_TYPICAL = (
    "(SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM ("
    "  SELECT greatest(extract(epoch FROM d.finished_at - d.started_at), 0)::float8 AS seconds FROM jobs d "
    "  WHERE d.kind = j.kind AND d.status = 'succeeded' ORDER BY d.finished_at DESC LIMIT 20) t)"
)


def _rest_of_running(connection: Connection, job_id: UUID) -> float | None:
    row = connection.execute(
        "SELECT CASE WHEN j.progress > 0.02 "
        "THEN extract(epoch FROM now() - s.at)::float8 * (1 - j.progress) / j.progress "
        "ELSE " + _TYPICAL + " END FROM jobs j JOIN LATERAL (SELECT at FROM job_events WHERE job_id = j.id "
        "AND kind = 'started' ORDER BY id DESC LIMIT 1) s ON true WHERE j.id = %s",
        (job_id,),
    ).fetchone()
    return row[0] if row else None
