"""The sweep: jobs whose worker went silent go back to the queue, lost messages are sent again."""

import structlog

import db
from db import leases
from ingesters.errors import WORKER_DEATHS
from settings import get_settings
from tasks import relay

log = structlog.get_logger(__name__)


def sweep(*, expire: bool) -> None:
    """Run one sweep. `expire` is False while leases can't be judged yet, such as just after a database restart."""
    if expire:
        take_back_expired()
    again = relay.resend_lost()
    if again:
        log.info("wake-ups sent again", count=again)


def take_back_expired() -> None:
    """Requeue or quarantine the jobs whose lease ran out."""
    with db.engine() as connection:
        expired = leases.expire(connection, get_settings().max_deaths)
        for job in expired:
            if job.status == "quarantined":
                leases.explain(connection, job.job_id, WORKER_DEATHS)
    for job in expired:
        log.warning("worker lost", job_id=str(job.job_id), status=job.status)
