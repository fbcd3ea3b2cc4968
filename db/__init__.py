"""Everything that remembers: one file for each noun, holding its dataclass and its SQL."""

from db.pool import Connection, engine, owner, transaction

__all__ = ["Connection", "engine", "owner", "transaction"]
