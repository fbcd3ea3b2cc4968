"""The bare loop: the same extractor and embedder, without jobs, terms, database or web."""

import multiprocessing
import time
from collections.abc import Sequence
from pathlib import Path

from extractors.chunking import chunk
from extractors.model import Page
from extractors.sandbox import Sandbox
from llm.current import embedder

BATCH = 32


def read_and_embed(sandbox: Sandbox, path: Path) -> int:
    """Read one file, cut it and embed its chunks; give their number."""
    model = embedder()
    with sandbox.stream("documents", path, {"filename": path.name}) as parts:
        pages = (part for part in parts if isinstance(part, Page))
        texts = ["\n".join([*c.heading_path, c.text]) for c in chunk(pages, count_tokens=model.count_tokens)]
    for first in range(0, len(texts), BATCH):
        model.embed_passages(texts[first : first + BATCH])
    return len(texts)


def loop(paths: Sequence[Path], processes: int) -> float:
    """Do all files in so many processes, models loaded before the clock starts; give the seconds."""
    context = multiprocessing.get_context("spawn")
    tasks: multiprocessing.JoinableQueue[str] = context.JoinableQueue()
    ready = context.Barrier(processes + 1)
    workers = [context.Process(target=_work, args=(tasks, ready), daemon=True) for _ in range(processes)]
    for worker in workers:
        worker.start()
    ready.wait()
    began = time.perf_counter()
    for path in paths:
        tasks.put(str(path))
    tasks.join()
    seconds = time.perf_counter() - began
    for worker in workers:
        worker.terminate()
        worker.join()
    return seconds


def _work(tasks: "multiprocessing.JoinableQueue[str]", ready: "multiprocessing.synchronize.Barrier") -> None:
    sandbox = Sandbox()
    embedder().embed_query("warm")
    ready.wait()
    while True:
        read_and_embed(sandbox, Path(tasks.get()))
        tasks.task_done()
