"""Search over 100,000 chunks: how fast, how complete and how right, by how much the filters leave.

What is timed is all of `retrieval.search.search` but the embedding of the question, which is measured by itself. The
baseline is the exact plan: every chunk that matches is scored by meaning and by words, no index decides anything.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import db
from bench import corpus, filling, tables
from bench.stack import stack
from db import search as store
from llm.current import embedder
from retrieval import search as searching
from retrieval.search import Filters, Found, Question, search

WORKSPACE = "large"
FILTERS = {
    "0.1 % (product)": Filters(product="tenth of a percent"),
    "1 % (product)": Filters(product="one percent"),
    "10 % (product)": Filters(product="ten percent"),
    "10 % (liver)": Filters(liver="ten percent"),
    "100 % (kind)": Filters(kind="document"),
    "no filter": Filters(),
}
RECALL, P95_MS, K = 0.99, 25.0, 10


@dataclass(frozen=True)
class Asked:
    """What came back for a list of questions, and in how many milliseconds each."""

    hits: Sequence[frozenset[int]]
    ms: Sequence[float]


def main(*, quick: bool) -> None:
    """Fill a workspace and ask."""
    chunks, asked = (20_000, 60) if quick else (100_000, 250)
    with stack():
        model = embedder()
        tables.say(f"making {chunks:,} chunks …")
        made = corpus.make(chunks, model)
        questions = made.questions[:asked]
        tables.say("filling the tables and building the indexes …")
        filling.fill(WORKSPACE, made, model.model)
        with _questions_embedded(questions) as embedding_ms:
            rows = [_row(name, filters, questions) for name, filters in FILTERS.items()]
    _print(rows, chunks, asked, embedding_ms)


def _print(rows: Sequence[Sequence[object]], chunks: int, asked: int, embedding_ms: Sequence[float]) -> None:
    tables.show(
        f"Search over {chunks:,} chunks, {asked} real questions, top {K}",
        ("filter leaves", "chunks", "full k", f"recall@{K}", f">= {RECALL}", "p50 ms", "p95 ms", f"<= {P95_MS:.0f}",
         "exact p50 ms", "times faster"),
        rows,
        f"Without the embedding of the question, which takes p50 {tables.median(embedding_ms):.1f} ms, "
        f"p95 {tables.percentile(embedding_ms, 0.95):.1f} ms. Recall is measured against the exact plan.",
    )  # fmt: skip


def _row(name: str, filters: Filters, questions: Sequence[str]) -> list[object]:
    matching = _matching(filters)
    with patch.object(store, "NARROW", 10**9):
        exact = _ask(questions, filters)
    _ask(questions[:30], filters)
    found = _ask(questions, filters)
    full = all(len(hits) == min(K, matching) for hits in found.hits)
    recall = sum(len(a & b) / len(b) for a, b in zip(found.hits, exact.hits, strict=True)) / len(questions)
    p50, p95 = tables.median(found.ms), tables.percentile(found.ms, 0.95)
    exact_p50 = tables.median(exact.ms)
    return [
        name, f"{matching:,}", "yes" if full else "[red]no[/]", f"{recall:.4f}", tables.verdict(recall, RECALL),
        f"{p50:.1f}", f"{p95:.1f}", tables.verdict(p95, P95_MS, most=True), f"{exact_p50:.1f}",
        f"{exact_p50 / p50:.1f}",
    ]  # fmt: skip


def _ask(questions: Sequence[str], filters: Filters) -> Asked:
    found = [search(WORKSPACE, Question(question, K, filters)) for question in questions]
    return Asked([_ids(one) for one in found], [one.took_ms for one in found])


def _ids(found: Found) -> frozenset[int]:
    return frozenset(hit.chunk_id for hit in found.hits)


def _matching(filters: Filters) -> int:
    with db.transaction(WORKSPACE) as connection:
        row = connection.execute(
            "SELECT count(*) FROM chunks WHERE (%(product)s::text IS NULL OR product = %(product)s) "
            "AND (%(liver)s::text IS NULL OR liver = %(liver)s)",
            vars(filters),
        ).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def _questions_embedded(questions: Sequence[str]) -> Iterator[list[float]]:
    """Embed the questions beforehand; give how long each took."""
    model, ms, vectors = embedder(), [], {}
    for question in questions:
        began = time.perf_counter()
        vectors[question] = model.embed_query(question)
        ms.append((time.perf_counter() - began) * 1000)
    with patch.object(searching, "_vector", lambda query, _version: vectors[query]):
        yield ms
