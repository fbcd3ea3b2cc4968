"""Working on a job in this very process, with the tools a worker has."""

from collections.abc import Callable, Iterator

import pytest

import db
from db import blobs, jobs
from db.jobs import Job
from ingesters import intake
from ingesters.intake import Submitted, Upload
from ingesters.run import run
from tasks.life import tools


@pytest.fixture(scope="session")
def _tools_closed(stack: dict[str, str]) -> Iterator[None]:
    yield
    tools().sandbox.close()


@pytest.fixture
def submit(workspace: str) -> Callable[..., Submitted]:
    """Give a function that stores bytes as a blob and submits them."""

    def do(content: bytes, filename: str = "note.txt", **metadata: object) -> Submitted:
        return intake.submit(workspace, Upload(filename, blobs.blobs().put(content)), "auto", metadata)

    return do


@pytest.fixture
def work(workspace: str, _tools_closed: None) -> Callable[[Submitted], Job]:
    """Give a function that works on a submitted job to its end and reads it again."""

    def do(submitted: Submitted) -> Job:
        run(submitted.job.id, tools(), "test", lambda: False)
        with db.transaction(workspace) as connection:
            return jobs.get(connection, submitted.job.id)

    return do
