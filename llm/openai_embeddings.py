"""Embeddings from OpenAI, Azure OpenAI or any server that speaks their format."""

import base64
import binascii
import copy
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from llm import wire
from llm.chat import Usage
from llm.connection import Connection
from llm.embeddings import Vector, Vectors, clean, normalised
from llm.errors import BadAnswerError, WrongDimensionError
from llm.gate import Gate
from llm.retries import IN_A_JOB, SOMEONE_WAITS, Patience, patiently
from llm.tokens import estimate

KNOWN_DIMENSIONS = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
MAX_TOKENS = 8191
BATCH_TEXTS = 256
BATCH_TOKENS = 100_000
SMALLEST, LARGEST = 1e-9, 1e9
"""Between these lies the largest number of any sound vector; none beyond could be scaled to length one."""


class OpenAIEmbeddings:
    """Connects on first use and keeps the connection; one request carries many texts."""

    max_tokens = MAX_TOKENS

    def __init__(
        self,
        connection: Connection,
        model: str,
        *,
        dimension: int | None = None,
        patience: Patience = IN_A_JOB,
        query_patience: Patience = SOMEONE_WAITS,
    ) -> None:
        self.model = model
        self._connection = connection
        self._asked_dimension = dimension if model.startswith("text-embedding-3") else None
        self._dimension = dimension or KNOWN_DIMENSIONS.get(model)
        self._patience = patience
        self._query_patience = query_patience
        self._gate: Gate | None = None

    def behind(self, gate: Gate) -> "OpenAIEmbeddings":
        """Give the same model with each call counted and limited by a gate."""
        gated = copy.copy(self)
        gated._gate = gate
        return gated

    @property
    def dimension(self) -> int:
        """Say how long a vector is; of a model nobody has heard of, ask for one and measure it."""
        if self._dimension is None:
            self._ask(["dimension"], self._patience)
        assert self._dimension is not None
        return self._dimension

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found: one row each, in their order."""
        batches = [self._ask(batch, self._patience) for batch in _batches([clean(text) for text in texts])]
        return np.concatenate(batches) if batches else np.empty((0, self.dimension), np.float32)

    def embed_query(self, text: str) -> Vector:
        """Embed a question."""
        row: Vector = self._ask([clean(text)], self._query_patience)[0]
        return row

    def count_tokens(self, text: str) -> int:
        """Estimate from above without the model's own vocabulary, which only the network has."""
        return estimate(text) + 1

    def _ask(self, texts: list[str], patience: Patience) -> Vectors:
        vectors = patiently(lambda: self._gated(texts, patience), patience)
        if self._dimension is None:
            self._dimension = vectors.shape[1]
        if vectors.shape[1] != self._dimension:
            raise WrongDimensionError(f"{vectors.shape[1]} instead of {self._dimension}")
        return normalised(vectors)

    def _gated(self, texts: list[str], patience: Patience) -> Vectors:
        if self._gate is None:
            return read_answer(self._request(texts, patience.timeout), len(texts))
        expected = Usage(sum(estimate(text) for text in texts), is_estimated=True)
        with self._gate.passage(expected, patience.timeout, queue=patience.queue) as tally:
            body = self._request(texts, patience.timeout)
            tally.usage = _usage(body) or expected
            return read_answer(body, len(texts))

    def _request(self, texts: list[str], timeout: float) -> bytes:
        from openai import omit

        from llm.openai_client import own_errors, shared_client

        with own_errors(self._connection.key):
            embeddings = shared_client(self._connection).embeddings.with_streaming_response
            with embeddings.create(
                input=texts,
                model=self.model,
                encoding_format="base64",
                dimensions=self._asked_dimension or omit,
                timeout=timeout,
            ) as response:
                return wire.whole(response.iter_bytes(), wire.Deadline(timeout))


class _Item(msgspec.Struct):
    embedding: str | list[float]
    index: int


class _Answer(msgspec.Struct):
    data: list[_Item]


def read_answer(body: bytes, count: int) -> Vectors:
    """Read the vectors in the order of the texts; raise BadAnswerError for anything but `count` sound rows."""
    try:
        items = msgspec.json.decode(body, type=_Answer).data
        rows = {item.index: _row(item.embedding) for item in items}
    except (msgspec.DecodeError, UnicodeDecodeError, binascii.Error, ValueError, OverflowError) as error:
        raise BadAnswerError(str(error)) from error
    if len(items) != count or set(rows) != set(range(count)):
        raise BadAnswerError(f"{len(items)} vectors for {count} texts")
    if len({len(row) for row in rows.values()}) != 1:
        raise BadAnswerError("vectors of different lengths")
    vectors = np.stack([rows[number] for number in range(count)])
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    if not ((largest > SMALLEST) & (largest < LARGEST)).all():
        raise BadAnswerError("vectors that are no numbers, zero or beyond reason")
    return vectors.astype(np.float32)


def _usage(body: bytes) -> Usage | None:
    try:
        return wire.read(body).usage
    except BadAnswerError:
        return None


def _row(embedding: str | list[float]) -> NDArray[np.float64]:
    if isinstance(embedding, str):  # little-endian floats; some servers ignore the wish and send a list
        return np.frombuffer(base64.b64decode(embedding, validate=True), "<f4").astype(np.float64)
    return np.asarray(embedding, dtype=np.float64)


def _batches(texts: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) == BATCH_TEXTS or size + len(text) > BATCH_TOKENS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch
