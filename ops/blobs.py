"""The operator's work on blobs: check them all, move them to another store, collect what nothing names."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

import db
from db import blob_references
from db.blobs import Blob, BlobStore, Stored, blobs
from db.errors import BlobDamaged, BlobsUnavailable
from settings import get_settings

log = structlog.get_logger(__name__)
CHUNK = 4 * 1024 * 1024
DAMAGED, MISSING = "damaged", "missing"


@dataclass(frozen=True)
class Finding:
    """A blob that is not as it should be: `damaged`, or `missing` though a record names it."""

    key: str
    what: str


@dataclass(frozen=True)
class Moved:
    """What became of one blob: copied now, or there already."""

    stored: Stored
    copied: bool


@dataclass(frozen=True)
class Collected:
    """What the collector took."""

    blobs: int
    bytes: int
    leftovers: int


def verify(store: BlobStore, named: set[str], seen: Callable[[Stored], None]) -> Iterator[Finding]:
    """Read every blob to the end and compare it with its name; then tell which named ones are not there."""
    for stored in store.stored():
        named.discard(stored.key)
        try:
            _read(store, stored.key)
        except BlobDamaged:
            yield Finding(stored.key, DAMAGED)
        seen(stored)
    for key in sorted(named):
        yield Finding(key, MISSING)


def named() -> set[str]:
    """Give the keys of all blobs that records name."""
    with db.owner() as connection:
        return blob_references.named(connection)


def move(source: BlobStore, target: BlobStore) -> Generator[Moved, None, None]:
    """Copy every blob that the target lacks; run it again after an end of any kind, it goes on where it was.

    Raise BlobDamaged for a source blob whose bytes have changed: a damaged blob is not carried on.
    """
    there = {stored.key: stored.bytes for stored in target.stored()}
    for stored in source.stored():
        known = there.get(stored.key) == stored.bytes
        if not known:
            copy(source, target, stored.key)
        yield Moved(stored, copied=not known)


def copy(source: BlobStore, target: BlobStore, key: str) -> Blob:
    """Copy one blob; the bytes are checked while they pass."""
    writer = target.writer()
    try:
        with source.open(key) as stream:
            while data := stream.read(CHUNK):
                writer.write(data)
        return writer.finish()
    except BaseException:
        writer.abort()
        raise


def collect(store: BlobStore, grace: timedelta, *, dry: bool = False) -> Collected | None:
    """Delete the blobs that no record names and that nobody has touched for `grace`; None while it must not be.

    Whoever is about to name an old blob touches it first, so that it is young when we look at it again here.
    """
    before = datetime.now(UTC) - grace
    with db.owner() as connection:
        if not blob_references.may_collect(connection):
            return None
        old = [stored for stored in store.stored() if stored.changed_at < before]
        kept = blob_references.named(connection)
        orphans = [stored for stored in old if stored.key not in kept]
        if not dry:
            orphans = [stored for stored in orphans if _take(store, stored, before)]
    leftovers = 0 if dry else store.clear(before)
    return Collected(len(orphans), sum(stored.bytes for stored in orphans), leftovers)


def collect_by_the_clock() -> None:
    """Collect as the settings say; log what was taken."""
    settings = get_settings()
    hours = max(settings.blob_grace_hours, settings.upload_hours)  # an unfinished upload is a leftover only then
    try:
        taken = collect(blobs(), timedelta(hours=hours))
    except BlobsUnavailable as error:
        log.warning("orphans not collected", detail=str(error))
        return
    if taken is not None:
        log.info("orphans collected", blobs=taken.blobs, bytes=taken.bytes, leftovers=taken.leftovers)


def _take(store: BlobStore, stored: Stored, before: datetime) -> bool:
    """Delete a blob unless it was touched since the listing."""
    age = store.changed_at(stored.key)
    if age is None or age >= before:
        return False
    store.remove(stored.key)
    return True


def _read(store: BlobStore, key: str) -> None:
    with store.open(key) as stream:
        while stream.read(CHUNK):
            pass
