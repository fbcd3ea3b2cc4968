"""Claims, leases and fencing tokens: who works on a job, and that nobody else can write for it.

Every write of a worker checks its token, so a worker that lost its lease (frozen, cut off, slow) can write nothing
more. Source: M. Kleppmann, "How to do distributed locking" (fencing tokens).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import class_row, kwargs_row
from psycopg.types.json import Jsonb

from db import events, outbox
from db.errors import LeaseLost
from db.jobs import COLUMNS, WITH_ASSET, Job, make_job
from db.pool import Connection


@dataclass(frozen=True)
class Failure:
    """Why a job ended badly: a stable code and a sentence in both languages."""

    code: str
    ja: str
    en: str


@dataclass(frozen=True)
class Step:
    """How far a job has come: parts saved of a stage, the whole job's progress (0..1), and what to add to its result."""

    stage: str
    parts: int
    progress: float
    result: Mapping[str, Any]


@dataclass(frozen=True)
class Held:
    """What may have changed in a job since it was claimed."""

    failures: int
    cancel_requested: bool


@dataclass(frozen=True)
class Expired:
    """A job whose worker went silent."""

    job_id: UUID
    status: str


_CLAIM = f"""
WITH taken AS (
  UPDATE jobs SET status = 'running', attempt = attempt + 1, token = token + 1, worker = %(worker)s,
    lease_until = now() + make_interval(secs => %(seconds)s), started_at = coalesce(started_at, now())
  WHERE id = %(id)s AND status = 'waiting' AND run_after <= now()
    AND (%(kinds)s::text[] IS NULL OR kind = ANY (%(kinds)s::text[]))
  RETURNING *
), gone AS (
  DELETE FROM outbox USING taken WHERE job_id = taken.id
), event AS (
  INSERT INTO job_events (job_id, workspace_id, kind, data)
  SELECT id, workspace_id, 'started', jsonb_build_object('attempt', attempt) FROM taken
)
SELECT {COLUMNS} FROM taken{WITH_ASSET}
CROSS JOIN LATERAL (SELECT pg_notify('{events.CHANNEL}', j.id::text), pg_notify('{outbox.CHANNEL}', '')) told
"""


def claim(
    connection: Connection, job_id: UUID, worker: str, seconds: float, *, kinds: Sequence[str] | None = None
) -> Job | None:
    """Take a waiting, due job for `seconds` if it is one of `kinds`; None when there is nothing to take (engine)."""
    cursor = connection.cursor(row_factory=kwargs_row(make_job))
    return cursor.execute(
        _CLAIM, {"id": job_id, "worker": worker, "seconds": seconds, "kinds": list(kinds) if kinds else None}
    ).fetchone()


def renew(connection: Connection, job: Job, seconds: float) -> bool:
    """Prolong the lease (engine connection); tell whether a cancel was asked for. Raise LeaseLost."""
    row = connection.execute(
        "UPDATE jobs SET lease_until = now() + make_interval(secs => %s) "
        "WHERE id = %s AND token = %s AND status = 'running' RETURNING cancel_requested",
        (seconds, job.id, job.token),
    ).fetchone()
    if row is None:
        raise LeaseLost(f"Job {job.id} was taken by another worker.")
    return bool(row[0])


def hold(connection: Connection, job: Job) -> Held:
    """Lock the job's row for this transaction; raise LeaseLost unless this worker still owns it."""
    cursor = connection.cursor(row_factory=class_row(Held))
    row = cursor.execute(
        "SELECT failures, cancel_requested FROM jobs WHERE id = %s AND token = %s AND status = 'running' "
        "FOR NO KEY UPDATE",
        (job.id, job.token),
    ).fetchone()
    if row is None:
        raise LeaseLost(f"Job {job.id} was taken by another worker.")
    return row


_NO_FURTHER = "stage IS NOT DISTINCT FROM %(stage)s AND parts_done >= %(parts)s"
"""A part that an earlier try had saved already is no progress: it forgives no death."""
_OWN = "WHERE id = %(id)s AND token = %(token)s AND status = 'running'"


def save_progress(connection: Connection, job: Job, step: Step) -> None:
    """Note how far a stage has come; call it in the transaction that stores what the stage made. Raise LeaseLost."""
    _step(
        connection, job, step, "progress",
        f"UPDATE jobs SET deaths = CASE WHEN {_NO_FURTHER} THEN deaths ELSE 0 END, "
        f"failures = CASE WHEN {_NO_FURTHER} THEN failures ELSE 0 END, "
        f"parts_done = CASE WHEN {_NO_FURTHER} THEN parts_done ELSE %(parts)s END, "
        f"stage = %(stage)s, progress = %(progress)s, result = result || %(result)s {_OWN}",
    )  # fmt: skip


