"""The three doors to Postgres: a sealed workspace, the engine's tables, and the owner's migrations.

Roles are taken for one transaction only (SET LOCAL), so a pooled connection never carries a workspace over.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

import psycopg
from pgvector.psycopg import register_vector
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool

from db.errors import Unavailable
from settings.addresses import database_url

Connection = psycopg.Connection[Any]

POOL_SIZE = 12
WAIT_SECONDS = 10.0
RECONNECT_SECONDS = 2.0
"""psycopg_pool backs off for minutes otherwise, long after the database is back."""
OPTIONS = "-c timezone=UTC -c idle_in_transaction_session_timeout=30000"
"""A frozen process must not hold its locks for ever."""
PASSING_STATES = {"55P03", "25006", "25P03"}
"""Lock not available, read-only during a failover, ended because it idled in a transaction."""


@contextmanager
def transaction(workspace: str) -> Iterator[Connection]:
    """Open a transaction that sees and writes one workspace only; commit at the end, roll back on an error."""
    with _as_role("shiomi_app", workspace) as connection:
        yield connection


@contextmanager
def engine() -> Iterator[Connection]:
    """Open a transaction over the job engine's tables of all workspaces."""
    with _as_role("shiomi_engine", "") as connection:
        yield connection


@contextmanager
def owner() -> Iterator[Connection]:
    """Open an autocommit connection of the owner, for migrations and indexes only."""
    try:
        with psycopg.connect(database_url(), autocommit=True, connect_timeout=10) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise Unavailable("The database can't be reached.") from error


def listen(channel: str, *, timeout: float) -> Iterator[str | None]:
    """Yield the payloads notified on a channel, and None each time nothing came for `timeout` seconds."""
    with owner() as connection:
        connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
        while True:
            heard = [note.payload for note in connection.notifies(timeout=timeout, stop_after=1)]
            if heard:  # many say the same: take all that are there and pass each on once
                heard += [note.payload for note in connection.notifies(timeout=0)]
            yield from dict.fromkeys(heard) or [None]


@contextmanager
def _as_role(role: str, workspace: str) -> Iterator[Connection]:
    try:
        pool = _pool(os.getpid())
        connection = _begun(pool, role, workspace)
        try:
            yield connection
            _commit(connection)
        finally:
            _give_back(pool, connection)
    except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError) as error:
        if _passes(error):
            raise Unavailable("The database can't be reached.") from error
        raise


def _begun(pool: "ConnectionPool[Connection]", role: str, workspace: str) -> Connection:
    """Take a connection and begin in one round trip; one that died while it lay idle is dropped for the next."""
    begin = psycopg.sql.SQL("BEGIN; SELECT set_config('role', {}, true), set_config('shiomi.workspace', {}, true)")
    for left in range(POOL_SIZE, -1, -1):
        connection = pool.getconn(timeout=WAIT_SECONDS)
        try:
            connection.execute(begin.format(role, workspace))
            break
        except BaseException as error:
            _give_back(pool, connection)
            if not (isinstance(error, psycopg.OperationalError) and connection.closed and left):
                raise
    return connection


def _commit(connection: Connection) -> None:
    """Commit, or say that nothing was kept because a statement had failed: Postgres itself answers both with success."""
    if connection.execute("COMMIT").statusmessage != "COMMIT":
        raise psycopg.errors.InFailedSqlTransaction("A statement had failed; the transaction was rolled back.")


def _give_back(pool: "ConnectionPool[Connection]", connection: Connection) -> None:
    """Roll back what is still open; the pool drops a connection that is broken."""
    if not connection.closed and connection.info.transaction_status != TransactionStatus.IDLE:
        with suppress(psycopg.Error):
            connection.rollback()
    pool.putconn(connection)


def _passes(error: psycopg.Error) -> bool:
    """Tell a lost connection, shutdown, failover, deadlock or time-out from a refusal that would come again."""
    state = error.sqlstate
    return state is None or state[:2] in {"08", "40", "53"} or state[:3] == "57P" or state in PASSING_STATES


@lru_cache(maxsize=1)
def _pool(pid: int) -> "ConnectionPool[Connection]":
    """Make this process's pool; a forked child (another pid) gets its own and leaves the parent's sockets alone."""
    return ConnectionPool(
        database_url(),
        min_size=0,
        max_size=POOL_SIZE,
        max_idle=60,
        reconnect_timeout=RECONNECT_SECONDS,
        configure=_configure,
        open=True,
        name=f"shiomi-{pid}",
        kwargs={"autocommit": True, "connect_timeout": 5, "options": OPTIONS},
    )


def _configure(connection: Connection) -> None:
    register_vector(connection)


def forget_pool() -> None:
    """Close this process's pool; the next transaction opens a new one."""
    if _pool.cache_info().currsize:
        _pool(os.getpid()).close()
    _pool.cache_clear()
