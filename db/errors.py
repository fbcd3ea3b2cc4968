"""What can go wrong with what we remember."""


class DbError(Exception):
    """The database or the blob store refused."""


class Unavailable(DbError):
    """The database can't be reached right now; trying again is right."""


class LeaseLost(DbError):
    """Another worker has this job now; nothing more may be written."""


class NotFound(DbError):
    """There is no such record in this workspace."""
