"""Documents a second through the platform against the bare loop, and the memory of every process meanwhile."""

import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

import db
from bench import bare, samples
from bench.memory import Watch
from bench.platform import Caller, Platform, platform, wait_done
from bench.tables import say, show, verdict
from db import queues

PROCESSES = 2
TARGET = 0.85


def main(*, quick: bool) -> None:
    """Print the rates of both and their ratio, then the memory table."""
    with platform() as running:
        time.sleep(3)
        watch = Watch(psutil.Process(running.pid))
        idle = watch.now()
        _warm(running.caller("warm"))
        stop = threading.Event()
        watcher = threading.Thread(target=watch.run, args=(stop,))
        watcher.start()
        _rates(running, quick=quick)
        stop.set()
        watcher.join()
        watch.show(idle)


def _rates(running: Platform, *, quick: bool) -> None:
    files = [path for path in samples.documents("docs_ja", "docs_en") if path.suffix != ".tiff"]
    sets = {"real documents": files[:: 4 if quick else 1]}
    with TemporaryDirectory(prefix="shiomi-texts-") as folder:
        sets["single paragraphs"] = _paragraphs(Path(folder), 100 if quick else 400)
        rows = [_row(running, name, paths) for name, paths in sets.items()]
    title = f"Documents a second, {PROCESSES} processes each (bare: same extractor and embedder in a loop)"
    show(title, ("documents", "bare /s", "platform /s", "ratio", f">= {TARGET}"), rows)


def _row(running: Platform, name: str, paths: list[Path]) -> tuple[str, ...]:
    say(f"{name}: {len(paths)} files")
    bare_rate = len(paths) / bare.loop(paths, PROCESSES)
    rate = len(paths) / _through(running.caller(name.replace(" ", "-")), paths)
    ratio = rate / bare_rate
    return f"{name} ({len(paths)})", f"{bare_rate:.2f}", f"{rate:.2f}", f"{ratio:.2f}", verdict(ratio, TARGET)


def _through(caller: Caller, paths: list[Path]) -> float:
    """Upload with the queue held back, then let go and wait: the workers' time alone is measured."""
    _hold(held=True)
    for path in paths:
        caller.upload(path.name, path.read_bytes())
    began = time.perf_counter()
    _hold(held=False)
    wait_done()
    return time.perf_counter() - began


def _hold(*, held: bool) -> None:
    with db.engine() as connection:
        queues.pause(connection, "ingest", held)


def _warm(caller: Caller) -> None:
    """Let both workers load the model before anything is measured."""
    for number in range(40):
        caller.upload(f"{number}.txt", f"潮の流れを見る。{number}".encode())
    wait_done()


def _paragraphs(folder: Path, count: int) -> list[Path]:
    paths = []
    for number, paragraph in enumerate(samples.paragraphs("JSQuAD")[:count]):
        path = folder / f"{number}.txt"
        path.write_text(paragraph.text, encoding="utf-8")
        paths.append(path)
    return paths
