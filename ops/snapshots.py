"""Snapshots: database, blobs and settings as they are together at one moment, in one file that is checked.

Blobs never change and are written before the database names them, so those that the dumped view names are all there;
while a snapshot is made the collector takes none.
"""

import fcntl
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import structlog
from pydantic import SecretStr

import db
from db import blob_references, dump
from db.blobs import BlobStore, blobs, sha256_of
from db.errors import BlobDamaged, DbError
from db.pool import forget_pool
from ops import archive
from ops.archive import Damaged
from settings import Settings, get_settings

log = structlog.get_logger(__name__)
WANTED, RUNNING, READY, FAILED, RESTORING = "wanted", "running", "ready", "failed", "restoring"
PIECE = 1024 * 1024


class SnapshotError(Exception):
    """A snapshot could not be made or put back; the message says what to do."""


@dataclass(frozen=True)
class Snapshot:
    """What is known of a snapshot; `counts` are the rows of each table."""

    id: str
    status: str
    created_at: str
    automatic: bool = False
    bytes: int = 0
    blobs: int = 0
    counts: dict[str, int] | None = None
    verified_at: str | None = None
    restored_at: str | None = None
    error: str | None = None


def folder() -> Path:
    """Give the folder of the snapshots."""
    settings = get_settings()
    return settings.snapshot_dir or settings.data_dir / "snapshots"


def file_of(snapshot_id: str) -> Path:
    """Name a snapshot's file."""
    return folder() / f"{snapshot_id}.tar"


def listing() -> list[Snapshot]:
    """List all snapshots, newest first."""
    found = [Snapshot(**json.loads(path.read_text())) for path in folder().glob("*.json")]
    return sorted(found, key=lambda snapshot: snapshot.created_at, reverse=True)


def find(snapshot_id: str) -> Snapshot | None:
    """Read a snapshot's record; None when there is none."""
    return next((snapshot for snapshot in listing() if snapshot.id == snapshot_id), None)


def want(*, automatic: bool = False) -> Snapshot:
    """Ask for a snapshot; whoever works off the wishes makes it."""
    now = datetime.now(UTC)
    snapshot = Snapshot(f"{now:%Y%m%d-%H%M%S}-{uuid4().hex[:6]}", WANTED, now.isoformat(), automatic)
    _keep(snapshot)
    return snapshot


def want_restored(snapshot: Snapshot) -> Snapshot:
    """Ask for a snapshot to be put back."""
    return _keep(replace(snapshot, status=RESTORING, error=None))


def create(snapshot: Snapshot) -> Snapshot:
    """Make a snapshot that was asked for, and verify it."""
    _keep(replace(snapshot, status=RUNNING))
    path = file_of(snapshot.id)
    try:
        _write(path)
        manifest = archive.verify(path)
    except (DbError, OSError, Damaged) as error:
        path.unlink(missing_ok=True)
        log.warning("snapshot failed", snapshot=snapshot.id, detail=str(error)[:500])
        return _keep(replace(snapshot, status=FAILED, error=str(error)))
    size = path.stat().st_size
    log.info("snapshot made", snapshot=snapshot.id, bytes=size, blobs=manifest["blobs"])
    now, lost = datetime.now(UTC).isoformat(), len(manifest["left_out"])
    made = replace(snapshot, status=READY, bytes=size, blobs=manifest["blobs"], counts=manifest["counts"])
    told = f"{lost} blobs are missing or damaged; `python -m scripts.blobs verify` names them." if lost else None
    return _keep(replace(made, verified_at=now, error=told))


def restore(path: Path, store: BlobStore, *, over: bool = False) -> dict[str, int]:
    """Put a snapshot back: first checked, then blobs, then the database in one transaction; give the rows.

    Raise SnapshotError when the database is not empty and `over` is False; Damaged when a byte has changed.
    """
    from db import migrate  # the web server, which only lists snapshots, has no room for SQLAlchemy

    manifest = archive.verify(path)
    with db.owner() as connection:
        if not over and not dump.is_empty(connection):
            raise SnapshotError("The database is not empty; restore into an empty data folder, or pass --over.")
    with tempfile.TemporaryDirectory(prefix="shiomi-restore-") as scratch:
        for member, stream in archive.members(path):
            if member.name.startswith(archive.BLOBS):
                _put(store, member.name.removeprefix(archive.BLOBS), stream.read)
            elif member.name == archive.DATABASE:
                with (Path(scratch) / archive.DATABASE).open("wb") as out:
                    while data := stream.read(PIECE):
                        out.write(data)
        forget_pool()
        dump.replace(Path(scratch) / archive.DATABASE, manifest["owner"])
    with db.owner() as connection:
        found = dump.counts(connection)
    if found != manifest["counts"]:
        raise SnapshotError("The restored database has other numbers of rows than the snapshot; keep the old copy.")
    migrate.upgrade()
    log.info("snapshot restored", rows=sum(found.values()), blobs=manifest["blobs"])
    return found


