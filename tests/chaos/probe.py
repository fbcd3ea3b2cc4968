"""A worker with one more kind of job, whose stages do what the test says and write down that they did it."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import db
from db import events
from db.jobs import Job
from ingesters.errors import IngestError, PassingFault
from ingesters.kinds import KINDS, Kind
from ingesters.stages import Part, Stage, Tools
from tasks.worker import app

__all__ = ["app"]


def _work(name: str) -> Any:
    def work(job: Job, _tools: Tools, done: int) -> Iterator[Part]:
        told = job.parameters
        with Path(told["log"]).open("a") as log:
            log.write(f"{name}\n")
        if name == told.get("fails_in"):
            raise IngestError("probe_failed", "失敗しました。", "It failed.")
        if name == told.get("faults_in") and job.failures < told["faults"]:
            raise PassingFault("probe_fault", "一時的な障害です。", "A passing fault.")
        for number in range(done, told.get("parts", 1)):
            time.sleep(told.get("seconds", 0.0))
            yield Part(f"{name}{number}", (number + 1) / told.get("parts", 1))

    return work


def _save(connection: db.Connection, job: Job, value: str) -> Mapping[str, Any]:
    events.add(connection, job.id, "saved", {"value": value})
    return {}


KINDS["probe"] = Kind(
    "probe", "ingest", tuple(Stage(name, _work(name), _save, resumes=True) for name in ("one", "two", "three"))
)
