"""Learn the re-ranker's weights from questions whose right passage is known: listwise logistic regression, Adagrad.

Listwise, because only the order within one question matters; few features and a pull towards zero, because a weight
learned from three kinds of text must hold for a fourth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.features import NAMES

STEPS = 400
RATE = 0.5
PULL = 1e-4

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lesson:
    """One question: a row of features per candidate, which row is right, and how much the question counts."""

    features: Floats
    right: int
    weight: float = 1.0


def learn(lessons: Sequence[Lesson], *, begin: Floats | None = None) -> Floats:
    """Find the weights, in the order of NAMES, that put the right candidates first."""
    features, present, right = _packed(lessons)
    share = np.array([lesson.weight for lesson in lessons])
    share = share / share.sum()
    weights = np.zeros(len(NAMES)) if begin is None else begin.copy()
    squares = np.full(len(weights), 1e-8)
    for _ in range(STEPS):
        blame = _chances(features, present, weights)
        blame[np.arange(len(right)), right] -= 1
        slope = np.einsum("i,ij,ijk->k", share, blame, features) + PULL * weights
        squares += slope * slope
        weights -= RATE * slope / np.sqrt(squares)
    return weights


def _chances(features: Floats, present: NDArray[np.bool_], weights: Floats) -> Floats:
    scores = np.where(present, features @ weights, -np.inf)
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def _packed(lessons: Sequence[Lesson]) -> tuple[Floats, NDArray[np.bool_], NDArray[np.intp]]:
    longest = max(len(lesson.features) for lesson in lessons)
    features = np.zeros((len(lessons), longest, len(NAMES)))
    present = np.zeros((len(lessons), longest), dtype=bool)
    for number, lesson in enumerate(lessons):
        features[number, : len(lesson.features)] = lesson.features
        present[number, : len(lesson.features)] = True
    return features, present, np.array([lesson.right for lesson in lessons])
