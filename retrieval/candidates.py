"""What the database hands over for a question, and what goes back with every score in sight."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Candidate:
    """A passage that one of the two searches found, with the exact score of both."""

    key: int
    text: str
    dense: float
    lexical: float
    headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A candidate in its place, and how it got there."""

    candidate: Candidate
    score: float
    scores: Mapping[str, float]
    features: Mapping[str, float] = field(default_factory=dict)
