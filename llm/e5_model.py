"""Convert the embedded model once for this machine; any number of processes may ask at the same time."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import structlog

log = structlog.get_logger(__name__)

FOLDER = "e5-small-int8-v1"
ENCODER, VOCABULARY, WORDS, POSITIONS = "encoder.onnx", "vocabulary.model", "words.npy", "positions.npy"
SIZES = "sizes.json"


def ensure(data_dir: Path) -> Path:
    """Give the folder with the converted model; the first caller makes it, the others wait. A broken one is remade."""
    models = data_dir / "models"
    folder = models / FOLDER
    if whole(folder):
        return folder
    models.mkdir(parents=True, exist_ok=True)
    with _locked(models / f"{FOLDER}.lock"):
        if not whole(folder):
            shutil.rmtree(folder, ignore_errors=True)
            _build(folder)
    return folder


def whole(folder: Path) -> bool:
    """Tell whether all files are there, each in its full size."""
    try:
        sizes = json.loads((folder / SIZES).read_bytes())
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError):
        return False


def _build(folder: Path) -> None:
    unfinished = folder.with_name(f"{FOLDER}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    for name, content in _files():
        _write(unfinished / name, content)
    _write(unfinished / SIZES, json.dumps({file.name: file.stat().st_size for file in unfinished.iterdir()}).encode())
    unfinished.rename(folder)
    log.info("embedded model converted", folder=str(folder))


def _files() -> Iterator[tuple[str, bytes | np.ndarray]]:
    # Imported here: onnx and protobuf are needed once per machine, not in every process.
    from llm import e5_graph, e5_source, e5_vocabulary

    source = e5_source.read()
    yield ENCODER, e5_graph.encoder(source)
    yield VOCABULARY, e5_vocabulary.vocabulary(source)
    positions = source.vector("emb.pos").reshape(-1, e5_graph.WIDTH)
    yield POSITIONS, positions + source.vector("emb.type")[: e5_graph.WIDTH]
    words = source.tensors["emb.word"]
    yield WORDS, source.blocks("emb.word", len(words) // (e5_source.BLOCK.itemsize * e5_graph.WIDTH // 32))


def _write(path: Path, content: "bytes | np.ndarray") -> None:
    with path.open("wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            np.save(file, content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
