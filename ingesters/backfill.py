"""Loading past analyses: read in order, handed over in batches with the cursor, stored by jobs of the backfill queue.

Killed at any moment, the next run goes on behind the last batch that was handed over. An analysis has the same id in
every run, so one that is there unchanged is skipped and one that changed takes its place.
"""

import hashlib
import json
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import structlog

import db
from db import analyses, analysis_files, assets, backfills, jobs
from db.analysis_files import SCREENSHOT, VIDEO, AnalysisFile
from db.assets import Asset
from db.blobs import blobs
from db.jobs import NewJob
from ingesters import analysis_rows, children
from ingesters.analysis_rows import Origin
from ingesters.backfill_shape import NotAnAnalysis, Past, past
from ingesters.backfill_sources import Found, Source, canonical
from ingesters.children import Child
from ingesters.intake import fingerprint
from ingesters.kinds import KINDS

log = structlog.get_logger(__name__)
BATCH = 100
KIND = "backfill"
NAMESPACE = UUID("6f0a3f0e-7d1b-5d5e-9b65-6d2a7c1a5e11")
MEDIA_TYPE = "application/x-ndjson"


@dataclass(frozen=True)
class Wish:
    """What to load: other shapes by a mapping, only what happened since a time, only so many, only a look."""

    mapping: dict[str, str] | None = None
    since: datetime | None = None
    limit: int | None = None
    dry: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one record: `added`, `changed`, `there`, `old`, or `skipped` with the reason."""

    name: str
    what: str
    reason: str = ""


@dataclass
class _Batch:
    """Records that go over together, and what became of all that were looked at on the way."""

    position: str = ""
    wanted: list["_Wanted"] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass(frozen=True)
class _Wanted:
    name: str
    origin: Origin
    past: Past


def load(workspace: str, source: Source, wish: Wish) -> Generator[Outcome, None, None]:
    """Hand over all records behind the cursor; give what became of each as soon as it is safe."""
    start = _begin(workspace, source.name, wish)
    handed, batch = 0, _Batch(position=start)
    for found in source.records(start):
        outcome = _look(workspace, source, found, wish, batch)
        handed += outcome is None
        if outcome is not None:
            batch.outcomes.append(outcome)
        batch.position = found.position
        full = wish.limit is not None and handed >= wish.limit
        if len(batch.wanted) + len(batch.outcomes) >= BATCH or full:
            yield from _hand_over(workspace, source, batch, wish)
            batch = _Batch(position=batch.position)
        if full:
            return
    yield from _hand_over(workspace, source, batch, wish)
    if not wish.dry:
        with db.transaction(workspace) as connection:
            backfills.finish(connection, source.name)


def still_waiting(workspace: str, source_name: str) -> int:
    """Count the analyses that were handed over and are not stored yet."""
    with db.transaction(workspace) as connection:
        return backfills.waiting(connection, source_name)


def line(wanted: Origin, document: Any) -> bytes:
    """Write one analysis for the job that stores it."""
    told = {"id": str(wanted.id), "external_id": wanted.external_id, "hash": wanted.content_hash, "document": document}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode(errors="replace") + b"\n"


def _begin(workspace: str, name: str, wish: Wish) -> str:
    if wish.dry:
        return ""
    with db.transaction(workspace) as connection:
        return backfills.begin(connection, workspace, name).position


def _look(workspace: str, source: Source, found: Found, wish: Wish, batch: _Batch) -> Outcome | None:
    """Put a record into the batch, or say why not."""
    if found.fault is not None:
        return Outcome(found.name, "skipped", found.fault)
    try:
        read = past(found.document, wish.mapping)
    except NotAnAnalysis as error:
        return Outcome(found.name, "skipped", str(error))
    happened = read.record.started_at or found.changed_at
    if wish.since is not None and happened is not None and happened < wish.since:
        return Outcome(found.name, "old")
    video, pictures = source.beside(found.name)
    read = Past(
        read.external_id, read.document, read.record, read.video or video,
        read.screenshots or pictures,
    )  # fmt: skip
    own = read.external_id or found.name
    told = canonical({**read.document, "files": [read.video, *read.screenshots]})
    origin = Origin(
        uuid5(NAMESPACE, f"{workspace}|{source.name}|{own}"), source.name, own, hashlib.sha256(told).hexdigest()
    )
    batch.wanted.append(_Wanted(found.name, origin, read))
    return None


def _hand_over(workspace: str, source: Source, batch: _Batch, wish: Wish) -> list[Outcome]:
    """Store what is new of a batch as one job, with its files, and move the cursor, all at once or not at all."""
    newest = {one.origin.id: one for one in batch.wanted}
    with db.transaction(workspace) as connection:
        known = analyses.hashes(connection, list(newest))
    fresh = [one for one in newest.values() if known.get(one.origin.id) != one.origin.content_hash]
    outcomes = list(batch.outcomes)
    for one in batch.wanted:
        same = newest[one.origin.id] is not one or one not in fresh
        what = "there" if same else "changed" if one.origin.id in known else "added"
        outcomes.append(Outcome(one.name, what))
    if wish.dry:
        return outcomes
    files = {one.origin.id: list(_files(source, one.past, outcomes, one.name)) for one in fresh}
    content = b"".join(line(one.origin, dict(one.past.document)) for one in fresh)
    blob = blobs().put(content) if fresh else None
    with db.transaction(workspace) as connection:
        if blob is not None:
            asset = Asset(uuid4(), blob.sha256, blob.bytes, "backfill.jsonl", MEDIA_TYPE, blob.key)
            _store(connection, workspace, source.name, asset, fresh)
            for one in fresh:
                _keep_files(connection, workspace, one, files[one.origin.id])
        backfills.advance(connection, source.name, batch.position, len(outcomes), len(fresh))
    log.info("backfill handed over", source=source.name, looked_at=len(outcomes), added=len(fresh))
    return outcomes


def _store(connection: db.Connection, workspace: str, source_name: str, asset: Asset, fresh: Sequence[_Wanted]) -> None:
    parameters = {"source": source_name}
    new = NewJob(uuid4(), KIND, KINDS[KIND].queue, fingerprint(KIND, asset.sha256, parameters), parameters)
    assets.add(connection, workspace, asset)
    if not jobs.add(connection, workspace, new, asset.id):  # the same batch came before, and its rows are gone
        same = jobs.by_fingerprint(connection, new.fingerprint)
        assert same is not None
        jobs.restart(connection, same.id, [])
    job = jobs.by_fingerprint(connection, new.fingerprint)
    assert job is not None
    analyses.put(connection, workspace, [analysis_rows.described(job, one.origin, one.past.record) for one in fresh])


def _files(source: Source, wanted: Past, outcomes: list[Outcome], name: str) -> Iterator[tuple[str, Asset]]:
    """Store the bytes of a record's files; one that is missing is said and keeps nothing back."""
    named = [(VIDEO, wanted.video)] if wanted.video else []
    named += [(SCREENSHOT, picture) for picture in wanted.screenshots]
    for role, file in named:
        writer = blobs().writer()
        try:
            for piece in source.pieces(file):
                writer.write(piece)
        except FileNotFoundError:
            writer.abort()
            outcomes.append(Outcome(f"{name} {file}", "skipped", "this file is missing"))
            continue
        yield role, children.asset_of(writer.finish(), file)


def _keep_files(connection: db.Connection, workspace: str, one: _Wanted, files: Sequence[tuple[str, Asset]]) -> None:
    stored = []
    for at, (role, asset) in enumerate(files):
        child = Child(asset, role, one.past.record.metadata(), KINDS[KIND].queue)
        asset_id, job_id = children.keep(connection, workspace, child)
        stored.append(AnalysisFile(role, at, None, asset.filename, asset_id, job_id))
    analysis_files.add(connection, workspace, one.origin.id, stored)
