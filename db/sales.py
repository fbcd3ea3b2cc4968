"""Sales: the figures that came with an analysis, for the whole session, a phase or a product.

Money is a number with its currency and is never added across currencies; paid and created orders, and GMV within 24
hours, are figures of their own that nothing adds to others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from psycopg.rows import class_row

from db.pool import Connection

SESSION, PHASE, PRODUCT = "session", "phase", "product"


@dataclass(frozen=True)
class Figure:
    """One value: `item` names the phase or product, `currency` is empty for what is no money."""

    scope: str
    item: str
    name: str
    currency: str
    value: Decimal
    unit: str


def put(connection: Connection, workspace: str, figures: Mapping[UUID, Sequence[Figure]]) -> None:
    """Store the figures of analyses in place of those they had."""
    connection.execute("DELETE FROM sales WHERE analysis_id = ANY (%s)", (list(figures),))
    rows = [(analysis_id, *vars(one).values()) for analysis_id, given in figures.items() for one in given]
    if rows:
        ids, scopes, items, names, currencies, values, units = (list(column) for column in zip(*rows, strict=True))
        connection.execute(
            "INSERT INTO sales (analysis_id, workspace_id, scope, item, name, currency, value, unit) "
            "SELECT r.id, %s, r.scope, r.item, r.name, r.currency, r.value, r.unit FROM unnest(%s::uuid[], %s::text[], "
            "%s::text[], %s::text[], %s::text[], %s::numeric[], %s::text[]) r (id, scope, item, name, currency, value, unit)",
            (workspace, ids, scopes, items, names, currencies, values, units),
        )


def of_analysis(connection: Connection, analysis_id: UUID) -> list[Figure]:
    """Read the figures of an analysis."""
    cursor = connection.cursor(row_factory=class_row(Figure))
    return cursor.execute(
        "SELECT scope, item, name, currency, value, unit FROM sales WHERE analysis_id = %s "
        "ORDER BY scope = 'session' DESC, scope, item, name, currency",
        (analysis_id,),
    ).fetchall()


_NEWEST = (
    "SELECT DISTINCT ON (a.session, s.name, s.currency) a.session, s.name, s.currency, s.value, s.unit FROM sales s "
    "JOIN analyses a ON a.id = s.analysis_id WHERE s.scope = 'session' "
)
_ORDER = "ORDER BY a.session, s.name, s.currency, a.created_at DESC, a.id DESC"


def total_gmv(connection: Connection) -> dict[str, Decimal]:
    """Add up the GMV of all sessions, each once, by currency."""
    rows = connection.execute(
        f"SELECT currency, sum(value) FROM ({_NEWEST} AND s.name = 'gmv' {_ORDER}) n GROUP BY currency ORDER BY currency"
    ).fetchall()
    return dict(rows)


def by_session(connection: Connection, sessions: Sequence[str]) -> dict[str, list[Figure]]:
    """Read what counts for each of these sessions."""
    found: dict[str, list[Figure]] = {session: [] for session in sessions}
    rows = connection.execute(f"{_NEWEST} AND a.session = ANY (%s) {_ORDER}", (list(sessions),)).fetchall()
    for session, name, currency, value, unit in rows:
        found[session].append(Figure(SESSION, "", name, currency, value, unit))
    return found
