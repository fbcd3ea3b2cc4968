"""A server that comes inside a package and keeps its data in our folder; it runs alone or under the supervisor."""

import time
from abc import ABC, abstractmethod
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from scripts.stack.errors import EndedEarly, FolderUnusable, NotStarted, PackageMissing, StackError, TooSlow
from scripts.stack.lock import FolderLock
from scripts.stack.part import Child, Part, spawn


class Embedded(ABC):
    """One embedded server. `prepare` gives its part to the supervisor; `start` and `stop` run it without one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.url = ""  # known once prepared
        self._lock = FolderLock(self.folder)
        self._child: Child | None = None

    def prepare(self) -> Part:
        """Take the folder, make all that lasts (password, port, first data), set `url`, and describe the part."""
        make_private(self.folder)
        self._lock.take()
        return self._prepare()

    @abstractmethod
    def _prepare(self) -> Part:
        """Do what `prepare` promises, in a folder that exists and is ours."""

    @property
    def pid(self) -> int:
        """Give the process id of the running server."""
        if self._child is None:
            raise NotStarted(part=self.folder.name)
        return self._child.pid

    def start(self) -> str:
        """Start the server, wait until it answers, and give its URL."""
        part = self.prepare()
        log = self.folder / "log.txt"
        with log.open("wb") as out:
            self._child = spawn(part, out.fileno())
        try:
            wait_until_ready(self._child)
        except StackError as error:
            self.kill()
            error.add_note(log.read_text(errors="replace")[-2000:])
            raise
        return self.url

    def stop(self) -> None:
        """Stop the server cleanly, by force if it doesn't listen, and give the folder back."""
        if self._child is not None:
            _end(self._child)
        self.kill()

    def kill(self) -> None:
        """Kill the server as kill -9 does, and give the folder back."""
        if self._child is not None:
            self._child.kill()
            self._child = None
        self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def package_folder(name: str) -> Path:
    """Find an installed package's folder without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise PackageMissing(name=name)
    return Path(spec.origin).parent


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter; raise FolderUnusable naming it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise FolderUnusable(folder=folder, reason=error.strerror) from None


def wait_until_ready(child: Child) -> None:
    """Wait for a part's readiness; raise a StackError when it ends or takes too long."""
    deadline = time.monotonic() + child.part.ready_seconds
    while not is_up(child, deadline):
        time.sleep(0.02)


def is_up(child: Child, deadline: float) -> bool:
    """Tell whether a starting part is ready; raise a StackError when it ended or its time is over."""
    if child.has_ended():
        raise EndedEarly(part=child.part.name, code=child.process.returncode)
    if child.part.is_ready():
        return True
    if time.monotonic() > deadline:
        raise TooSlow(part=child.part.name, seconds=child.part.ready_seconds)
    return False


def _end(child: Child) -> None:
    for number, seconds in child.part.stop:
        child.send(number)
        deadline = time.monotonic() + seconds
        while not child.has_ended() and time.monotonic() < deadline:
            time.sleep(0.01)
