"""What can go wrong with what we remember."""


class DbError(Exception):
    """The database or the blob store refused."""


class Unavailable(DbError):
    """The database can't be reached right now; trying again is right."""


class BlobsUnavailable(Unavailable):
    """The blob store can't be reached right now; trying again is right."""


class BlobDamaged(DbError):
    """The bytes of a blob are no longer those it was named after."""

    def __init__(self, sha256: str) -> None:
        """Say which."""
        super().__init__(f"The stored bytes of {sha256} are damaged or incomplete; restore them from a snapshot.")
        self.sha256 = sha256


class UploadBusy(DbError):
    """Another connection still sends bytes for this upload."""


class UploadMoved(DbError):
    """The upload has another size than the sender believes."""

    def __init__(self, size: int) -> None:
        """Keep the size."""
        super().__init__(f"The upload has {size} bytes.")
        self.size = size


class LeaseLost(DbError):
    """Another worker has this job now; nothing more may be written."""


class NotFound(DbError):
    """There is no such record in this workspace."""
