"""Filling a new embedding version beside the old one: one job for each workspace, going on where it stopped."""

from collections.abc import Iterator

import db
from db import versions
from db.jobs import Job
from ingesters.errors import IngestError
from ingesters.knowledge import embed_missing, save_vectors
from ingesters.stages import Part, Stage, Tools


def fill(job: Job, tools: Tools, _done: int) -> Iterator[Part]:
    """Embed every chunk of the workspace that the version named by the job does not hold yet."""
    wanted = int(job.parameters["version"])
    with db.transaction(job.workspace_id) as connection:
        version = next((v for v in versions.living(connection) if v.id == wanted), None)
    if version is None:
        raise IngestError(
            "version_gone",
            "この埋め込みバージョンはもう使われていません。新しいバージョンで埋め直してください。",
            "This embedding version is no longer in use; start a new one.",
        )
    yield from embed_missing(tools, job.workspace_id, version, None)


STAGES = (Stage("embed", fill, save_vectors, resumes=True),)
