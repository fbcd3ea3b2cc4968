"""One child of the sandbox, seen from the parent: started, asked, listened to with a clock, and ended."""

import os
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from extractors import sandbox_wire as wire
from extractors.errors import ERRORS, ExtractionError, ExtractorCrashedError, LimitMemoryError, LimitTimeError
from extractors.sandbox_files import IN, TEMPORARY
from extractors.sandbox_limits import Limits

_ROOT = Path(__file__).resolve().parent.parent
_READ = 1 << 18
_NEAR_LIMIT = 0.5
_PREFIX = "shiomi-sandbox-"
_GRACE = 3.0
"""Seconds a child may take to end after it has closed its pipe."""


class Child:
    """A confined process that reads one file at a time."""

    def __init__(self, limits: Limits) -> None:
        """Start it; it is ready when it first answers."""
        self.files = 0
        self.rss_bytes = 0
        self.idle = True
        self._limits = limits
        self._buffer = bytearray()
        self._folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        for name in (IN, TEMPORARY):
            (self._folder / name).mkdir()
        said = (str(os.getpid()), msgspec.json.encode(limits).decode(), str(self._folder))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "extractors.sandbox_child", *said],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={
                "PATH": "/usr/bin:/bin",
                "LANG": "C.UTF-8",
                "TMPDIR": str(self._folder / TEMPORARY),
                "OMP_NUM_THREADS": str(limits.threads),
            },
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Tell whether it still runs."""
        return self._process.poll() is None

    def parts(self, name: str, path: Path, params: wire.Params) -> Iterator[wire.Part]:
        """Ask for one file and yield its parts; raise what went wrong. The clock runs only while the child works."""
        self.idle, self.files = False, self.files + 1
        with self._handed(path) as own:
            self._send(wire.Request(name, str(own), params, self._limits.cpu_seconds))
            yield from self._answers()

    @contextmanager
    def _handed(self, path: Path) -> Iterator[Path]:
        """Put the file where the child may read it and not write: by a link, or by a copy on another file system."""
        own = self._folder / IN / path.name
        try:
            own.hardlink_to(path.resolve())
        except OSError:
            shutil.copyfile(path, own)
        try:
            yield own
        finally:
            own.unlink(missing_ok=True)

    def _answers(self) -> Iterator[wire.Part]:
        left = self._limits.wall_seconds
        while True:
            started = time.monotonic()
            message = self._receive(started + left)
            left -= time.monotonic() - started
            if isinstance(message, wire.Done):
                self.idle, self.rss_bytes = True, message.rss_bytes
                return
            if isinstance(message, wire.Failure):
                raise ERRORS.get(message.error, ExtractionError)(message.detail)
            left += self._limits.part_seconds
            yield message  # type: ignore[misc] # any other frame decodes to a part

    def end(self) -> None:
        """Kill it, with all it may have started, and remove its files."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _send(self, request: wire.Request) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(wire.encode(request))
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._death() from None

    def _receive(self, deadline: float) -> object:
        header = self._take(wire.HEADER.size, deadline)
        tag, length = wire.HEADER.unpack(header)
        if length > wire.MAX_FRAME:
            raise ExtractorCrashedError(f"frame of {length} bytes")
        try:
            return wire.decode(tag, self._take(length, deadline))
        except (ValueError, msgspec.DecodeError) as error:
            raise ExtractorCrashedError(str(error)) from error

    def _take(self, size: int, deadline: float) -> bytes:
        assert self._process.stdout
        pipe = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        while len(self._buffer) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise LimitTimeError("wall clock")
            data = os.read(pipe, _READ)
            if not data:
                raise self._death()
            self._buffer += data
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _death(self) -> ExtractionError:
        """Say why the child is gone, by the signal that ended it and by how big it had grown."""
        deadline = time.monotonic() + _GRACE
        while (ended := os.wait4(self._process.pid, os.WNOHANG))[0] == 0:
            if time.monotonic() > deadline:
                return ExtractorCrashedError("closed its pipe and went on")  # its owner ends what isn't idle
            time.sleep(0.005)
        _, status, usage = ended
        code = self._process.returncode = os.waitstatus_to_exitcode(status)
        if code == -signal.SIGXCPU:
            return LimitTimeError("cpu")
        if code == -signal.SIGKILL or (code < 0 and self._has_grown(usage.ru_maxrss, code)):
            return LimitMemoryError(f"exit {code}")
        return ExtractorCrashedError(f"exit {code}")

    def _has_grown(self, peak: int, code: int) -> bool:
        """Judge a dead child's peak (KiB): it begins with its parent's, under which only an abort tells (bad_alloc)."""
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak * 1024 > _NEAR_LIMIT * self._limits.memory_bytes and (peak > own or code == -signal.SIGABRT)


def sweep() -> None:
    """Remove the folders of children whose parents were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)
