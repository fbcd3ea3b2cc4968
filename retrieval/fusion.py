"""Bring two scores that don't compare onto one scale.

Ranks are not used: reciprocal rank fusion throws away how clear a lead is, and loses to BM25 alone on Japanese.
"""

from collections.abc import Sequence

from retrieval.candidates import Candidate, Hit

DENSE_SHARE = 0.5


def fuse(candidates: Sequence[Candidate], *, dense_share: float = DENSE_SHARE) -> list[Hit]:
    """Order the candidates by the mix of both scores, each stretched to 0..1 over the candidates."""
    dense = stretched([candidate.dense for candidate in candidates])
    lexical = stretched([candidate.lexical for candidate in candidates])
    hits = [
        _hit(candidate, dense_share * near + (1 - dense_share) * said, near, said)
        for candidate, near, said in zip(candidates, dense, lexical, strict=True)
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.candidate.key))


def stretched(values: Sequence[float]) -> list[float]:
    """Stretch values so that the lowest is 0 and the highest 1; all equal gives 0."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    return [(value - low) / (high - low) if high > low else 0.0 for value in values]


def _hit(candidate: Candidate, fused: float, dense: float, lexical: float) -> Hit:
    scores = {"dense": candidate.dense, "lexical": candidate.lexical, "fused": fused}
    return Hit(candidate, fused, scores, {"dense": dense, "lexical": lexical})
