"""The matching of values to labels is the cheapest there is."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from extractors.dashboard_matching import Edges, match

BLANK = 4.0


def price(edges: Edges, pairs: dict[int, int]) -> float:
    """Give what a matching costs."""
    return sum(edges[value][pairs[value]] if value in pairs else BLANK for value in edges)


def cheapest(edges: Edges, labels: int) -> float:
    """Give the least cost, by trying everything."""
    places = [*range(labels), *([None] * len(edges))]
    return min(
        sum(BLANK if label is None else edges[value].get(label, 99) for value, label in zip(edges, chosen, strict=True))
        for chosen in set(permutations(places, len(edges)))
    )


@given(st.lists(st.dictionaries(st.integers(0, 2), st.floats(0, 6), max_size=3), min_size=1, max_size=3))
def test_no_other_matching_costs_less(rows: list[dict[int, float]]) -> None:
    edges = dict(enumerate(rows))
    found = match(edges, BLANK)
    assert len(set(found.values())) == len(found)
    assert abs(price(edges, found) - cheapest(edges, 3)) < 1e-6


def test_a_label_that_two_values_want_goes_where_all_together_cost_least() -> None:
    assert match({0: {0: 0.5, 1: 0.6}, 1: {0: 0.4}}, BLANK) == {0: 1, 1: 0}


def test_a_pair_dearer_than_a_blank_is_not_made() -> None:
    assert match({0: {0: 4.5}}, BLANK) == {}