def work_off() -> None:
    """Do what was asked for and what the clock asks for, one at a time over all processes."""
    with alone() as mine:
        if not mine:
            return
        _forget_cut()
        _want_by_the_clock()
        for snapshot in listing():
            if snapshot.status == WANTED:
                create(snapshot)
            elif snapshot.status == RESTORING:
                _restore_again(snapshot)
        _forget_old()


@contextmanager
def alone() -> Iterator[bool]:
    """Be the only one who makes or restores snapshots in this folder; False when somebody else does."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def open_settings(settings: Settings) -> dict[str, object]:
    """Give the settings without their secrets."""
    shown = {name: value for name, value in settings if not isinstance(value, SecretStr)}
    secret = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    return {name: value for name, value in json.loads(json.dumps(shown, default=str)).items() if name not in secret}


def _write(path: Path) -> None:
    store = blobs()
    with db.owner() as connection, tempfile.TemporaryDirectory(dir=path.parent, prefix=".dump-") as scratch:
        if not blob_references.keep_all(connection):
            raise DbError("Blobs are being collected; try again in a moment.")
        dumped = Path(scratch) / archive.DATABASE
        with archive.writing(path) as out, dump.moment(connection) as view:
            out.text(archive.SETTINGS, open_settings(get_settings()))
            dump.write(dumped, view)
            out.file(archive.DATABASE, dumped)
            left_out = [key for key in sorted(blob_references.named(connection)) if not _add(store, key, out)]
            about = {"counts": view.counts, "revision": view.revision, "owner": view.owner, "left_out": left_out}
            made_at = datetime.now(UTC).isoformat()
            out.text(archive.MANIFEST, {**about, "blobs": out.blobs, "made_at": made_at, "format": 1})


def _add(store: BlobStore, key: str, out: archive.ArchiveWriter) -> bool:
    """Add a blob; False for one that is lost already: everything else must be saved all the same."""
    try:
        with store.local_copy(key) as path, path.open("rb") as stream:
            out.blob(key, stream, path.stat().st_size)
    except (FileNotFoundError, BlobDamaged):
        log.warning("blob left out of the snapshot", key=key)
        return False
    return True


def _put(store: BlobStore, key: str, read: Callable[[int], bytes]) -> None:
    writer = store.writer()
    try:
        while data := read(PIECE):
            writer.write(data)
        blob = writer.finish()
    except BaseException:
        writer.abort()
        raise
    if blob.key != key:
        raise BlobDamaged(sha256_of(key))


def _restore_again(snapshot: Snapshot) -> None:
    try:
        restore(file_of(snapshot.id), blobs(), over=True)
    except (DbError, OSError, Damaged, SnapshotError) as error:
        log.warning("snapshot not restored", snapshot=snapshot.id, detail=str(error)[:500])
        _keep(replace(snapshot, status=READY, error=str(error)))
    else:
        _keep(replace(snapshot, status=READY, restored_at=datetime.now(UTC).isoformat()))


def _want_by_the_clock() -> None:
    hours = get_settings().snapshot_hours
    if hours == 0:
        return
    last = next((found for found in listing() if found.automatic), None)
    if last is None or datetime.fromisoformat(last.created_at) < datetime.now(UTC) - timedelta(hours=hours):
        want(automatic=True)


def _forget_old() -> None:
    """Delete automatic snapshots beyond those to keep; the ones people asked for stay."""
    automatic = [found for found in listing() if found.automatic and found.status in {READY, FAILED}]
    for found in automatic[get_settings().snapshot_keep :]:
        forget(found.id)


def forget(snapshot_id: str) -> None:
    """Delete a snapshot."""
    file_of(snapshot_id).unlink(missing_ok=True)
    (folder() / f"{snapshot_id}.json").unlink(missing_ok=True)


def _forget_cut() -> None:
    """A snapshot whose maker died is asked for again; what it left goes."""
    for found in listing():
        if found.status == RUNNING:
            _keep(replace(found, status=WANTED))
    for part in folder().glob("*.part"):
        part.unlink(missing_ok=True)


def _keep(snapshot: Snapshot) -> Snapshot:
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder() / f".{snapshot.id}.{uuid4().hex}"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(snapshot), ensure_ascii=False))
    draft.replace(folder() / f"{snapshot.id}.json")
    return snapshot
