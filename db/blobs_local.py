"""Blobs as files below one folder.

A blob is written to a temporary file, synced, then renamed: a reader never sees half of one, and a crash leaves at
worst a file in tmp/ that nobody names.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from db.blob_reader import reader
from db.blobs import Blob, Stored, key_of, sha256_of
from db.errors import BlobsUnavailable
from db.parts_local import LocalPartial, sync_folder

BUFFER = 256 * 1024


class LocalWriter:
    """Writes one blob of a LocalBlobs store while taking its hash."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._part = root / "tmp" / uuid4().hex
        self._part.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._part.open("xb")
        self._hash = hashlib.sha256()
        self._bytes = 0

    def write(self, data: bytes, /) -> int:
        """Add bytes."""
        self._hash.update(data)
        self._bytes += len(data)
        return self._file.write(data)

    def finish(self) -> Blob:
        """Make what was written a blob; storing the same bytes again changes nothing but its age."""
        digest = self._hash.hexdigest()
        blob = Blob(key_of(digest), digest, self._bytes)
        target = self._root / blob.key
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(target)
        sync_folder(target.parent)
        return blob

    def abort(self) -> None:
        """Forget what was written."""
        self._file.close()
        self._part.unlink(missing_ok=True)


class LocalBlobs:
    """Blobs as files below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def writer(self) -> LocalWriter:
        """Begin a blob."""
        return LocalWriter(self.root)

    def put(self, data: bytes) -> Blob:
        """Store bytes that are already in memory, such as a page image."""
        writer = self.writer()
        writer.write(data)
        return writer.finish()

    def open(self, key: str) -> BinaryIO:
        """Open a blob for reading; the last bytes come only if the whole is sound, otherwise BlobDamaged."""
        file = (self.root / key).open("rb", buffering=0)

        def fetch(start: int, length: int) -> bytes:
            return os.pread(file.fileno(), min(length, BUFFER), start)

        return reader(fetch, os.fstat(file.fileno()).st_size, sha256_of(key), buffer=BUFFER, close=file.close)

    def read(self, key: str, start: int, length: int) -> bytes:
        """Read a range; it may end before `length` with the blob."""
        with (self.root / key).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def exists(self, key: str) -> bool:
        """Tell whether there is such a blob."""
        return (self.root / key).is_file()

    def size(self, key: str) -> int:
        """Give a blob's size in bytes."""
        return (self.root / key).stat().st_size

    @contextmanager
    def local_copy(self, key: str) -> Iterator[Path]:
        """Give the checked file itself."""
        with closing(self.open(key)) as stream:
            while stream.read(BUFFER):
                pass
        yield (self.root / key).resolve(strict=True)

    @contextmanager
    def sample(self, key: str) -> Iterator[Path]:
        """Give the file itself, unchecked."""
        yield (self.root / key).resolve(strict=True)

    def touch(self, key: str) -> bool:
        """Make a blob young again, because a record is about to name it; False when it isn't there."""
        try:
            os.utime(self.root / key)
        except FileNotFoundError:
            return False
        return True

    def changed_at(self, key: str) -> datetime | None:
        """Tell when a blob was written or last touched; None when it isn't there."""
        try:
            return _facts(self.root / key)[1]
        except FileNotFoundError:
            return None

    def remove(self, key: str) -> None:
        """Delete a blob that nothing names."""
        (self.root / key).unlink(missing_ok=True)

    def stored(self) -> Iterator[Stored]:
        """List all blobs, ordered by key."""
        for folder in sorted((self.root / "sha256").glob("??")):
            for path in sorted(folder.iterdir()):
                yield Stored(f"sha256/{folder.name}/{path.name}", *_facts(path))

    def clear(self, before: datetime) -> int:
        """Delete what writers that died left and what partial uploads stand still since `before`; count them."""
        old = [
            path
            for folder in ("tmp", "uploads")
            for path in (self.root / folder).glob("*")
            if path.is_file() and _facts(path)[1] < before
        ]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def partial(self, name: str) -> LocalPartial:
        """Give the partial upload of this name, which may be new."""
        return LocalPartial(self.root, name)

    def direct_url(self, key: str, filename: str, seconds: int) -> str | None:  # noqa: ARG002 - the protocol's
        """Give none: files have no address."""
        return None

    def room(self) -> int | None:
        """Count the bytes that still fit."""
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free

    def check(self) -> str:
        """Say where the store is; raise BlobsUnavailable when the folder can't be written."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BlobsUnavailable(f"The blob folder can't be made: {error.strerror}.") from error
        if not os.access(self.root, os.W_OK):
            raise BlobsUnavailable("The blob folder can't be written.")
        return "a folder of this machine"


def _facts(path: Path) -> tuple[int, datetime]:
    found = path.stat()
    return found.st_size, datetime.fromtimestamp(found.st_mtime, UTC)
