"""Reading a blob through ranges, with its checksum taken on the way."""

import hashlib
import io
from collections.abc import Callable
from typing import BinaryIO, cast

from db.errors import BlobDamaged

Fetch = Callable[[int, int], bytes]
"""Gives the bytes from an offset on, at most so many, at least one before the end."""


def reader(fetch: Fetch, size: int, sha256: str, *, buffer: int, close: Callable[[], None] = lambda: None) -> BinaryIO:
    """Open bytes for reading: who reads them all in order gets the last ones only if all are sound."""
    return cast(BinaryIO, io.BufferedReader(_Checked(fetch, size, sha256, close), buffer))


class _Checked(io.RawIOBase):
    """A seekable raw stream; it has no file descriptor, so that no server sends its bytes unchecked."""

    def __init__(self, fetch: Fetch, size: int, sha256: str, close: Callable[[], None]) -> None:
        super().__init__()
        self._fetch, self._size, self._sha256, self._close = fetch, size, sha256, close
        self._at = self._hashed = 0
        self._hash = hashlib.sha256()

    def close(self) -> None:
        """Give back what is read from."""
        if not self.closed:
            self._close()
        super().close()

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes; who jumps about gets bytes that are not checked."""
        return True

    def tell(self) -> int:
        """Give the position."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]  # any writable buffer
        """Read some bytes, none at the end."""
        wanted = min(len(target), self._size - self._at)
        if wanted <= 0:
            self._check()
            return 0
        data = self._fetch(self._at, wanted)
        if not data:
            raise BlobDamaged(self._sha256)
        self._take(data)
        target[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        """Read the rest."""
        data = bytearray(max(0, self._size - self._at))
        view, got = memoryview(data), 0
        while got < len(data):
            got += self.readinto(view[got:])
        self._check()
        return bytes(data)

    def _take(self, data: bytes) -> None:
        if self._at == self._hashed:
            self._hash.update(data)
            self._hashed += len(data)
        self._at += len(data)
        self._check()

    def _check(self) -> None:
        """Compare once everything was read in order."""
        if self._hashed == self._size and self._hash.hexdigest() != self._sha256:
            raise BlobDamaged(self._sha256)
