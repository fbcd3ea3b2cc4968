"""From a question to hits: terms and vector, candidates from Postgres, fusion, re-ranking, each hit with its source."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog

import db
from db import screenshots, versions
from db import search as store
from db import terms as counts
from db.search import Asked, Filters
from db.versions import Version
from llm.current import embedder
from llm.embeddings import Vector
from llm.errors import ModelError
from retrieval.candidates import Candidate
from retrieval.candidates import Hit as RankedHit
from retrieval.question import Question as AskedFor
from retrieval.question import question as make_question
from retrieval.rerank import rerank
from retrieval.terms import query_terms, query_weights

log = structlog.get_logger(__name__)

__all__ = ["Filters", "Found", "Hit", "Question", "Source", "search"]


@dataclass(frozen=True)
class Question:
    """What is asked for, how many hits are wanted, and what they must be."""

    query: str
    top_k: int = 10
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True)
class Source:
    """The place a hit came from; what does not apply is None. Boxes are x, y, width, height in the page's units."""

    kind: str
    document_id: UUID | None
    screenshot_id: UUID | None
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


@dataclass(frozen=True)
class Hit:
    """A passage that may answer, with its final score and what that score is made of."""

    chunk_id: int
    text: str
    score: float
    scores: dict[str, float]
    source: Source


@dataclass(frozen=True)
class Found:
    """The hits, best first. `by_words_only` is True when the embedding model could not be asked."""

    hits: tuple[Hit, ...]
    took_ms: float
    by_words_only: bool = False


def search(workspace: str, question: Question) -> Found:
    """Find the passages of a workspace that answer a question best."""
    began = time.perf_counter()
    terms = query_terms(question.query)
    with db.transaction(workspace) as connection:
        version = versions.active(connection)
        frequencies, total = counts.frequencies(connection, workspace, list(terms))
    vector = _vector(question.query, version)
    usable = version if vector is not None else None
    asked = Asked(vector, query_weights(terms, frequencies, total), frequencies, total)
    with db.transaction(workspace) as connection:
        found = store.candidates(connection, workspace, asked, question.filters, usable)
    hits = rank(make_question(question.query, frequencies, total), found, question.top_k)
    return Found(tuple(hits), (time.perf_counter() - began) * 1000, by_words_only=usable is None)


def rank(asked: AskedFor, found: Sequence[store.Candidate], top_k: int) -> list[Hit]:
    """Give the best candidates in order; one without a vector counts as far as the farthest."""
    farthest = min((c.dense for c in found if c.dense is not None), default=0.0)
    by_id = {c.chunk_id: c for c in found}
    candidates = [
        Candidate(c.chunk_id, c.text, farthest if c.dense is None else c.dense, c.lexical, tuple(c.heading_path))
        for c in found
    ]
    return [_hit(by_id[ranked.candidate.key], ranked) for ranked in rerank(asked, candidates)[:top_k]]


def _vector(query: str, version: Version | None) -> Vector | None:
    """Embed the question; None when nothing is embedded yet or the model is away: words alone must do then."""
    if version is None:
        return None
    try:
        return embedder(version.model, version.dimension).embed_query(query)
    except ModelError as error:
        log.warning("question not embedded", code=error.code)
        return None


def _hit(candidate: store.Candidate, ranked: RankedHit) -> Hit:
    scores = {**ranked.scores, **{f"feature_{name}": value for name, value in ranked.features.items()}}
    return Hit(candidate.chunk_id, candidate.text, ranked.score, scores, _source(candidate))


def _source(candidate: store.Candidate) -> Source:
    """Name the place under the id of its kind."""
    fields: dict[str, Any] = {name: getattr(candidate, name, None) for name in Source.__dataclass_fields__}
    if candidate.kind == screenshots.KIND:
        fields |= {"document_id": None, "screenshot_id": candidate.document_id}
    return Source(**fields)
