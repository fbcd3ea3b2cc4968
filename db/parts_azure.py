"""Partial uploads as uncommitted blocks; a block's id is the offset of its first byte, so their order is their sum.

Senders with a signed address add blocks by the same rule, base64 of 20 digits, and need not come past us.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from azure.storage.blob import BlobBlock, BlobSasPermissions, generate_blob_sas

from db.azure_blocks import BLOCK
from db.azure_calls import Container, told
from db.azure_copy import erase, settle
from db.blobs import Blob, key_of
from db.errors import BlobDamaged, UploadMoved

DIGITS = 20
CLOCK_SKEW = timedelta(minutes=5)


class AzurePartial:
    """One blob under uploads/ that is committed only when it is whole."""

    def __init__(self, container: Container, name: str) -> None:
        self._container = container
        self._name = f"uploads/{name}"
        self._blob = container.blob(self._name)
        self._etag: str | None = None

    def size(self) -> int:
        """Count the bytes that stand without a gap from the beginning."""
        chain = self._chain()
        if chain:
            return _offset(chain[-1]) + int(chain[-1].size)
        try:
            with told():
                return int(self._blob.get_blob_properties().size)
        except FileNotFoundError:
            return 0

    @contextmanager
    def appending(self, offset: int) -> Iterator["AzurePartWriter"]:
        """Add bytes after `offset` while the block runs, also when it ends in an error.

        Two writers of the same bytes do no harm: blocks that overlap are left out when the upload is put together.
        """
        self._container.make()
        size = self.size()
        if size != offset:
            raise UploadMoved(size)
        writer = AzurePartWriter(self._container, self._name, offset)
        try:
            yield writer
        finally:
            writer.flush()

    def digest(self) -> str:
        """Put the blocks together and take the SHA-256 of the whole."""
        chain = self._chain()
        with told(self._name):
            if chain:
                self._blob.commit_block_list([BlobBlock(block_id=block.id) for block in chain])
            self._etag = str(self._blob.get_blob_properties().etag)
            stream, sha256 = self._blob.download_blob(max_concurrency=1), hashlib.sha256()
            for data in stream.chunks():
                sha256.update(data)
        return sha256.hexdigest()

    def adopt(self, sha256: str) -> Blob:
        """Make a blob of the bytes that were hashed; who has a signed address may have changed them meanwhile."""
        if self._etag is None:
            raise BlobDamaged(sha256)
        with told(self._name):
            size = int(self._blob.get_blob_properties().size)
        settle(self._container, self._blob, key_of(sha256), self._etag)
        return Blob(key_of(sha256), sha256, size)

    def discard(self) -> None:
        """Forget the bytes."""
        erase(self._blob)

    def direct_url(self, seconds: int) -> str | None:
        """Sign an address to which blocks can be sent for a while; None without the account's key."""
        if self._container.key is None:
            return None
        now = datetime.now(UTC)
        token = generate_blob_sas(
            self._container.account, self._container.name, self._name,
            account_key=self._container.key, permission=BlobSasPermissions(create=True, write=True),
            start=now - CLOCK_SKEW, expiry=now + timedelta(seconds=seconds),
        )  # fmt: skip
        return f"{self._blob.url}?{token}"

    def _chain(self) -> list[BlobBlock]:
        """List the uncommitted blocks that follow one another from the first byte on."""
        try:
            with told(self._name):
                _, waiting = self._blob.get_block_list("all")
        except FileNotFoundError:
            return []
        return chained(waiting)


class AzurePartWriter:
    """Gathers bytes into blocks; what is left at the end becomes a smaller one."""

    def __init__(self, container: Container, name: str, offset: int) -> None:
        self._blob, self._offset, self._rest = container.blob(name), offset, bytearray()

    def write(self, data: bytes, /) -> int:
        """Add bytes."""
        self._rest += data
        while len(self._rest) >= BLOCK:
            self._stage(BLOCK)
        return len(data)

    def flush(self) -> None:
        """Send what is left."""
        if self._rest:
            self._stage(len(self._rest))

    def _stage(self, size: int) -> None:
        with told():
            self._blob.stage_block(block_id(self._offset), bytes(self._rest[:size]), validate_content=True)
        self._offset += size
        del self._rest[:size]


def block_id(offset: int) -> str:
    """Name the block that begins at an offset."""
    return f"{offset:0{DIGITS}d}"


def chained(blocks: Sequence[BlobBlock]) -> list[BlobBlock]:
    """Choose the blocks that follow one another without gap or overlap; foreign ids are left out."""
    chain, end = [], 0
    for block in sorted((b for b in blocks if b.id.isascii() and b.id.isdigit()), key=_offset):
        if _offset(block) == end:
            chain.append(block)
            end += int(block.size)
    return chain


def _offset(block: BlobBlock) -> int:
    return int(block.id)
