"""Candidates for a question, by meaning and by words, in one round trip; the plan follows the filter's selectivity.

Narrow (few chunks match the filters): all of them are scored exactly. Wide: HNSW with iterative scan gives the nearest
by meaning, a GIN index over the question's heaviest terms the best by words; both kinds then get both exact scores.
How many of the terms are looked up follows from the share of chunks that the filters leave.
Figures behind the limits: docs/decisions/0003-retrieval-in-postgres.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector
from psycopg import sql
from psycopg.rows import class_row

from db.chunks import sparse
from db.pool import Connection
from db.versions import Version

NARROW = 4_000
"""Up to this many matching chunks are scored one by one."""
SCORED, ENOUGH, AT_MOST = 2_000, 500, 6_000
"""About so many chunks are scored by words, those that share the terms that count most, which are rare ones; if they
are not enough, lighter terms are looked up, too."""
LOOKED_UP = 10_000
"""Places in the GIN index that are read for a look-up, at most: more is slower and finds no better ones."""
EF_SEARCH = 100
"""How many neighbours HNSW keeps in sight."""
POOL = 50
"""Candidates taken from each side."""


@dataclass(frozen=True)
class Filters:
    """What hits must be: each None means anything. Times select by when it happened."""

    kind: str | None = None
    product: str | None = None
    liver: str | None = None
    document_id: UUID | None = None
    video_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Asked:
    """A question made ready: its vector, its BM25 weights, how many chunks each term is in, and how many there are."""

    vector: NDArray[np.float32] | None
    weights: Mapping[int, float]
    frequencies: Mapping[int, int]
    total: int


@dataclass(frozen=True)
class Candidate:
    """A chunk that may answer, with its exact scores (cosine -1..1, BM25 >= 0) and its place."""

    chunk_id: int
    dense: float | None
    lexical: float
    text: str
    kind: str
    document_id: UUID
    video_id: UUID | None
    filename: str
    title: str | None
    page: int | None
    sheet: str | None
    cell_range: str | None
    bbox: list[float] | None
    start_ms: int | None
    end_ms: int | None
    heading_path: list[str]


def candidates(
    connection: Connection, workspace: str, asked: Asked, filters: Filters, version: Version | None
) -> list[Candidate]:
    """Find the chunks worth ranking: the best POOL by meaning and the best POOL by words, each with both scores."""
    where, values = _where(filters), _values(workspace, asked, filters)
    matching = asked.total if filters == Filters() else _matching(connection, where, values)
    _prepare(connection)
    if matching <= NARROW:
        plan = _narrow_plan(where, version)
    else:
        values["by_words"] = _by_words(connection, asked, matching, values)
        plan = _wide_plan(where, version)
    return connection.cursor(row_factory=class_row(Candidate)).execute(plan, values).fetchall()


_CONDITIONS = {
    "kind": "{t}kind = %(kind)s",
    "product": "{t}product = %(product)s",
    "liver": "{t}liver = %(liver)s",
    "document_id": "{t}document_id = %(document_id)s",
    "video_id": "{t}video_id = %(video_id)s",
    "since": "{t}occurred_at >= %(since)s",
    "until": "{t}occurred_at < %(until)s",
}


def _where(filters: Filters) -> sql.SQL:
    chosen = [text.format(t="") for name, text in _CONDITIONS.items() if getattr(filters, name) is not None]
    return sql.SQL(" AND ".join(["workspace_id = %(workspace)s", *chosen]))


def _values(workspace: str, asked: Asked, filters: Filters) -> dict[str, object]:
    return {
        **vars(filters),
        "workspace": workspace,
        "vector": None if asked.vector is None else HalfVector(asked.vector),
        "weights": sparse(asked.weights),
    }


def _matching(connection: Connection, where: sql.SQL, values: Mapping[str, object]) -> int:
    """Count the chunks that match the filters, if they are few; else give what the planner's statistics say."""
    plan = connection.execute(sql.SQL("EXPLAIN (FORMAT JSON) SELECT FROM chunks WHERE {}").format(where), values)
    expected = int(plan.fetchall()[0][0][0]["Plan"]["Plan Rows"])
    if expected > 4 * NARROW:
        return expected
    query = sql.SQL("SELECT count(*) FROM (SELECT FROM chunks WHERE {} LIMIT {}) few").format(where, NARROW + 1)
    found = int(connection.execute(query, values).fetchall()[0][0])
    return found if found <= NARROW else max(expected, found)


def _prepare(connection: Connection) -> None:
    connection.execute(
        "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', %s, true), "
        "set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)",
        (str(EF_SEARCH),),
    )


