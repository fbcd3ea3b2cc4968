"""A batch of past analyses: rows first, several in a transaction, so that everything is found by words soon.

Vectors and files by URL follow in a job of lower priority. Both give way to people's live work before each part.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import db
from db import analysis_documents, jobs, queues, vectors
from db.jobs import Job, NewJob
from ingesters import analysis, analysis_rows
from ingesters.analysis_rows import Entry, Origin
from ingesters.knowledge import save_vectors
from ingesters.stages import Part, Stage, Tools

PART = 50
"""Analyses in one transaction: the counts of their words are written once for all of them."""
LIVE = ("interactive", "ingest", "vision", "speech")
PATIENCE, LONGEST_WAIT = 3.0, 5.0
"""A part waits for live work up to three times as long as the one before it worked, and five seconds at most: so a
backfill takes a quarter of one worker under steady load, and comes to its end."""
LOOK_AGAIN = 0.05
FOLLOWS, LATER = "backfill_vectors", -1


class Courtesy:
    """Lets people's work go first."""

    def __init__(self) -> None:
        """Begin to count how long is worked."""
        self._since = time.monotonic() - LONGEST_WAIT

    def give_way(self) -> None:
        """Wait while anybody's live work runs or is about to, for a bounded time."""
        now = time.monotonic()
        until = now + min(LONGEST_WAIT, PATIENCE * (now - self._since))
        while time.monotonic() < until:
            with db.engine() as connection:
                if not queues.busy(connection, LIVE, but=""):
                    break
            time.sleep(LOOK_AGAIN)
        self._since = time.monotonic()


def read(job: Job, tools: Tools, done: int) -> Iterator[Part]:
    """Read the batch, some analyses at a time; those that an earlier try has stored are passed over."""
    assert job.asset is not None
    with tools.blobs.open(job.asset.blob_key) as source:
        lines = source.read().splitlines()
    groups = [lines[at : at + PART] for at in range(0, len(lines), PART)]
    courtesy = Courtesy()
    for number, group in enumerate(islice(groups, done, None), done + 1):
        courtesy.give_way()
        yield Part([_entry(job, line, tools) for line in group], number / len(groups))


def save_read(connection: db.Connection, job: Job, value: Sequence[Entry]) -> Mapping[str, Any]:
    """Store some analyses."""
    analysis_rows.put(connection, job, value)
    return {}


def follow(connection: db.Connection, job: Job) -> None:
    """Start the job that makes vectors and fetches files."""
    mark = f"{FOLLOWS} {job.id}"
    new = NewJob(uuid4(), FOLLOWS, job.queue, mark, {"batch": str(job.id)}, LATER)
    if not jobs.add(connection, job.workspace_id, new, None):
        same = jobs.by_fingerprint(connection, mark)
        assert same is not None
        jobs.restart(connection, same.id, [])


def embed(job: Job, tools: Tools, _done: int) -> Iterator[Part]:
    """Make the batch's vectors."""
    parts, courtesy = analysis.vectors_of(job.workspace_id, _batch(job), tools), Courtesy()
    while True:
        courtesy.give_way()
        part = next(parts, None)
        if part is None:
            return
        yield part


def mark_ready(connection: db.Connection, job: Job) -> None:
    """Say that all of the batch can be found by meaning, too."""
    analysis_documents.mark_ready(connection, _batch(job))


def forget_vectors(connection: db.Connection, job: Job) -> None:
    """Drop the batch's vectors, so that they are made again."""
    for document in analysis_documents.forget_ready(connection, _batch(job)):
        vectors.forget(connection, document)


def fetch(job: Job, tools: Tools, _done: int) -> Iterator[Part]:
    """Fetch what the batch's analyses give by URL."""
    return analysis.files_of(job, _batch(job), tools)


STAGES = (Stage("store", read, save_read, done=follow, resumes=True),)
LATER_STAGES = (
    Stage("embed", embed, save_vectors, weight=3.0, done=mark_ready, forget=forget_vectors),
    Stage("fetch", fetch, analysis.save_fetched, weight=2.0),
)


def _batch(job: Job) -> UUID:
    return UUID(job.parameters["batch"])


def _entry(job: Job, line: bytes, tools: Tools) -> Entry:
    told = json.loads(line)
    origin = Origin(UUID(told["id"]), job.parameters["source"], told["external_id"], told["hash"])
    return analysis.entry(origin, json.dumps(told["document"]).encode(), tools)
