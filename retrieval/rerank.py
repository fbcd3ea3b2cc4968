"""Put the best candidates into their final order: a linear model over a few features, weights in a file."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from retrieval.candidates import Candidate, Hit
from retrieval.features import NAMES, measure
from retrieval.fusion import fuse
from retrieval.question import Question

RERANKED = 30
_FILE = Path(__file__).with_name("rerank_weights.json")


def rerank(asked: Question, candidates: Sequence[Candidate], weights: Mapping[str, float] | None = None) -> list[Hit]:
    """Order the candidates: the best by fusion are looked at closely, the rest follow as fused."""
    fused = fuse(candidates)
    close, rest = fused[:RERANKED], fused[RERANKED:]
    if not close:
        return []
    chosen = weights or shipped_weights()
    ranked = [_reranked(hit, values, chosen) for hit, values in zip(close, measure(asked, close), strict=True)]
    ranked.sort(key=lambda hit: (-hit.score, hit.candidate.key))
    lowest = ranked[-1].score
    return ranked + [_following(hit, lowest) for hit in rest]


@cache
def shipped_weights() -> Mapping[str, float]:
    """Read the weights that come with the platform; `learning` may pass better ones."""
    weights: dict[str, float] = json.loads(_FILE.read_text())["weights"]
    return weights


def _reranked(hit: Hit, values: tuple[float, ...], weights: Mapping[str, float]) -> Hit:
    features = dict(zip(NAMES, values, strict=True))
    score = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return Hit(hit.candidate, score, {**hit.scores, "rerank": score}, features)


def _following(hit: Hit, lowest: float) -> Hit:
    score = lowest - 1 + hit.scores["fused"]
    return Hit(hit.candidate, score, {**hit.scores, "rerank": score}, hit.features)
