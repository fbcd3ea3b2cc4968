"""Files in a container of Azure Blob Storage that is not ours: listed in order and read, never written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from db.azure_calls import Container, told


@dataclass(frozen=True)
class Listed:
    """A file of the container."""

    name: str
    bytes: int
    changed_at: datetime


class AzureFiles:
    """The files under a prefix."""

    def __init__(self, connection_string: str, container: str, prefix: str) -> None:
        """Point at a container; nothing is asked yet."""
        self._container, self._prefix = Container(connection_string, container), prefix

    def listing(self) -> Iterator[Listed]:
        """List all files in the order of their names."""
        with told():
            for blob in self._container.client.list_blobs(name_starts_with=self._prefix or None):
                yield Listed(str(blob.name), int(blob.size), blob.last_modified)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read a file piece by piece."""
        with told(name):
            yield from self._container.blob(name).download_blob().chunks()
