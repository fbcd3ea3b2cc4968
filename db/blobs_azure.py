"""Blobs in Azure Blob Storage, one container, the same keys as the files of db.blobs_local.

The key is known when the last byte is, so a large blob is written as blocks under tmp/ and then copied to its name
inside the account, which moves no bytes through here.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote
from uuid import uuid4

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError
from azure.storage.blob import BlobBlock, BlobSasPermissions, generate_blob_sas

from db.azure_blocks import BLOCK
from db.azure_calls import MIB, Container, told
from db.azure_copy import erase, settle, touch
from db.blob_reader import reader
from db.blobs import Blob, PartialUpload, Stored, key_of, sha256_of
from db.parts_azure import AzurePartial, block_id

BUFFER = 4 * MIB
TMP = "tmp/"


class AzureWriter:
    """Writes one blob: a small one in one request under its name, a larger one as blocks."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._hash = hashlib.sha256()
        self._rest, self._bytes = bytearray(), 0
        self._draft = container.blob(TMP + uuid4().hex)
        self._blocks: list[BlobBlock] = []

    def write(self, data: bytes, /) -> int:
        """Add bytes."""
        self._hash.update(data)
        self._bytes += len(data)
        self._rest += data
        while len(self._rest) > BLOCK:
            self._stage(BLOCK)
        return len(data)

    def finish(self) -> Blob:
        """Make what was written a blob; storing the same bytes again changes nothing but its age."""
        digest = self._hash.hexdigest()
        blob = Blob(key_of(digest), digest, self._bytes)
        self._container.make()
        if touch(self._container, blob.key):
            self.abort()
        elif self._blocks:
            self._stage(len(self._rest))
            with told():
                made = self._draft.commit_block_list(self._blocks)
            settle(self._container, self._draft, blob.key, str(made["etag"]))
        else:
            with told(), suppress(ResourceExistsError, ResourceModifiedError):
                self._container.blob(blob.key).upload_blob(
                    bytes(self._rest), match_condition=MatchConditions.IfMissing, validate_content=True
                )
        return blob

    def abort(self) -> None:
        """Forget what was written."""
        self._rest.clear()
        if self._blocks:
            erase(self._draft)
            self._blocks = []

    def _stage(self, size: int) -> None:
        self._container.make()
        block = BlobBlock(block_id=block_id(len(self._blocks)))
        with told():
            self._draft.stage_block(block.id, bytes(self._rest[:size]), validate_content=True)
        self._blocks.append(block)
        del self._rest[:size]


class AzureBlobs:
    """Blobs in one container of one account."""

    def __init__(self, connection_string: str, container: str, scratch: Path) -> None:
        self._container = Container(connection_string, container)
        self._scratch = scratch

    def writer(self) -> AzureWriter:
        """Begin a blob."""
        return AzureWriter(self._container)

    def put(self, data: bytes) -> Blob:
        """Store bytes that are already in memory, such as a page image."""
        writer = self.writer()
        writer.write(data)
        return writer.finish()

    def open(self, key: str) -> BinaryIO:
        """Open a blob for reading; the last bytes come only if the whole is sound, otherwise BlobDamaged."""
        return reader(
            lambda start, length: self.read(key, start, min(length, BUFFER)),
            self.size(key),
            sha256_of(key),
            buffer=BUFFER,
        )

    def read(self, key: str, start: int, length: int) -> bytes:
        """Read a range; it may end before `length` with the blob."""
        length = min(length, self.size(key) - start) if length > BUFFER else length
        if length <= 0:
            return b""
        with told(key):
            return self._container.blob(key).download_blob(start, length, max_concurrency=1).readall()

    def exists(self, key: str) -> bool:
        """Tell whether there is such a blob."""
        with told(key):
            return self._container.blob(key).exists()

    def size(self, key: str) -> int:
        """Give a blob's size in bytes."""
        with told(key):
            return int(self._container.blob(key).get_blob_properties().size)

    @contextmanager
    def local_copy(self, key: str) -> Iterator[Path]:
        """Fetch the blob, check it, and give the file while the block runs."""
        with self._fresh_file() as path:
            with path.open("wb") as file, self.open(key) as stream:
                while data := stream.read(BUFFER):
                    file.write(data)
            yield path

    @contextmanager
    def sample(self, key: str) -> Iterator[Path]:
        """Give a file with the blob's size, beginning and end; the middle of a large one is a hole."""
        size = self.size(key)
        with self._fresh_file() as path:
            with path.open("wb") as file:
                file.truncate(size)
                file.write(self.read(key, 0, min(size, BUFFER)))
                if size > BUFFER:
                    file.seek(max(BUFFER, size - BUFFER))
                    file.write(self.read(key, file.tell(), BUFFER))
            yield path

    def touch(self, key: str) -> bool:
        """Make a blob young again, because a record is about to name it; False when it isn't there."""
        return touch(self._container, key)

    def changed_at(self, key: str) -> datetime | None:
        """Tell when a blob was written or last touched; None when it isn't there."""
        try:
            with told(key):
                return self._container.blob(key).get_blob_properties().last_modified
        except FileNotFoundError:
            return None

    def remove(self, key: str) -> None:
        """Delete a blob that nothing names."""
        with suppress(FileNotFoundError), told(key):
            self._container.blob(key).delete_blob()

    def stored(self) -> Iterator[Stored]:
        """List all blobs, ordered by key."""
        with suppress(FileNotFoundError), told():  # no container yet: no blobs
            for found in self._container.client.list_blobs(name_starts_with="sha256/"):
                yield Stored(found.name, int(found.size), found.last_modified)

    def clear(self, before: datetime) -> int:
        """Delete what writers that died left and what partial uploads stand still since `before`; count them."""
        old = [path for path in self._scratch.glob("blob-*") if path.stat().st_mtime < before.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old) + sum(self._clear(folder, before) for folder in (TMP, "uploads/"))

    def partial(self, name: str) -> PartialUpload:
        """Give the partial upload of this name, which may be new."""
        return AzurePartial(self._container, name)

    def direct_url(self, key: str, filename: str, seconds: int) -> str | None:
        """Sign an address from which the blob can be fetched for a while; None without the account's key."""
        if self._container.key is None:
            return None
        token = generate_blob_sas(
            self._container.account, self._container.name, key,
            account_key=self._container.key, permission=BlobSasPermissions(read=True),
            expiry=datetime.now(UTC) + timedelta(seconds=seconds),
            content_disposition=f"attachment; filename*=UTF-8''{quote(filename, safe='')}",
            content_type="application/octet-stream",
        )  # fmt: skip
        return f"{self._container.blob(key).url}?{token}"

    def room(self) -> int | None:
        """Give None: there is no end."""
        return None

    def check(self) -> str:
        """Say where the store is; raise BlobsUnavailable when it doesn't answer."""
        self._container.make()
        with told():
            self._container.client.get_container_properties()
        return "Azure Blob Storage"

    def _clear(self, folder: str, before: datetime) -> int:
        count = 0
        with suppress(FileNotFoundError), told():
            for found in self._container.client.list_blobs(name_starts_with=folder, include=["uncommittedblobs"]):
                if found.last_modified is None or found.last_modified < before:
                    erase(self._container.blob(found.name))
                    count += 1
        return count

    @contextmanager
    def _fresh_file(self) -> Iterator[Path]:
        self._scratch.mkdir(parents=True, exist_ok=True)
        path = self._scratch / f"blob-{os.getpid()}-{uuid4().hex}"
        try:
            yield path.resolve()
        finally:
            path.unlink(missing_ok=True)
