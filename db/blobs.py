"""Blobs: the bytes of originals and page images, content-addressed by SHA-256, never changed.

A blob appears whole or not at all, and is checked against its name when it is read to the end. Two stores keep the
same contract: files (db.blobs_local) and Azure Blob Storage (db.blobs_azure). A column that names a blob ends in
`_key`: the collector of orphans (db.blob_references) finds it by that.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from settings import get_settings


@dataclass(frozen=True)
class Blob:
    """What was stored: its key, its SHA-256 in hex and its size in bytes."""

    key: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Stored:
    """A blob as a listing shows it; `changed_at` is when it was written or last touched."""

    key: str
    bytes: int
    changed_at: datetime


class BlobWriter(Protocol):
    """Writes one blob while taking its hash."""

    def write(self, data: bytes, /) -> int:
        """Add bytes."""

    def finish(self) -> Blob:
        """Make what was written a blob; storing the same bytes again changes nothing but its age."""

    def abort(self) -> None:
        """Forget what was written."""


class PartWriter(Protocol):
    """Adds bytes to a partial upload."""

    def write(self, data: bytes, /) -> int:
        """Add bytes."""


class PartialUpload(Protocol):
    """The bytes of an upload so far; they survive a cut connection and a killed server."""

    def size(self) -> int:
        """Count the bytes that are safely here."""

    def appending(self, offset: int) -> AbstractContextManager[PartWriter]:
        """Add bytes after `offset` while the block runs, also when it ends in an error.

        Raise UploadBusy while somebody else writes, UploadMoved when `offset` is not the present size.
        """

    def digest(self) -> str:
        """Take the SHA-256 of all that is here."""

    def adopt(self, sha256: str) -> Blob:
        """Make a blob of the bytes whose hash was just taken here; raise BlobDamaged if they have changed since."""

    def discard(self) -> None:
        """Forget the bytes."""

    def direct_url(self, seconds: int) -> str | None:
        """Sign an address to which blocks can be sent for a while without passing here; None where there is none."""


class BlobStore(Protocol):
    """A place for blobs. Reading what isn't there raises FileNotFoundError; a store that is away BlobsUnavailable."""

    def writer(self) -> BlobWriter:
        """Begin a blob."""

    def put(self, data: bytes) -> Blob:
        """Store bytes that are already in memory, such as a page image."""

    def open(self, key: str) -> BinaryIO:
        """Open a blob for reading; the last bytes come only if the whole is sound, otherwise BlobDamaged."""

    def read(self, key: str, start: int, length: int) -> bytes:
        """Read a range; it may end before `length` with the blob."""

    def exists(self, key: str) -> bool:
        """Tell whether there is such a blob."""

    def size(self, key: str) -> int:
        """Give a blob's size in bytes."""

    def local_copy(self, key: str) -> AbstractContextManager[Path]:
        """Give a path under which the checked blob can be opened as a file while the block runs."""

    def sample(self, key: str) -> AbstractContextManager[Path]:
        """Give a file with the blob's size, beginning and end, to tell what it is; the middle may be missing."""

    def touch(self, key: str) -> bool:
        """Make a blob young again, because a record is about to name it; False when it isn't there."""

    def changed_at(self, key: str) -> datetime | None:
        """Tell when a blob was written or last touched; None when it isn't there."""

    def remove(self, key: str) -> None:
        """Delete a blob that nothing names."""

    def stored(self) -> Iterator[Stored]:
        """List all blobs, ordered by key."""

    def clear(self, before: datetime) -> int:
        """Delete what writers that died left and what partial uploads stand still since `before`; count them."""

    def partial(self, name: str) -> PartialUpload:
        """Give the partial upload of this name, which may be new."""

    def direct_url(self, key: str, filename: str, seconds: int) -> str | None:
        """Sign an address from which the blob can be fetched for a while; None where there is none."""

    def room(self) -> int | None:
        """Count the bytes that still fit; None where there is no end."""

    def check(self) -> str:
        """Say in a few English words where the store is; raise BlobsUnavailable when it doesn't answer."""


def key_of(sha256: str) -> str:
    """Name the blob that holds the bytes of this hash."""
    return f"sha256/{sha256[:2]}/{sha256[2:]}"


def sha256_of(key: str) -> str:
    """Give the hash of the bytes that a key names."""
    return key.removeprefix("sha256/").replace("/", "")


@lru_cache(maxsize=1)
def blobs() -> BlobStore:
    """Give the store that the settings name."""
    url = get_settings().blob_url
    return store_at(url.get_secret_value() if url else None)


def store_at(url: str | None) -> BlobStore:
    """Give the store at a file:// URL or an Azure connection string; None is the folder blobs/ in DATA_DIR."""
    from db.blobs_local import LocalBlobs

    settings = get_settings()
    if url is None:
        return LocalBlobs(settings.data_dir / "blobs")
    if urlsplit(url).scheme == "file":
        return LocalBlobs(Path(unquote(urlsplit(url).path)))
    from db.blobs_azure import AzureBlobs  # only those who use it pay for loading it

    return AzureBlobs(url, settings.blob_container, settings.data_dir / "tmp")
