"""How well each step of the search ranks, without a database, and whether the re-ranker's weights hold elsewhere.

Each set is its own corpus of one passage per paragraph. The pool is what Postgres hands over: the best 50 of both
sides, each with both scores. The shipped weights were learned on these very questions, so they are shown beside two
that were not: weights learned on other articles (five parts, by article) and on the other sets only.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench import samples, tables
from bench.corpus import embed
from llm.current import embedder
from retrieval.candidates import Candidate
from retrieval.features import NAMES, measure
from retrieval.fusion import fuse
from retrieval.question import question
from retrieval.rerank import RERANKED, shipped_weights
from retrieval.terms import document_weights, query_terms, query_weights
from retrieval.training import Floats, Lesson, learn

POOL = 50
PARTS = 5
Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Asked:
    """A question in the lab: the article it belongs to, where the right passage ended up, and the pool's features."""

    article: int
    ranks: dict[str, int]
    keys: list[int]
    features: Floats
    gold: int


def main(*, quick: bool = False) -> None:
    """Print the table and, last, the weights learned on all sets."""
    sets = {name: _ask_all(name, 5 if quick else 1) for name in samples.SETS}
    shipped = np.array([shipped_weights()[name] for name in NAMES])
    rows = []
    for name, asked in sets.items():
        rows += [_row(name, step, [a.ranks[step] for a in asked]) for step in ("e5", "BM25", "fused")]
        others = learn(_lessons({other: sets[other] for other in sets if other != name}))
        rows.append(_row(name, "re-ranked, shipped weights", [_rank(a, shipped) for a in asked]))
        rows.append(_row(name, "re-ranked, other articles", _cross_fitted(name, sets)))
        rows.append(_row(name, "re-ranked, other sets", [_rank(a, others) for a in asked]))
    tables.show("Search quality, step by step (%)", ["set and step", "questions", "R@1", "R@10", "nDCG@10"], rows)
    learned = learn(_lessons(sets))
    tables.say(json.dumps(dict(zip(NAMES, [round(float(w), 2) for w in learned], strict=True))))


def _ask_all(name: str, every: int) -> list[Asked]:
    paragraphs = samples.paragraphs(name)
    articles = {article: number for number, article in enumerate(dict.fromkeys(p.article for p in paragraphs))}
    asked = [(q, gold) for gold, p in enumerate(paragraphs) for q in p.questions][::every]
    texts = [p.text for p in paragraphs]
    model = embedder()
    near = np.stack([model.embed_query(q) for q, _ in asked]) @ embed(model, texts).T
    weights = [document_weights(text) for text in texts]
    frequencies = Counter(term for found in weights for term in found)
    made = []
    for number, (text, gold) in enumerate(asked):
        said = _lexical(text, weights, frequencies)
        pool = _pool(texts, near[number], said)
        hits = fuse(pool)[:RERANKED]
        ranks = {"e5": _place(near[number], gold), "BM25": _place(said, gold)}
        keys = [hit.candidate.key for hit in hits]
        ranks["fused"] = keys.index(gold) if gold in keys else len(texts)
        features = np.array(measure(question(text, frequencies, len(texts)), hits))
        made.append(Asked(articles[paragraphs[gold].article], ranks, keys, features, gold))
    return made


def _lexical(text: str, weights: Sequence[dict[int, float]], frequencies: Counter[int]) -> Scores:
    wanted = query_weights(query_terms(text), frequencies, len(weights))
    return np.array([sum(w * found[t] for t, w in wanted.items() if t in found) for found in weights], dtype=np.float32)


def _pool(texts: Sequence[str], near: Scores, said: Scores) -> list[Candidate]:
    best = set(np.argsort(-near, kind="stable")[:POOL]) | set(np.argsort(-said, kind="stable")[:POOL])
    return [Candidate(int(k), texts[k], float(near[k]), float(said[k])) for k in sorted(best)]


def _place(scores: Scores, gold: int) -> int:
    return int((scores > scores[gold]).sum())


def _rank(asked: Asked, weights: Floats) -> int:
    order = [asked.keys[place] for place in np.argsort(-(asked.features @ weights), kind="stable")]
    return order.index(asked.gold) if asked.gold in order else sys.maxsize


def _lessons(sets: dict[str, list[Asked]], *, without: int | None = None) -> list[Lesson]:
    """Make the lessons; a set counts by the root of its size, so that the largest does not drown the others."""
    return [
        Lesson(asked.features, asked.keys.index(asked.gold), len(questions) ** -0.5)
        for questions in sets.values()
        for asked in questions
        if asked.article % PARTS != without and asked.gold in asked.keys
    ]


def _cross_fitted(name: str, sets: dict[str, list[Asked]]) -> list[int]:
    ranks: list[int] = []
    for part in range(PARTS):
        weights = learn(_lessons(sets, without=part))
        ranks += [_rank(asked, weights) for asked in sets[name] if asked.article % PARTS == part]
    return ranks


def _row(name: str, step: str, ranks: Sequence[int]) -> list[str]:
    found = np.array(ranks, dtype=np.float64)
    gain = np.where(found < 10, 1 / np.log2(found + 2), 0)
    figures = (float((found < 1).mean()), float((found < 10).mean()), float(gain.mean()))
    return [f"{name}: {step}", str(len(ranks)), *(f"{100 * figure:.2f}" for figure in figures)]
