"""The shape of a kind of job: stages that work on plain values outside any transaction and save what they made.

`work` yields parts; each part is saved together with the progress in one transaction, and a retry is told how many
parts of the stage are already saved. `save` must be repeatable: it upserts on natural keys.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db import Connection
from db.blobs import BlobStore
from db.jobs import Job
from extractors.sandbox import Sandbox
from llm.embeddings import Embedder


@dataclass(frozen=True)
class Part:
    """Something a stage made; `fraction` (0..1) says how much of the stage is done with it."""

    value: Any
    fraction: float


@dataclass(frozen=True)
class Tools:
    """What stages work with; made once for each worker process, each tool loading lazily."""

    blobs: BlobStore
    sandbox: Sandbox
    embedder: Callable[[str | None, int | None], Embedder]
    """Gives the embedder of a model and dimension (None, None: the one the settings choose)."""


Work = Callable[[Job, Tools, int], Iterator[Part]]
Save = Callable[[Connection, Job, Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Stage:
    """One step of a job.

    `weight` is its usual share of the job's time, `done` runs with the stage's last write, `forget` when somebody asks
    to do the stage again. `resumes` says that `work` goes on after the parts it is told are saved, instead of making
    them again.
    """

    name: str
    work: Work
    save: Save
    weight: float = 1.0
    done: Callable[[Connection, Job], None] | None = None
    forget: Callable[[Connection, Job], None] | None = None
    resumes: bool = False
