"""A snapshot's file: a tar that ends in its own SHA-256, so that one changed byte anywhere in it is found.

settings.json, database.dump, blobs/…, manifest.json; any tar program can unpack it.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from db.blobs import sha256_of

MARK = b"\nshiomi-snapshot-sha256 "
TRAILER = len(MARK) + 64
PIECE = 1024 * 1024
BLOBS = "blobs/"
MANIFEST, SETTINGS, DATABASE = "manifest.json", "settings.json", "database.dump"


class Damaged(Exception):
    """The file is not what was written: it was cut, or a byte of it has changed."""


class ArchiveWriter:
    """Writes members one after the other; nothing is larger in memory than a piece."""

    def __init__(self, out: "_Hashed") -> None:
        self._tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT)  # type: ignore[call-overload]  # it only needs write  # noqa: SIM115
        self.blobs = self.blob_bytes = 0

    def text(self, name: str, value: Any) -> None:
        """Add a JSON document."""
        data = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()
        self._add(name, io.BytesIO(data), len(data))

    def file(self, name: str, path: Path) -> None:
        """Add a file."""
        with path.open("rb") as stream:
            self._add(name, stream, path.stat().st_size)

    def blob(self, key: str, stream: IO[bytes], size: int) -> None:
        """Add a blob."""
        self._add(BLOBS + key, stream, size)
        self.blobs += 1
        self.blob_bytes += size

    def close(self) -> None:
        """End the tar."""
        self._tar.close()

    def _add(self, name: str, stream: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, stream)


@contextmanager
def writing(path: Path) -> Iterator[ArchiveWriter]:
    """Write an archive; it appears under its name only when it is whole and on disk."""
    draft = path.with_name(path.name + ".part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "wb") as file:
            out = _Hashed(file)
            writer = ArchiveWriter(out)
            try:
                yield writer
            finally:
                writer.close()
            file.write(MARK + out.hash.hexdigest().encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def verify(path: Path, seen: Callable[[int], None] = lambda _: None) -> dict[str, Any]:
    """Read every byte and compare all hashes; give the manifest. Raise Damaged."""
    check(path, seen)
    blobs, manifest = 0, None
    for member, stream in members(path):
        if member.name.startswith(BLOBS):
            blobs += 1
            if hashlib.file_digest(stream, "sha256").hexdigest() != sha256_of(member.name.removeprefix(BLOBS)):  # type: ignore[arg-type]  # a reader
                raise Damaged(f"{path.name}: {member.name} is not what it is named after.")
        elif member.name == MANIFEST:
            manifest = json.load(stream)
    if not isinstance(manifest, dict) or manifest.get("blobs") != blobs:
        raise Damaged(f"{path.name} is not complete.")
    return manifest


def check(path: Path, seen: Callable[[int], None] = lambda _: None) -> None:
    """Compare the file with the hash at its end; raise Damaged."""
    left, taken = path.stat().st_size - TRAILER, hashlib.sha256()
    with path.open("rb") as file:
        while left > 0 and (data := file.read(min(PIECE, left))):
            taken.update(data)
            left -= len(data)
            seen(len(data))
        if file.read() != MARK + taken.hexdigest().encode():
            raise Damaged(f"{path.name} is damaged or cut short; use another snapshot.")


def members(path: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """Give the members with their content, in order; each is read before the next is asked for. Raise Damaged."""
    try:
        with tarfile.open(path, mode="r|") as tar:
            for member in tar:
                stream = tar.extractfile(member)
                if stream is None or member.name.startswith(("/", "..")) or "/../" in member.name:
                    raise Damaged(f"{path.name} has an entry that is no file of a snapshot.")
                yield member, stream
    except tarfile.TarError as error:
        raise Damaged(f"{path.name} can't be read: {error}.") from None


class _Hashed:
    def __init__(self, file: BinaryIO) -> None:
        self._file, self.hash = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        return self._file.write(data)
