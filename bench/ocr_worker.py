"""One engine in a process of its own: `python -m bench.ocr_worker ENGINE THREADS FOLDER`; answers in JSON lines."""

import csv
import json
import logging
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

Lines = list[tuple[str, float, float, float, float]]
"""Text, x, y, width, height."""
Read = Callable[[Path], Lines]


def main() -> None:
    """Read every picture of a folder, the first one twice: loading is not reading."""
    engine, threads, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    read = ENGINES[engine](threads, folder)
    pictures = sorted(folder.glob("*.png"))
    read(pictures[0])
    for path in pictures:
        start = time.perf_counter()
        lines = read(path)
        print(json.dumps({"seconds": time.perf_counter() - start, "lines": lines}), flush=True)
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"rss_mb": max(own, child) // 1024}), flush=True)


def _ours(threads: int, folder: Path) -> Read:
    from extractors import ocr, ocr_model

    ocr.use(ocr_model.ensure(folder.parent / "models"))
    reader = ocr.reader(threads)
    return lambda path: [(line.text, *line.box) for line in reader.read(Image.open(path)).lines]


def _stock(threads: int, _folder: Path) -> Read:
    from rapidocr import RapidOCR

    logging.disable(logging.WARNING)
    key = "EngineConfig.onnxruntime.intra_op_num_threads"
    engine = RapidOCR(params={key: threads, "Global.log_level": "error"})

    def read(path: Path) -> Lines:
        answer: Any = engine(np.ascontiguousarray(np.asarray(Image.open(path).convert("RGB"))[:, :, ::-1]))
        if answer.txts is None:
            return []
        return [(text, *_box(corners)) for text, corners in zip(answer.txts, answer.boxes, strict=True)]

    return read


def _box(corners: Any) -> tuple[float, float, float, float]:
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return left, top, right - left, bottom - top


def _tesseract(threads: int, _folder: Path) -> Read:
    program = shutil.which("tesseract") or "tesseract"
    environment = {"OMP_THREAD_LIMIT": str(threads), "PATH": "/usr/bin:/bin"}

    def read(path: Path) -> Lines:
        command = [program, str(path), "-", "-l", "jpn+eng", "--psm", "11", "tsv"]
        answer = subprocess.run(command, capture_output=True, check=True, env=environment, text=True)
        rows = csv.DictReader(answer.stdout.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
        words = [row for row in rows if (row["text"] or "").strip()]
        return [(row["text"], *(float(row[key]) for key in ("left", "top", "width", "height"))) for row in words]  # type: ignore[misc]  # four keys

    return read


ENGINES: dict[str, Callable[[int, Path], Read]] = {"ours": _ours, "stock": _stock, "tesseract": _tesseract}


if __name__ == "__main__":
    main()
