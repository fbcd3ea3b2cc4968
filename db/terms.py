"""In how many chunks of a workspace each term occurs: the document frequencies of BM25.

Term 0 is in every chunk, so its count is the number of chunks. Rows are locked in one order, so two workers that
count the same terms wait for each other instead of deadlocking.
"""

from collections.abc import Sequence
from uuid import UUID

from db.pool import Connection

ALL = 0


def count(connection: Connection, workspace: str, terms_of_chunks: Sequence[Sequence[int]]) -> None:
    """Add chunks to the counts; each chunk is given as its distinct terms."""
    totals: dict[int, int] = {ALL: len(terms_of_chunks)}
    for terms in terms_of_chunks:
        for term in terms:
            totals[term] = totals.get(term, 0) + 1
    ordered = sorted(totals)
    connection.execute(
        "INSERT INTO term_counts (workspace_id, term, chunks) SELECT %s, t, n FROM unnest(%s::int[], %s::int[]) AS u (t, n) "
        "ON CONFLICT (workspace_id, term) DO UPDATE SET chunks = term_counts.chunks + excluded.chunks",
        (workspace, ordered, [totals[term] for term in ordered]),
    )


def uncount(connection: Connection, workspace: str, document_id: UUID) -> None:
    """Take the chunks of a document out of the counts; call it before they are deleted."""
    row = connection.execute("SELECT EXISTS (SELECT FROM chunks WHERE document_id = %s)", (document_id,)).fetchone()
    if not row or not row[0]:
        return
    connection.execute(
        "WITH gone AS ("
        "  SELECT t, count(*) AS n FROM chunks, unnest(terms || 0) t WHERE document_id = %(document)s GROUP BY t"
        "), locked AS ("
        "  SELECT term, n FROM term_counts JOIN gone ON gone.t = term WHERE workspace_id = %(workspace)s "
        "  ORDER BY term FOR UPDATE OF term_counts"
        ") UPDATE term_counts c SET chunks = c.chunks - locked.n FROM locked "
        "WHERE c.workspace_id = %(workspace)s AND c.term = locked.term",
        {"document": document_id, "workspace": workspace},
    )


def recount(connection: Connection, workspace: str, gone: Sequence[int], come: Sequence[int]) -> None:
    """Move the counts of one chunk from the terms it had to those it has."""
    changes = dict.fromkeys(come, 1) | dict.fromkeys(gone, -1)
    changed = sorted(changes.keys() - (set(gone) & set(come)))
    connection.execute(
        "INSERT INTO term_counts (workspace_id, term, chunks) SELECT %s, t, n FROM unnest(%s::int[], %s::int[]) AS u (t, n) "
        "ON CONFLICT (workspace_id, term) DO UPDATE SET chunks = term_counts.chunks + excluded.chunks",
        (workspace, changed, [changes[term] for term in changed]),
    )


def frequencies(connection: Connection, workspace: str, terms: Sequence[int]) -> tuple[dict[int, int], int]:
    """Give the document frequency of each term that occurs, and the number of chunks."""
    rows = connection.execute(
        "SELECT term, chunks FROM term_counts WHERE workspace_id = %s AND term = ANY (%s) AND chunks > 0",
        (workspace, [ALL, *terms]),
    )
    found = dict(rows.fetchall())
    return found, found.pop(ALL, 0)
