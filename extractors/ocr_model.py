"""Derive the models of the reader once for this machine; any number of processes may ask at the same time."""

import fcntl
import importlib.util
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import structlog

from extractors import ocr_charset, ocr_pairs, ocr_pairs_source
from extractors.ocr_errors import ModelsMissingError

log = structlog.get_logger(__name__)

FOLDER = "ppocrv6-small-ja-en-v3"
DETECTOR, RECOGNISER, CHARACTERS, SIZES = "detector.onnx", "recogniser.onnx", "characters.txt", "sizes.json"
_RARE = 1.5
_SOURCES = {DETECTOR: "PP-OCRv6_det_small.onnx", RECOGNISER: "PP-OCRv6_rec_small.onnx"}


def ensure(folder: Path) -> Path:
    """Give the folder with the models below `folder`; the first caller makes it, the others wait."""
    ready = folder / FOLDER
    if whole(ready):
        return ready
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / f"{FOLDER}.lock"):
        if not whole(ready):
            shutil.rmtree(ready, ignore_errors=True)
            _build(ready)
    return ready


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
    package = _package()
    _write(unfinished / DETECTOR, (package / _SOURCES[DETECTOR]).read_bytes())
    recogniser, characters = _cut(package / _SOURCES[RECOGNISER])
    _write(unfinished / RECOGNISER, recogniser)
    _write(unfinished / CHARACTERS, "\n".join(characters).encode())
    numbers, weights = ocr_pairs_source.pairs(characters)
    np.save(unfinished / ocr_pairs.NUMBERS, numbers)
    np.save(unfinished / ocr_pairs.WEIGHTS, weights)
    _write(unfinished / SIZES, json.dumps({file.name: file.stat().st_size for file in unfinished.iterdir()}).encode())
    unfinished.rename(folder)
    log.info("reading models made", folder=str(folder), characters=len(characters))


def _package() -> Path:
    """Find the folder of the package that carries the weights, without running the package."""
    found = importlib.util.find_spec("rapidocr")
    places = [Path(place) / "models" for place in found.submodule_search_locations or ()] if found else []
    for place in places:
        if all((place / name).is_file() for name in _SOURCES.values()):
            return place
    raise ModelsMissingError


def _cut(path: Path) -> tuple[bytes, list[str]]:
    """Keep the last layer's columns of the characters that belong: a third of them, and no Chinese look-alikes."""
    import onnx  # needed once per machine, not in every process
    from onnx import numpy_helper

    model = onnx.load(str(path))
    known = next(entry.value for entry in model.metadata_props if entry.key == "character").split("\n")
    characters = ["", *known[: _width(model) - 2], " "]  # the first class is the blank between characters
    kept = [0, *(place for place, one in enumerate(characters) if one and ocr_charset.belongs(one))]
    for tensor in model.graph.initializer:
        if tensor.dims and tensor.dims[-1] == len(characters):
            values = numpy_helper.to_array(tensor)[..., kept]
            if len(tensor.dims) == 1:
                values = values - _reluctance([characters[place] for place in kept])
            tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
    model.graph.output[0].type.tensor_type.shape.dim[2].dim_value = len(kept)
    del model.metadata_props[:]
    return model.SerializeToString(), [characters[place] for place in kept]


def _width(model: "onnx.ModelProto") -> int:  # type: ignore[name-defined]  # noqa: F821  # imported where it is used
    return int(model.graph.output[0].type.tensor_type.shape.dim[2].dim_value)


def _reluctance(characters: list[str]) -> npt.NDArray[np.float32]:
    """Give what a character loses beforehand: rare ones are mostly misread common ones."""
    return np.array([_RARE if ocr_charset.rare(one) else 0.0 for one in characters], np.float32)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
