"""Which blobs are named by a record, in whatever table: every text column whose name ends in `_key` is asked."""

from psycopg import sql

from db.locks import BLOBS
from db.pool import Connection

_COLUMNS = """
SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t
USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type = 'text' AND c.column_name LIKE '%\\_key'
ORDER BY 1, 2
"""
MANY = 10_000


def named(connection: Connection) -> set[str]:
    """Give the keys of all blobs that any record of any workspace names (owner's connection)."""
    found: set[str] = set()
    for table, column in connection.execute(_COLUMNS).fetchall():
        cursor = connection.execute(
            sql.SQL("SELECT DISTINCT {column} FROM {table} WHERE {column} LIKE 'sha256/%%'").format(
                column=sql.Identifier(column), table=sql.Identifier(table)
            )
        )
        while rows := cursor.fetchmany(MANY):
            found.update(row[0] for row in rows)
    return found


def keep_all(connection: Connection) -> bool:
    """Hold off the collector while this connection lives; False when it collects just now."""
    row = connection.execute("SELECT pg_try_advisory_lock_shared(%s)", (BLOBS,)).fetchone()
    return bool(row and row[0])


def may_collect(connection: Connection) -> bool:
    """Become the collector for as long as this connection lives; False while somebody keeps all blobs."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (BLOBS,)).fetchone()
    return bool(row and row[0])
