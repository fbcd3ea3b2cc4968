"""Idempotency-Key: a POST that is sent again gets the first answer again.

Source: the IETF draft "The Idempotency-Key HTTP Header Field".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from db.pool import Connection

STALE_MINUTES = 5
KEEP_DAYS = 7


@dataclass(frozen=True)
class Remembered:
    """The request a key was used for, and the answer; `status` is None while the first one still runs."""

    request_hash: bytes
    status: int | None
    headers: dict[str, str] | None
    body: str | None


def begin(connection: Connection, workspace: str, key: str, request_hash: bytes) -> Remembered | None:
    """Reserve a key; None when it was free, otherwise what it was used for."""
    connection.execute(
        "DELETE FROM idempotency_keys WHERE key = %s AND status IS NULL AND created_at < now() - make_interval(mins => %s)",
        (key, STALE_MINUTES),
    )
    cursor = connection.cursor(row_factory=class_row(Remembered))
    while True:  # between the two statements the first request may give its key free again
        reserved = connection.execute(
            "INSERT INTO idempotency_keys (workspace_id, key, request_hash) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (workspace, key, request_hash),
        )
        if reserved.rowcount:
            return None
        known = cursor.execute(
            "SELECT request_hash, status, headers, body FROM idempotency_keys WHERE key = %s", (key,)
        ).fetchone()
        if known is not None:
            return known


def finish(connection: Connection, key: str, status: int, headers: Mapping[str, str], body: str) -> None:
    """Keep the answer of a finished request."""
    connection.execute(
        "UPDATE idempotency_keys SET status = %s, headers = %s, body = %s WHERE key = %s",
        (status, Jsonb(dict(headers)), body, key),
    )


def abandon(connection: Connection, key: str) -> None:
    """Free a key whose request failed, so that it can be tried again."""
    connection.execute("DELETE FROM idempotency_keys WHERE key = %s AND status IS NULL", (key,))


def prune(connection: Connection) -> int:
    """Forget keys older than a week (engine connection); give their number."""
    return connection.execute(
        "DELETE FROM idempotency_keys WHERE created_at < now() - make_interval(days => %s)", (KEEP_DAYS,)
    ).rowcount
