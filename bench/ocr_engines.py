"""Our reader of pictures beside stock rapidocr (same weights) and tesseract: errors, time, memory, two processes.

`python -m bench ocr_engines [--quick]`. Errors are counted as in bench/screens.py.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from PIL.Image import Image

from bench import dashboards, tables
from bench.dashboards.totals import Totals
from extractors.words import Line, Reading, Word

Pictures = Sequence[tuple[dashboards.Sample, Image]]

VARIANTS = {"clean": 0.3, "q60": 0.4, "720p": 0.8, "half": 6.0}
"""Variant -> the character error rate promised, in percent."""
ENGINES = ("ours", "stock", "tesseract")
_ERRORS, _TIME, _MEMORY, _SCALING = 0.8, 0.5, 1400, 1.6
_QUICK = 6


@dataclass(frozen=True, slots=True)
class Run:
    """What an engine did with a set: error rate in percent, seconds for a picture, most memory."""

    rate: float
    seconds: float
    rss_mb: int


def main(*, quick: bool) -> None:
    """Print both tables."""
    if not shutil.which("tesseract"):
        tables.say("tesseract is not installed, so its rows are missing: apt install tesseract-ocr tesseract-ocr-jpn")
    names = [name for name in ENGINES if name != "tesseract" or shutil.which("tesseract")]
    with tempfile.TemporaryDirectory(prefix="ocr-engines-") as made:
        rows = []
        for variant, promised in VARIANTS.items():
            chosen = list(islice(dashboards.pictures(variant, Path(made)), 0, None, _QUICK if quick else 1))
            runs = {name: run(name, chosen) for name in names}
            rows += [_row(variant, promised, name, runs) for name in names]
        columns = ("variant", "engine", "CER %", "promised", "of stock", "s/picture", "of stock", "peak MB", "kept")
        tables.show("OCR engines, 1 thread each, one process after the other", columns, rows)
        _scaling(list(islice(dashboards.pictures("clean", Path(made)), 0, None, 2 * _QUICK if quick else 4)))


def run(engine: str, pictures: Pictures, threads: int = 1) -> Run:
    """Let an engine read the pictures in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        *answers, end = _answers(_start(engine, threads, _saved(Path(folder), pictures)))
    totals = Totals()
    for (sample, _), answer in zip(pictures, answers, strict=True):
        totals.add_reading(sample, Reading(*sample.size, tuple(_line(*one) for one in answer["lines"])))
    return Run(totals.error_rate, tables.median([one["seconds"] for one in answers]), end["rss_mb"])


def _line(text: str, *box: float) -> Line:
    x, y, width, height = box
    return Line(text, (x, y, width, height), 1.0, (Word(text, (x, y, width, height), 1.0),))


def _row(variant: str, promised: float, name: str, runs: dict[str, Run]) -> tuple[object, ...]:
    one, stock = runs[name], runs["stock"]
    errors_share, time_share = one.rate / max(stock.rate, 1e-9), one.seconds / stock.seconds
    kept = one.rate <= promised and errors_share <= _ERRORS and time_share <= _TIME and one.rss_mb <= _MEMORY
    measured = (f"{one.rate:.2f}", f"{promised:.1f}", f"{errors_share:.2f}", f"{one.seconds:.2f}", f"{time_share:.2f}")
    return (variant, name, *measured, one.rss_mb, tables.verdict(float(kept), 1) if name == "ours" else "")


def _scaling(pictures: Pictures) -> None:
    """Measure what a second process adds."""
    with tempfile.TemporaryDirectory() as folder:
        place = _saved(Path(folder), pictures)
        alone = _throughput(place, 1)
        together = _throughput(place, 2)
    gain = together / alone
    row = (f"{alone:.2f}", f"{together:.2f}", f"{gain:.2f}", _SCALING, tables.verdict(gain, _SCALING))
    tables.show("Worker processes", ("pictures/s, 1", "pictures/s, 2", "gain", "promised", "kept"), [row])


def _throughput(place: Path, processes: int) -> float:
    """Count pictures a second once all processes have loaded."""
    workers = [_start("ours", 1, place) for _ in range(processes)]
    seconds = [sum(one["seconds"] for one in _answers(worker)[:-1]) for worker in workers]
    count = len(list(place.glob("*.png")))
    return float(sum(count / spent for spent in seconds))


def _saved(folder: Path, pictures: Pictures) -> Path:
    place = folder / "pictures"
    place.mkdir()
    for number, (_, image) in enumerate(pictures):
        image.save(place / f"{number:04}.png", compress_level=1)
    return place


def _answers(worker: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    """Wait for a worker's answers; what a library logs between them is passed over."""
    lines = worker.communicate()[0].splitlines()
    if worker.returncode:
        raise subprocess.CalledProcessError(worker.returncode, worker.args)
    return [json.loads(line) for line in lines if line.startswith("{")]


def _start(engine: str, threads: int, place: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bench.ocr_worker", engine, str(threads), str(place)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
