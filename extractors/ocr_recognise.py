"""What a strip says: characters with their places along the strip and how sure the network is of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from extractors.ocr_session import Floats, Run
from extractors.ocr_shapes import Pixels
from extractors.ocr_strip import HEIGHT

_PADDING = 24
_STEP = 32
_AREA = 3072
"""Pixels of width that go through the network at once."""
_CERTAIN, _POSSIBLE, _CHOICES = 0.98, 0.004, 5


@dataclass(frozen=True, slots=True)
class Character:
    """A character, where it stands along the strip (0..1), its likelihood, and what else it may be."""

    text: str
    place: float
    likelihood: float
    others: tuple[tuple[str, float], ...] = ()


def read(run: Run, alphabet: Sequence[str], strips: Sequence[Pixels]) -> list[list[Character]]:
    """Read all strips, those of a like width together."""
    answers: list[list[Character]] = [[] for _ in strips]
    for width, chosen in _batches(strips):
        batch = np.zeros((len(chosen), 3, HEIGHT, width), np.float32)
        for row, number in enumerate(chosen):
            strip = strips[number]
            batch[row, :, :, : strip.shape[1]] = (strip.astype(np.float32) * np.float32(2 / 255) - 1).transpose(2, 0, 1)
        for number, steps in zip(chosen, run(batch), strict=True):
            answers[number] = _characters(steps, alphabet, width / strips[number].shape[1])
    return answers


def _batches(strips: Sequence[Pixels]) -> Iterator[tuple[int, list[int]]]:
    """Give batches of strips with the width they are padded to."""
    order = sorted(range(len(strips)), key=lambda number: strips[number].shape[1])
    waiting: list[int] = []
    bucket = 0
    for number in order:
        width = -(-(strips[number].shape[1] + _PADDING) // _STEP) * _STEP
        if waiting and (width != bucket or (len(waiting) + 1) * width > _AREA):
            yield bucket, waiting
            waiting = []
        bucket = width
        waiting.append(number)
    if waiting:
        yield bucket, waiting


def _characters(steps: Floats, alphabet: Sequence[str], stretch: float) -> list[Character]:
    """Join the steps that say the same; the surest of them stands for all."""
    best = steps.argmax(axis=1)
    edges = [0, *(np.flatnonzero(best[1:] != best[:-1]) + 1).tolist(), len(best)]
    found = []
    for start, end in pairwise(edges):
        one = int(best[start])
        if one:
            peak = start + int(steps[start:end, one].argmax())
            place = (start + end) / 2 / len(best) * stretch
            likelihood = float(steps[peak, one])
            others = () if likelihood >= _CERTAIN else _others(steps[peak], one, alphabet)
            found.append(Character(alphabet[one], place, likelihood, others))
    return found


def _others(step: Floats, one: int, alphabet: Sequence[str]) -> tuple[tuple[str, float], ...]:
    likely = np.argpartition(step, -_CHOICES)[-_CHOICES:].tolist()
    return tuple(
        (alphabet[place], float(step[place])) for place in likely if place not in (0, one) and step[place] > _POSSIBLE
    )
