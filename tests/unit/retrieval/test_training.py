"""Training finds the feature that tells right from wrong, and nothing in noise."""

import numpy as np

from retrieval.features import NAMES
from retrieval.training import Lesson, learn


def _lessons(telling: int, count: int = 60) -> list[Lesson]:
    chance = np.random.default_rng(7)
    lessons = []
    for _ in range(count):
        features = chance.random((5, len(NAMES)))
        right = int(chance.integers(5))
        features[right, telling] += 1
        lessons.append(Lesson(features, right))
    return lessons


def test_the_telling_feature_gets_the_largest_weight() -> None:
    weights = learn(_lessons(telling=3))

    assert int(np.argmax(np.abs(weights))) == 3
    assert weights[3] > 0


def test_learning_is_repeatable() -> None:
    assert np.array_equal(learn(_lessons(2, 20)), learn(_lessons(2, 20)))


def test_lessons_may_have_different_numbers_of_candidates() -> None:
    lessons = [Lesson(np.eye(len(NAMES))[:size], 0) for size in (2, 5, 3)]

    assert np.isfinite(learn(lessons)).all()
