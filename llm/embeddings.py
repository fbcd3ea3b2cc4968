"""What every embedding model offers, and how text is made safe before any of them sees it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from llm.errors import EmptyTextError

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Text in, vectors of length one out; vectors are comparable only under the same `model`."""

    @property
    def model(self) -> str:
        """Name the model whose vectors these are."""

    @property
    def dimension(self) -> int:
        """Say how long a vector is."""

    @property
    def max_tokens(self) -> int:
        """Say how many tokens of a text are read; what lies behind is not seen."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found: one row each, in their order."""

    def embed_query(self, text: str) -> Vector:
        """Embed a question."""

    def count_tokens(self, text: str) -> int:
        """Count against `max_tokens`."""


def clean(text: str) -> str:
    """Take out what models choke on (NUL, lone surrogates); refuse what is empty then."""
    kept = text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")
    if not kept.strip():
        raise EmptyTextError
    return kept


def normalised(vectors: Vectors) -> Vectors:
    """Scale each row to length one."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.float32(1e-12)), dtype=np.float32)
