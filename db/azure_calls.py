"""Calls to Azure Blob Storage: one client, bounded waits, and its errors told as ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.storage.blob import BlobClient, BlobServiceClient, ContainerClient, ExponentialRetry

from db.azure_blocks import BLOCK
from db.errors import BlobsUnavailable

MIB = 1024 * 1024
WAITS = {"connection_timeout": 5, "read_timeout": 30}
"""Seconds; a lost connection is tried again after about one and two seconds, then the caller decides."""
REFUSED = frozenset({401, 403})
PASSING = frozenset({408, 409, 429})
"""Refusals that end by themselves: time-outs, throttling, a container being deleted."""


class Container:
    """The container that holds the blobs; it is made before the first bytes come."""

    def __init__(self, connection_string: str, name: str) -> None:
        sizes = {"max_single_put_size": BLOCK, "max_block_size": BLOCK, "max_single_get_size": BLOCK}
        again = ExponentialRetry(initial_backoff=1, increment_base=2, retry_total=2, random_jitter_range=1)
        options: dict[str, Any] = {"retry_policy": again, **WAITS, **sizes}
        service = BlobServiceClient.from_connection_string(connection_string, **options)
        self.client: ContainerClient = service.get_container_client(name)
        self.name = name
        self.account = str(service.account_name)
        self.key: str | None = getattr(service.credential, "account_key", None)
        self._made = False

    def blob(self, name: str) -> BlobClient:
        """Give the client of one blob."""
        return self.client.get_blob_client(name)

    def make(self) -> None:
        """Make the container once; fine when it is there, or when our credentials may only use it."""
        if self._made:
            return
        with told():
            try:
                self.client.create_container()
            except ResourceExistsError:
                pass
            except HttpResponseError as error:
                if error.status_code not in REFUSED:
                    raise
        self._made = True


@contextmanager
def told(key: str = "") -> Iterator[None]:
    """Raise FileNotFoundError for what isn't there, BlobsUnavailable for a store that is away; nothing secret in it."""
    try:
        yield
    except ResourceNotFoundError as error:
        raise FileNotFoundError(2, "No such blob", key) from error
    except HttpResponseError as error:
        if error.status_code in REFUSED:
            raise BlobsUnavailable(f"The blob store refuses our credentials ({_code(error)}).") from error
        if error.status_code is None or error.status_code >= 500 or error.status_code in PASSING:
            raise BlobsUnavailable(f"The blob store answers with {error.status_code} ({_code(error)}).") from error
        raise
    except AzureError as error:
        raise BlobsUnavailable("The blob store can't be reached.") from error


def _code(error: Any) -> str:
    return str(getattr(error, "error_code", None) or type(error).__name__)