def _by_words(connection: Connection, asked: Asked, matching: int, values: Mapping[str, object]) -> list[int]:
    """Give the ids of the best chunks by words, looking up as many terms as it takes to have enough to choose from."""
    first = _heaviest(asked, SCORED * asked.total // matching)
    found, scored = _best(connection, first, values)
    if scored >= ENOUGH:
        return found
    seen = sum(asked.frequencies[term] for term in first)
    more = _heaviest(asked, AT_MOST * seen // max(scored, 1))
    return _best(connection, more, values)[0] if len(more) > len(first) else found


def _heaviest(asked: Asked, places: int) -> list[int]:
    """Take the terms that count most, passing over those that are found in too many places; at least one."""
    taken: list[int] = []
    left = min(places, LOOKED_UP)
    for term in sorted(asked.weights, key=lambda term: -asked.weights[term]):
        if asked.frequencies[term] <= left:
            taken.append(term)
            left -= asked.frequencies[term]
    return taken or sorted(asked.frequencies, key=lambda term: asked.frequencies[term])[:1]


def _best(connection: Connection, rare: Sequence[int], values: Mapping[str, object]) -> tuple[list[int], int]:
    rows = connection.execute(
        "SELECT chunk_id, matching FROM chunks_by_words(%(rare)s::int[], %(weights)s, %(pool)s, %(kind)s, %(product)s, "
        "%(liver)s, %(document_id)s, %(video_id)s, %(since)s, %(until)s)",
        {**values, "rare": rare, "pool": POOL},
    ).fetchall()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def _distance(version: Version) -> sql.Composed:
    kind = sql.SQL("halfvec({})").format(sql.Literal(version.dimension))
    return sql.SQL("(embedding::{kind} <=> %(vector)s::{kind})").format(kind=kind)


_SHOW = sql.SQL(
    "SELECT c.id AS chunk_id, {dense} AS dense, (- (c.weights <#> %(weights)s))::float8 AS lexical, c.text, c.kind, "
    "c.document_id, c.video_id, d.filename, d.title, c.page, c.sheet, c.cell_range, c.bbox::float8[] AS bbox, "
    "c.start_ms, c.end_ms, c.heading_path FROM pool JOIN chunks c ON c.id = pool.id "
    "JOIN documents d ON d.id = c.document_id {vectors}"
)


def _show(version: Version | None) -> sql.Composed:
    if version is None:
        return _SHOW.format(dense=sql.SQL("NULL::float8"), vectors=sql.SQL(""))
    join = sql.SQL("LEFT JOIN vectors v ON v.version_id = {} AND v.chunk_id = c.id").format(sql.Literal(version.id))
    return _SHOW.format(dense=sql.SQL("1 - {}").format(_distance(version)), vectors=join)


def _narrow_plan(where: sql.SQL, version: Version | None) -> sql.Composed:
    by_words = sql.SQL(
        "matching AS MATERIALIZED (SELECT id, weights <#> %(weights)s AS apart FROM chunks WHERE {where}), "
        "lexical AS (SELECT id FROM matching WHERE apart < 0 ORDER BY apart LIMIT {pool})"
    ).format(where=where, pool=POOL)
    if version is None:
        return sql.SQL("WITH {}, pool AS (SELECT id FROM lexical) {}").format(by_words, _show(version))
    by_meaning = sql.SQL(
        "dense AS (SELECT id FROM (SELECT m.id, {distance} AS far FROM matching m JOIN vectors v ON v.version_id = {version} "
        "AND v.chunk_id = m.id OFFSET 0) near ORDER BY far LIMIT {pool})"
    ).format(version=sql.Literal(version.id), distance=_distance(version), pool=POOL)
    return _both(by_words, by_meaning, version)


def _wide_plan(where: sql.SQL, version: Version | None) -> sql.Composed:
    by_words = sql.SQL("lexical AS (SELECT unnest(%(by_words)s::bigint[]) AS id)").format()
    if version is None:
        return sql.SQL("WITH {}, pool AS (SELECT id FROM lexical) {}").format(by_words, _show(version))
    by_meaning = sql.SQL(
        "dense AS MATERIALIZED (SELECT chunk_id AS id FROM vectors WHERE version_id = {version} AND {where} "
        "ORDER BY {distance} LIMIT {pool})"
    ).format(version=sql.Literal(version.id), where=where, distance=_distance(version), pool=POOL)
    return _both(by_words, by_meaning, version)


def _both(by_words: sql.Composed, by_meaning: sql.Composed, version: Version) -> sql.Composed:
    return sql.SQL("WITH {}, {}, pool AS (SELECT id FROM lexical UNION SELECT id FROM dense) {}").format(
        by_words, by_meaning, _show(version)
    )
