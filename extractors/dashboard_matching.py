"""Least-cost matching of values to labels: each label names at most one value, and a blank has a price too."""

from collections.abc import Mapping

Edges = Mapping[int, Mapping[int, float]]
"""Cost of each possible pair: value -> label -> cost."""


def match(edges: Edges, blank: float) -> dict[int, int]:
    """Return the value -> label pairs whose cost, with `blank` for each value left alone, is the least."""
    done: dict[int, int] = {}
    for values in _components(edges, blank):
        done.update(_solve({value: edges[value] for value in values}, blank))
    return done


def _components(edges: Edges, blank: float) -> list[list[int]]:
    """Part the values into groups that share no label."""
    groups: list[tuple[set[int], set[int]]] = []
    for value, labels in edges.items():
        mine = ({value}, {label for label, cost in labels.items() if cost < blank})
        apart = []
        for group in groups:
            if group[1] & mine[1]:
                mine = (mine[0] | group[0], mine[1] | group[1])
            else:
                apart.append(group)
        groups = [*apart, mine]
    return [sorted(values) for values, labels in groups if labels]


def _solve(edges: Edges, blank: float) -> dict[int, int]:
    """Solve one group with the shortest-augmenting-path method; each value has a blank of its own."""
    values = list(edges)
    labels = sorted({label for some in edges.values() for label, cost in some.items() if cost < blank})
    far = 1e9
    costs = [
        [edges[value].get(label, far) for label in labels] + [blank if at == own else far for own in range(len(values))]
        for at, value in enumerate(values)
    ]
    owner = _assign(costs)
    return {values[row]: labels[column] for column, row in owner.items() if column < len(labels)}


def _assign(costs: list[list[float]]) -> dict[int, int]:
    """Return column -> row of the cheapest assignment of every row."""
    rows, columns = len(costs), len(costs[0])
    high, low = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner, way = [0] * (columns + 1), [0] * (columns + 1)
    for row in range(1, rows + 1):
        owner[0] = row
        column = _augment(costs, row, (high, low, owner, way))
        while column:
            owner[column] = owner[way[column]]
            column = way[column]
    return {column - 1: owner[column] - 1 for column in range(1, columns + 1) if owner[column]}


def _augment(costs: list[list[float]], _row: int, state: tuple[list[float], list[float], list[int], list[int]]) -> int:
    high, low, owner, way = state
    columns = len(low) - 1
    least, used, column = [float("inf")] * (columns + 1), [False] * (columns + 1), 0
    while True:
        used[column] = True
        row, delta, following = owner[column], float("inf"), 0
        line = costs[row - 1]
        for other in range(1, columns + 1):
            if used[other]:
                continue
            cost = line[other - 1] - high[row] - low[other]
            if cost < least[other]:
                least[other], way[other] = cost, column
            if least[other] < delta:
                delta, following = least[other], other
        for other in range(columns + 1):
            if used[other]:
                high[owner[other]] += delta
                low[other] -= delta
            else:
                least[other] -= delta
        column = following
        if owner[column] == 0:
            return column
