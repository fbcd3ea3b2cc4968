"""The door through which a worker is woken for a job."""

from uuid import UUID

from ingesters.run import run
from tasks.app import app
from tasks.life import name, stopping, tools


@app.task(name="tasks.jobs.work")
def work(job_id: str) -> None:
    """Work on a job if there is still something to claim."""
    run(UUID(job_id), tools(), name(), stopping)
