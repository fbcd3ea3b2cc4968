"""Partial uploads as growing files, one for each upload, beside the blobs they will become."""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from db.blobs import Blob, key_of
from db.errors import BlobDamaged, UploadBusy, UploadMoved

PATIENCE_SECONDS = 2.0
SYNC_EVERY = 64 * 1024 * 1024
"""So that the sync at the end of a large request has little left to do."""


class LocalPartial:
    """One growing file. A lock on it keeps a second writer out and ends with its holder, even by kill -9."""

    def __init__(self, root: Path, name: str) -> None:
        self._root, self._path = root, root / "uploads" / name
        self._hashed: int | None = None

    def size(self) -> int:
        """Count the bytes that are here."""
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0

    @contextmanager
    def appending(self, offset: int) -> Iterator["LocalPartWriter"]:
        """Add bytes after `offset` while the block runs, also when it ends in an error."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked("ab") as file:
            size = os.fstat(file.fileno()).st_size
            if size != offset:
                raise UploadMoved(size)
            try:
                yield LocalPartWriter(file)
            finally:
                file.flush()
                os.fdatasync(file.fileno())

    def digest(self) -> str:
        """Take the SHA-256 of all that is here."""
        with self._path.open("rb", buffering=0) as file:
            self._hashed = os.fstat(file.fileno()).st_size
            return hashlib.file_digest(file, "sha256").hexdigest()

    def adopt(self, sha256: str) -> Blob:
        """Make a blob of the file by moving it; the lock keeps every other writer out meanwhile."""
        target = self._root / key_of(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._locked("rb+") as file:
            size = os.fstat(file.fileno()).st_size
            if size != self._hashed:
                raise BlobDamaged(sha256)
            self._path.replace(target)
        os.utime(target)
        sync_folder(target.parent)
        return Blob(key_of(sha256), sha256, size)

    def discard(self) -> None:
        """Forget the bytes."""
        self._path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self, mode: Literal["ab", "rb+"]) -> Iterator[BinaryIO]:
        """Open the file alone; one that has become a blob while we waited is never written again."""
        with self._path.open(mode) as file:
            _lock(file)
            if not self._path.exists() or not os.path.samestat(os.fstat(file.fileno()), self._path.stat()):
                raise UploadMoved(0)
            yield file

    def direct_url(self, seconds: int) -> str | None:  # noqa: ARG002 - the protocol's
        """Give none: files have no address."""
        return None


class LocalPartWriter:
    """Adds bytes to the file and hands them to the disk bit by bit."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._since = file, 0

    def write(self, data: bytes, /) -> int:
        """Add bytes."""
        self._since += len(data)
        written = self._file.write(data)
        if self._since >= SYNC_EVERY:
            self._file.flush()
            os.fdatasync(self._file.fileno())
            self._since = 0
        return written


def sync_folder(folder: Path) -> None:
    """Make sure that a name which has just appeared in a folder lasts."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lock(file: BinaryIO) -> None:
    """Take the file; wait a moment for a connection that is just being given up."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise UploadBusy("Another connection still sends bytes for this upload.") from None
            time.sleep(0.05)
        else:
            return
