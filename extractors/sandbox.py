"""Read foreign files in confined children that are kept warm, and hand their parts on one by one."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from extractors import sandbox_wire as wire
from extractors.sandbox_limits import Limits
from extractors.sandbox_process import Child, sweep

MAX_FILES = 100
MAX_RSS_BYTES = 400 << 20
MODELS_RSS_BYTES = 1000 << 20
"""What a child may weigh and still be kept for the next file: libraries and remains, and the models once loaded."""

__all__ = ["Child", "Limits", "Sandbox"]


class Sandbox:
    """A pool of children; each reads one file at a time and is replaced after an error, many files, or growth."""

    def __init__(self, limits: Limits | None = None, *, max_files: int = MAX_FILES) -> None:
        """Start nothing yet: the first file starts the first child, in the process that asks for it."""
        self.limits = limits or Limits()
        self._max_files = max_files
        self._idle: list[Child] = []
        self._owner = os.getpid()
        self._lock = threading.Lock()

    @contextmanager
    def stream(
        self, name: str, path: Path, params: wire.Params, limits: Limits | None = None
    ) -> Iterator[Iterator[wire.Part]]:
        """Yield the parts of one file as they come; other limits than the pool's get a child of their own."""
        child = self._child() if limits is None else Child(limits)
        try:
            yield child.parts(name, path, params)
        finally:
            if limits is None and self._is_fit(child):
                with self._lock:
                    self._idle.append(child)
            else:
                child.end()

    def close(self) -> None:
        """End all children that wait."""
        with self._lock:
            waiting, self._idle = self._idle, []
        if os.getpid() == self._owner:
            for child in waiting:
                child.end()

    def __enter__(self) -> "Sandbox":
        """Use the sandbox for a while."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _child(self) -> Child:
        with self._lock:
            if os.getpid() != self._owner:  # forked: the children belong to the parent, who ends them
                self._owner, self._idle = os.getpid(), []
            while self._idle:
                child = self._idle.pop()
                if child.alive:
                    return child
                child.end()
        sweep()
        return Child(self.limits)

    def _is_fit(self, child: Child) -> bool:
        most = MAX_RSS_BYTES + (MODELS_RSS_BYTES if self.limits.models else 0)
        return child.idle and child.alive and child.files < self._max_files and child.rss_bytes < most
