"""The embedded default: multilingual-e5-small in onnxruntime, without key or network.

Each text runs alone: quantisation looks at the whole input, so a neighbour in a batch would change the vector, and
batches gained nothing (28 ms a text alone, 28 ms in fours). More than one thread means several texts at once.
"""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from llm import e5_model
from llm.e5_source import unpack
from llm.embeddings import Vector, Vectors, clean, normalised

MODEL = "multilingual-e5-small-int8"
DIMENSION = 384
LIMIT = 512
_QUERY, _PASSAGE = "query: ", "passage: "
_AROUND = 5  # <s>, the prefix's tokens, </s>


class EmbeddedE5:
    """Loads on first use, once per process: a model taken through a fork can hang (FACTS: prefork trap)."""

    model = MODEL
    dimension = DIMENSION
    max_tokens = LIMIT - _AROUND

    def __init__(self, data_dir: Path, *, threads: int = 1) -> None:
        self._data_dir = data_dir
        self._threads = threads
        self._locks: dict[int, threading.Lock] = {}
        self._loaded: dict[int, _Loaded] = {}

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found: one row each, in their order."""
        prefixed = [_PASSAGE + clean(text) for text in texts]
        loaded = self._here()
        if self._threads == 1 or len(prefixed) < 2:
            rows = [loaded.embed(text) for text in prefixed]
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                rows = list(pool.map(loaded.embed, prefixed))
        return normalised(np.stack(rows)) if rows else np.empty((0, DIMENSION), np.float32)

    def embed_query(self, text: str) -> Vector:
        """Embed a question."""
        return normalised(self._here().embed(_QUERY + clean(text)))

    def count_tokens(self, text: str) -> int:
        """Count against `max_tokens`."""
        return len(self._here().tokens.encode(text.replace("\0", " ").encode("utf-8", "ignore")))

    def _here(self) -> "_Loaded":
        process = os.getpid()
        found = self._loaded.get(process)
        if found is not None:
            return found
        with self._locks.setdefault(process, threading.Lock()):
            if process not in self._loaded:
                self._loaded[process] = _load(e5_model.ensure(self._data_dir))
            return self._loaded[process]


@dataclass(frozen=True)
class _Loaded:
    session: Any
    tokens: Any
    words: Any
    positions: Any

    def embed(self, text: str) -> Vector:
        ids = [0, *self.tokens.encode(text)[: LIMIT - 2], 2]
        embeddings = unpack(self.words[ids]) + self.positions[: len(ids)]
        ones, zeros = np.ones(len(ids), np.float32), np.zeros(len(ids), np.float32)
        mean = self.session.run(["mean"], {"embeddings": embeddings[None], "ones": ones, "zeros": zeros})[0][0]
        return np.asarray(mean, dtype=np.float32)


def _load(folder: Path) -> _Loaded:
    import onnxruntime
    import sentencepiece

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False  # both keep memory for every length seen
    session = onnxruntime.InferenceSession(folder / e5_model.ENCODER, options, providers=["CPUExecutionProvider"])
    tokens = sentencepiece.SentencePieceProcessor(model_file=str(folder / e5_model.VOCABULARY))
    words = np.load(folder / e5_model.WORDS, mmap_mode="r")
    return _Loaded(session, tokens, words, np.load(folder / e5_model.POSITIONS))