def finish_stage(connection: Connection, job: Job, step: Step) -> None:
    """Note that a stage is done; a retry goes on after it. Raise LeaseLost."""
    _step(
        connection, job, step, "stage_done",
        "UPDATE jobs SET stages_done = array_append(array_remove(stages_done, %(stage)s), %(stage)s), "
        "parts_done = 0, deaths = 0, failures = 0, progress = %(progress)s, stage = %(stage)s, "
        f"result = result || %(result)s {_OWN}",
    )  # fmt: skip


def succeed(connection: Connection, job: Job) -> None:
    """End a job well."""
    _end(connection, job, "succeeded", None)


def fail(connection: Connection, job: Job, failure: Failure) -> None:
    """End a job badly, for good."""
    _end(connection, job, "failed", failure)


def cancel(connection: Connection, job: Job) -> None:
    """End a running job because somebody asked for it."""
    _end(connection, job, "cancelled", None)


def release(connection: Connection, job: Job) -> None:
    """Give a job back untouched: this worker is stopping."""
    if _give_back(connection, job, 0.0, failure=None):
        events.add(connection, job.id, "released", {})


def retry_later(connection: Connection, job: Job, seconds: float, failure: Failure) -> None:
    """Give a job back after a passing fault, to be tried again in `seconds`."""
    if _give_back(connection, job, seconds, failure=failure):
        events.add(connection, job.id, "retry", {"seconds": round(seconds, 1), "code": failure.code})


def expire(connection: Connection, max_deaths: int) -> list[Expired]:
    """Take back all jobs whose lease ran out; quarantine those that killed `max_deaths` workers (engine)."""
    rows = (
        connection.cursor(row_factory=class_row(Expired))
        .execute(
            "UPDATE jobs SET deaths = deaths + 1, lease_until = NULL, worker = NULL, token = token + 1, "
            "status = CASE WHEN cancel_requested THEN 'cancelled' WHEN deaths + 1 >= %(max)s THEN 'quarantined' "
            "ELSE 'waiting' END, run_after = now(), "
            "finished_at = CASE WHEN cancel_requested OR deaths + 1 >= %(max)s THEN now() END "
            "WHERE id IN (SELECT id FROM jobs WHERE status = 'running' AND lease_until < now() "
            "FOR NO KEY UPDATE SKIP LOCKED) RETURNING id AS job_id, status",
            {"max": max_deaths},
        )
        .fetchall()
    )
    for row in rows:
        events.add(connection, row.job_id, "worker_lost", {"status": row.status})
        if row.status == "waiting":
            outbox.add(connection, row.job_id)
    return rows


def explain(connection: Connection, job_id: UUID, failure: Failure) -> None:
    """Give a quarantined job its code and sentences (engine connection)."""
    connection.execute(
        "UPDATE jobs SET error_code = %s, error_ja = %s, error_en = %s WHERE id = %s",
        (failure.code, failure.ja, failure.en, job_id),
    )


def _end(connection: Connection, job: Job, status: str, failure: Failure | None) -> None:
    code, ja, en = (failure.code, failure.ja, failure.en) if failure else (None, None, None)
    said = {"event": status, "data": Jsonb({"code": code} if code else {})}
    _owned(
        connection.execute(
            events.telling(
                "UPDATE jobs SET status = %(event)s, finished_at = now(), lease_until = NULL, worker = NULL, "
                "progress = CASE WHEN %(event)s = 'succeeded' THEN 1 ELSE progress END, "
                f"error_code = %(code)s, error_ja = %(ja)s, error_en = %(en)s {_OWN}",
                wake=outbox.CHANNEL,
            ),
            {"code": code, "ja": ja, "en": en, "id": job.id, "token": job.token, **said},
        )
    )


def _step(connection: Connection, job: Job, step: Step, event: str, update: str) -> None:
    said = {"event": event, "data": Jsonb({"stage": step.stage, "progress": round(step.progress, 4)})}
    values = {**vars(step), "result": Jsonb(step.result), "id": job.id, "token": job.token}
    _owned(connection.execute(events.telling(update), {**values, **said}))


def _give_back(connection: Connection, job: Job, seconds: float, *, failure: Failure | None) -> bool:
    """Put the job back into the queue; if somebody has asked to cancel it, end it instead and give False."""
    if hold(connection, job).cancel_requested:
        _end(connection, job, "cancelled", None)
        return False
    code, ja, en = (failure.code, failure.ja, failure.en) if failure else (None, None, None)
    connection.execute(
        "UPDATE jobs SET status = 'waiting', lease_until = NULL, worker = NULL, token = token + 1, "
        "failures = failures + %s, run_after = now() + make_interval(secs => %s), "
        "error_code = %s, error_ja = %s, error_en = %s WHERE id = %s",
        (int(failure is not None), seconds, code, ja, en, job.id),
    )
    outbox.add(connection, job.id)
    return True


def _owned(written: Cursor[Any]) -> None:
    """Raise LeaseLost when a write found the job in other hands."""
    if written.rowcount == 0:
        raise LeaseLost("The job was taken by another worker.")
