"""Fusion mixes stretched scores, never ranks."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval.candidates import Candidate
from retrieval.fusion import fuse, stretched


def _candidate(key: int, dense: float, lexical: float) -> Candidate:
    return Candidate(key, f"text {key}", dense, lexical)


def test_the_best_of_both_sides_comes_first() -> None:
    hits = fuse([_candidate(1, 0.9, 1.0), _candidate(2, 0.7, 9.0), _candidate(3, 0.89, 8.5)])

    assert [hit.candidate.key for hit in hits] == [3, 1, 2]


def test_a_clear_lead_outweighs_a_narrow_loss() -> None:
    hits = fuse([_candidate(1, 0.90, 2.0), _candidate(2, 0.89, 20.0), _candidate(3, 0.5, 0.0)])

    assert hits[0].candidate.key == 2


def test_scores_stay_in_sight() -> None:
    hit = fuse([_candidate(1, 0.9, 4.0), _candidate(2, 0.8, 2.0)])[0]

    assert hit.scores == {"dense": 0.9, "lexical": 4.0, "fused": 1.0}


def test_equal_candidates_come_in_the_order_of_their_keys() -> None:
    assert [hit.candidate.key for hit in fuse([_candidate(2, 1, 1), _candidate(1, 1, 1)])] == [1, 2]


def test_nothing_gives_nothing() -> None:
    assert fuse([]) == []


@given(st.lists(st.floats(-1e6, 1e6), max_size=20))
def test_stretching_keeps_the_order_and_the_bounds(values: list[float]) -> None:
    result = stretched(values)

    assert all(0 <= value <= 1 for value in result)
    order = sorted(range(len(values)), key=values.__getitem__)
    assert [result[place] for place in order] == sorted(result)
