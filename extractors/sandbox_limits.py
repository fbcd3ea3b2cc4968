"""What a sandboxed process may use and do: memory, time, files, no network, and no life after its parent's."""

import ctypes
import os
import resource
import signal
from pathlib import Path

import msgspec

from extractors.sandbox_calls import refuse_calls
from extractors.sandbox_files import fence

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWNET = 0x40000000


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one child and of the reading of one file."""

    memory_bytes: int = 1536 << 20
    """Address space of a child that has loaded no model."""
    model_bytes: int = 3 << 30
    """Address space on top, from the moment a file needs the models that read pictures."""
    cpu_seconds: int = 300
    """Processor time for each part of a file."""
    wall_seconds: float = 600.0
    """Time until the first part, and for all parts together what `part_seconds` does not give."""
    part_seconds: float = 30.0
    """Time that each part adds: a scan of many pages takes long and is no fault."""
    threads: int = 1
    """Threads a model may use."""
    models: str | None = None
    """Folder of model files the child may read."""
    file_bytes: int = 1 << 30
    open_files: int = 128


def confine(limits: Limits, parent: int, folder: Path | None = None) -> None:
    """Bind this process to its limits, its parent's life and its folder, before anything foreign is read."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(1)
    _lower(resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes + limits.model_bytes)
    _lower(resource.RLIMIT_FSIZE, limits.file_bytes)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    _lower(resource.RLIMIT_CORE, 0)
    libc.unshare(_CLONE_NEWNET)  # needs privileges; the filter below stands without them
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if folder is not None:
        fence(libc, folder, [Path(limits.models)] if limits.models else [])
    refuse_calls(libc)


def allow_cpu(seconds: int) -> None:
    """Grant CPU time for the next file, counted from now."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


def allow_models() -> None:
    """Take the address space that is kept back until a model is loaded."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def bound_growth(statm: int, memory_bytes: int) -> None:
    """Allow this much address space on top of what is in use now; `statm` is an open /proc/self/statm."""
    used = int(os.pread(statm, 200, 0).split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (min(used + memory_bytes, hard), hard))


def _lower(kind: int, value: int, most: int | None = None) -> None:
    """Set a limit, and the most to which this process may raise it."""
    hard = resource.getrlimit(kind)[1]
    soft, most = (bound if hard == resource.RLIM_INFINITY else min(bound, hard) for bound in (value, most or value))
    resource.setrlimit(kind, (soft, most))
