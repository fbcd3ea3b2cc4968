"""What a worker process holds for its whole life: its name, its tools, and whether it is stopping.

Nothing is loaded before the fork: a model loaded in Celery's parent process can hang the children.
"""

import mmap
import os
import socket
from functools import lru_cache

from db.blobs import blobs
from extractors import ocr_model
from extractors.sandbox import Limits, Sandbox
from ingesters.stages import Tools
from llm.current import embedder
from settings import get_settings

_STOPPING = mmap.mmap(-1, 1)
"""One byte shared by the worker's parent process and the children it forks."""

MIB = 1024 * 1024


def name() -> str:
    """Name this process among all workers."""
    return f"{socket.gethostname()}:{os.getpid()}"


def stopping() -> bool:
    """Tell whether this worker has been asked to stop."""
    return _STOPPING[0] != 0


def begin_stopping() -> None:
    """Tell all processes of this worker to give their jobs back at the next part."""
    _STOPPING[0] = 1


def tools() -> Tools:
    """Give this process's tools, made at the first use."""
    return _tools(os.getpid())


@lru_cache(maxsize=1)
def _tools(_pid: int) -> Tools:
    settings = get_settings()
    limits = Limits(
        memory_bytes=settings.extract_memory_mb * MIB,
        cpu_seconds=settings.extract_seconds,
        wall_seconds=settings.extract_seconds,
        threads=settings.model_threads,
        models=str(ocr_model.ensure(settings.data_dir.resolve() / "models")),
    )
    return Tools(blobs=blobs(), sandbox=Sandbox(limits), embedder=embedder)
