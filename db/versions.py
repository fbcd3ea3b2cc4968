"""Embedding versions: a model and its dimension. One is active; another may be filled beside it, then switched to."""

from dataclasses import dataclass

from psycopg import sql
from psycopg.rows import class_row

from db.errors import NotFound
from db.pool import Connection


@dataclass(frozen=True)
class Version:
    """One generation of vectors. `state` is `filling`, `active` or `retired`."""

    id: int
    model: str
    dimension: int
    state: str


COLUMNS = "id, model, dimension, state"


def living(connection: Connection) -> list[Version]:
    """List the versions that new chunks are embedded for: the active one first, then one that is being filled."""
    cursor = connection.cursor(row_factory=class_row(Version))
    return cursor.execute(
        f"SELECT {COLUMNS} FROM embedding_versions WHERE state IN ('active', 'filling') ORDER BY state"
    ).fetchall()


def active(connection: Connection) -> Version | None:
    """Give the version that is searched; None before the first document."""
    return next((version for version in living(connection) if version.state == "active"), None)


def filling(connection: Connection) -> Version | None:
    """Give the version that is being filled; there is at most one."""
    return next((version for version in living(connection) if version.state == "filling"), None)


def before(connection: Connection) -> Version | None:
    """Give the version that was searched before the active one."""
    cursor = connection.cursor(row_factory=class_row(Version))
    return cursor.execute(
        f"SELECT {COLUMNS} FROM embedding_versions WHERE state = 'retired' "
        "ORDER BY switched_at DESC NULLS LAST, id DESC LIMIT 1"
    ).fetchone()


def every(connection: Connection) -> list[Version]:
    """List all versions, oldest first."""
    cursor = connection.cursor(row_factory=class_row(Version))
    return cursor.execute(f"SELECT {COLUMNS} FROM embedding_versions ORDER BY id").fetchall()


def add(connection: Connection, model: str, dimension: int) -> Version:
    """Make a version with its HNSW index (owner connection): active if it is the first, filling otherwise."""
    with connection.transaction():
        connection.execute("LOCK TABLE embedding_versions IN SHARE ROW EXCLUSIVE MODE")
        for known in living(connection):
            if (known.model, known.dimension) == (model, dimension):
                return known
        cursor = connection.cursor(row_factory=class_row(Version))
        made = cursor.execute(
            "INSERT INTO embedding_versions (model, dimension, state) "
            "SELECT %s, %s, CASE WHEN EXISTS (SELECT FROM embedding_versions WHERE state = 'active') "
            f"THEN 'filling' ELSE 'active' END RETURNING {COLUMNS}",
            (model, dimension),
        ).fetchone()
        assert made is not None
        connection.execute(_index(made))
    return made


def switch(connection: Connection, version_id: int) -> None:
    """Make a version the one that is searched and retire the one before (owner connection); raise NotFound."""
    with connection.transaction():
        connection.execute(
            "UPDATE embedding_versions SET state = 'retired', switched_at = now() WHERE state = 'active' AND id <> %s",
            (version_id,),
        )
        cursor = connection.execute(
            "UPDATE embedding_versions SET state = 'active', switched_at = now() WHERE id = %s", (version_id,)
        )
        if cursor.rowcount == 0:
            raise NotFound(f"There is no embedding version {version_id}.")


def reopen(connection: Connection, version_id: int) -> None:
    """Fill a retired version again (owner connection)."""
    connection.execute(
        "UPDATE embedding_versions SET state = 'filling' WHERE id = %s AND state = 'retired'", (version_id,)
    )


def drop(connection: Connection, version_id: int) -> int:
    """Delete a version that is not active, with its vectors and index (owner); give the number of vectors.

    Raise NotFound. The index goes last: dropping it locks out every search until the transaction ends.
    """
    with connection.transaction():
        held = connection.execute(
            "SELECT FROM embedding_versions WHERE id = %s AND state <> 'active' FOR UPDATE", (version_id,)
        )
        if held.fetchone() is None:
            raise NotFound(f"There is no embedding version {version_id} that could be dropped.")
        gone = connection.execute("DELETE FROM vectors WHERE version_id = %s", (version_id,)).rowcount
        connection.execute("DELETE FROM embedding_versions WHERE id = %s", (version_id,))
        connection.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier(f"vectors_hnsw_{version_id}")))
    return gone


def missing(connection: Connection, version_id: int) -> int:
    """Count the chunks that a version does not hold yet (owner connection)."""
    row = connection.execute(
        "SELECT count(*) FROM chunks c WHERE NOT EXISTS "
        "(SELECT FROM vectors v WHERE v.version_id = %s AND v.chunk_id = c.id)",
        (version_id,),
    ).fetchone()
    return int(row[0]) if row else 0


def _index(version: Version) -> sql.Composed:
    return sql.SQL(
        "CREATE INDEX {name} ON vectors USING hnsw ((embedding::halfvec({dimension})) halfvec_cosine_ops) "
        "WITH (m = 16, ef_construction = 64) WHERE version_id = {id}"
    ).format(
        name=sql.Identifier(f"vectors_hnsw_{version.id}"),
        dimension=sql.Literal(version.dimension),
        id=sql.Literal(version.id),
    )
