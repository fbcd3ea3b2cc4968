"""The life of a job in a worker: claim, heartbeat, stages with saved progress, and an end that is always written."""

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

import db
from db import leases
from db.errors import BlobDamaged, BlobsUnavailable, LeaseLost, Unavailable
from db.jobs import Job
from db.leases import Failure, Step
from extractors.errors import ExtractionError
from ingesters.errors import (
    BLOBS_AWAY,
    DATABASE_AWAY,
    INTERNAL,
    ORIGINAL_DAMAGED,
    Cancelled,
    IngestError,
    PassingFault,
    Stopping,
)
from ingesters.kinds import KINDS
from ingesters.patience import patiently
from ingesters.pulse import Pulse
from ingesters.stages import Part, Stage, Tools
from llm.errors import ModelError
from settings import get_settings

log = structlog.get_logger(__name__)
FIRST_RETRY_SECONDS = 2.0
LONGEST_RETRY_SECONDS = 300.0
LONGEST_ABSENCE_SECONDS = 20.0
"""The database or the blobs are away: no job is given up for that, and all go on soon after."""


@dataclass(frozen=True)
class Span:
    """The stretch of a job's progress (0..1) that a stage fills."""

    start: float
    end: float
    last: bool

    def at(self, fraction: float) -> float:
        """Give the job's progress when `fraction` of the stage is done."""
        return self.start + (self.end - self.start) * min(fraction, 1.0)


def run(job_id: UUID, tools: Tools, worker: str, stopping: Callable[[], bool]) -> None:
    """Claim the job and work on it to an end; do nothing when there is nothing to claim."""
    settings = get_settings()
    with db.engine() as connection:
        job = leases.claim(connection, job_id, worker, settings.lease_seconds, kinds=list(KINDS))
    if job is None:
        log.debug("nothing to claim", job_id=str(job_id))
        return
    with (
        structlog.contextvars.bound_contextvars(job_id=str(job.id), kind=job.kind, attempt=job.attempt),
        Pulse(job, settings.lease_seconds, stopping) as pulse,
    ):
        _to_an_end(job, tools, pulse)


def _to_an_end(job: Job, tools: Tools, pulse: Pulse) -> None:
    try:
        _stages(job, tools, pulse)
        log.info("job succeeded")
    except LeaseLost:
        log.warning("lease lost")
    except Cancelled:
        _write(job, lambda c: leases.cancel(c, job))
        log.info("job cancelled")
    except Stopping:
        _write(job, lambda c: leases.release(c, job))
        log.info("job released")
    except Unavailable as error:
        away = BLOBS_AWAY if isinstance(error, BlobsUnavailable) else DATABASE_AWAY
        patiently(lambda: _retry(job, away, None, LONGEST_ABSENCE_SECONDS), seconds=get_settings().lease_seconds * 3)
    except Exception as error:
        if _failed(job, error) is INTERNAL:
            raise


def _failed(job: Job, error: Exception) -> Failure:
    """Write down why: a fault of the input ends the job, a passing or unknown one is tried again, to an end."""
    failure, passing, retry_after = _explain(error)
    if passing and _failures(job) + 1 < get_settings().max_attempts:
        _retry(job, failure, retry_after)
    else:
        _write(job, lambda c: leases.fail(c, job, failure))
        log.warning("job failed", code=failure.code, detail=str(error)[:500])
    return failure


def _failures(job: Job) -> int:
    """Count the passing faults since the job last came further."""
    with db.engine() as connection:
        return leases.hold(connection, job).failures


def _explain(error: Exception) -> tuple[Failure, bool, float | None]:
    match error:
        case ExtractionError():
            return Failure(error.code, error.ja, error.en), error.passing, None
        case ModelError():
            return Failure(error.code, error.ja, error.en), error.passing, error.retry_after
        case PassingFault():
            return Failure(error.code, error.ja, error.en), True, error.retry_after
        case BlobDamaged():
            return ORIGINAL_DAMAGED, False, None
        case IngestError():
            return Failure(error.code, error.ja, error.en), False, None
    return INTERNAL, True, None


def _retry(job: Job, failure: Failure, retry_after: float | None, longest: float = LONGEST_RETRY_SECONDS) -> None:
    """Exponential backoff with full jitter, never sooner than the other side asked for."""
    ceiling = min(longest, FIRST_RETRY_SECONDS * 2 ** min(_failures(job), 10))
    seconds = max(retry_after or 0.0, random.uniform(ceiling / 2, ceiling))  # noqa: S311 - jitter, not a secret
    _write(job, lambda c: leases.retry_later(c, job, seconds, failure))
    log.warning("job will be tried again", code=failure.code, seconds=round(seconds, 1))


def _stages(job: Job, tools: Tools, pulse: Pulse) -> None:
    """Run the stages that are not done; the last write of the last one also ends the job."""
    stages = KINDS[job.kind].stages
    total = sum(stage.weight for stage in stages)
    before = 0.0
    for stage in stages:
        after = before + stage.weight
        if stage.name not in job.stages_done:
            span = Span(before / total, after / total, last=stage is stages[-1])
            _stage(job, stage, tools, pulse, span)
        elif stage is stages[-1]:
            _write(job, lambda c: leases.succeed(c, job))
        before = after


def _stage(job: Job, stage: Stage, tools: Tools, pulse: Pulse, span: Span) -> None:
    """Save each part at once, but the last together with the stage's end."""
    saved = job.parts_done if stage.resumes and job.stage == stage.name else 0
    held: Part | None = None
    with closing(stage.work(job, tools, saved)) as parts:  # type: ignore[type-var]  # work is a generator
        for part in parts:
            pulse.check()
            if held is not None:
                saved += 1
                _save(job, stage, held, saved, span.at(held.fraction))
                held = None
            if part.fraction < 1.0:
                saved += 1
                _save(job, stage, part, saved, span.at(part.fraction))
            else:
                held = part
    pulse.check()
    _finish(job, stage, held, saved + 1, span)
    log.info("stage done", stage=stage.name)


def _save(job: Job, stage: Stage, part: Part, saved: int, progress: float) -> None:
    def write(connection: db.Connection) -> None:
        leases.hold(connection, job)
        result = stage.save(connection, job, part.value)
        leases.save_progress(connection, job, Step(stage.name, saved, progress, result))

    _write(job, write)


def _finish(job: Job, stage: Stage, part: Part | None, saved: int, span: Span) -> None:
    def write(connection: db.Connection) -> None:
        leases.hold(connection, job)
        result = {} if part is None else stage.save(connection, job, part.value)
        if stage.done is not None:
            stage.done(connection, job)
        leases.finish_stage(connection, job, Step(stage.name, saved, span.end, result))
        if span.last:
            leases.succeed(connection, job)

    _write(job, write)


def _write(job: Job, write: Callable[[db.Connection], Any]) -> None:
    """Write in one transaction, again if the database was away for a moment: every write here is repeatable."""

    def once() -> None:
        with db.transaction(job.workspace_id) as connection:
            write(connection)

    patiently(once, seconds=get_settings().lease_seconds * 3)
