"""Blobs: the bytes of originals and page images, content-addressed by SHA-256, never changed.

A blob is written to a temporary file, synced, then renamed: a reader never sees half of one, and a crash leaves at
worst a file in tmp/ that nobody names.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from settings import get_settings


@dataclass(frozen=True)
class Blob:
    """What was stored: its key, its SHA-256 in hex and its size in bytes."""

    key: str
    sha256: str
    bytes: int


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
        """Make what was written a blob; storing the same bytes again changes nothing."""
        digest = self._hash.hexdigest()
        blob = Blob(key_of(digest), digest, self._bytes)
        target = self._root / blob.key
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(target)
        _sync_folder(target.parent)
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
        """Open a blob for reading; raise FileNotFoundError."""
        return (self.root / key).open("rb")

    def exists(self, key: str) -> bool:
        """Tell whether there is such a blob."""
        return (self.root / key).is_file()

    @contextmanager
    def local_copy(self, key: str) -> Iterator[Path]:
        """Give a path under which the blob can be opened as a file while the block runs."""
        yield (self.root / key).resolve()


def key_of(sha256: str) -> str:
    """Name the blob that holds the bytes of this hash."""
    return f"sha256/{sha256[:2]}/{sha256[2:]}"


@lru_cache(maxsize=1)
def blobs() -> LocalBlobs:
    """Give the store that the settings name."""
    settings = get_settings()
    root = Path(unquote(urlsplit(settings.blob_url).path)) if settings.blob_url else settings.data_dir / "blobs"
    return LocalBlobs(root)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
