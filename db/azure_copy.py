"""Moving, touching and erasing blobs inside an Azure account."""

import time
from contextlib import suppress
from datetime import UTC, datetime

from azure.core import MatchConditions
from azure.core.exceptions import ResourceModifiedError
from azure.storage.blob import BlobClient

from db.azure_calls import Container, told
from db.blobs import sha256_of
from db.errors import BlobDamaged, BlobsUnavailable

LONGEST_COPY_SECONDS = 600.0


def settle(container: Container, draft: BlobClient, key: str, etag: str) -> None:
    """Give a committed draft, unchanged since `etag`, its lasting name, and erase the draft."""
    if not touch(container, key):
        target = container.blob(key)
        try:
            with told():
                target.start_copy_from_url(
                    draft.url, source_etag=etag, source_match_condition=MatchConditions.IfNotModified
                )
        except ResourceModifiedError:
            raise BlobDamaged(sha256_of(key)) from None
        _wait(target)
    erase(draft)


def touch(container: Container, key: str) -> bool:
    """Make a blob young again; False when it isn't there."""
    try:
        with told(key):
            container.blob(key).set_blob_metadata({"touched": datetime.now(UTC).strftime("%Y%m%dT%H%M%S")})
    except FileNotFoundError:
        return False
    return True


def erase(blob: BlobClient) -> None:
    """Delete a blob, also one that has uncommitted blocks only: those go when something is written over them."""
    with suppress(FileNotFoundError), told():
        blob.upload_blob(b"", overwrite=True)
        blob.delete_blob()


def _wait(target: BlobClient) -> None:
    """Wait for a copy inside the account; it is instant unless the service is busy."""
    deadline = time.monotonic() + LONGEST_COPY_SECONDS
    while True:
        with told():
            state = target.get_blob_properties().copy.status
        if state in {"success", None}:
            return
        if state != "pending" or time.monotonic() > deadline:
            raise BlobsUnavailable(f"The blob store could not copy a blob ({state}).")
        time.sleep(0.2)
