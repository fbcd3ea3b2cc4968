"""What a sandboxed process may use and do: memory, time, files, no network, and no life after its parent's."""

import ctypes
import os
import platform
import resource
import signal

import msgspec

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 38, 22
_SECCOMP_MODE_FILTER = 2
_CLONE_NEWNET = 0x40000000
_EACCES = 13
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | _EACCES
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ARCHITECTURES = {"x86_64": (0xC000003E, 41, 0x40000000), "aarch64": (0xC00000B7, 198, 0x7FFFFFFF)}
"""machine -> audit number, number of the socket call, first number of a foreign call table (x32)."""
_IO_URING_SETUP = 425


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one child and of the reading of one file."""

    memory_bytes: int = 1536 << 20
    cpu_seconds: int = 300
    wall_seconds: float = 600.0
    file_bytes: int = 1 << 30
    open_files: int = 128


def confine(limits: Limits, parent: int) -> None:
    """Bind this process to its limits and to its parent's life; call it before anything foreign is read."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(1)
    _lower(resource.RLIMIT_AS, limits.memory_bytes)
    _lower(resource.RLIMIT_FSIZE, limits.file_bytes)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    _lower(resource.RLIMIT_CORE, 0)
    libc.unshare(_CLONE_NEWNET)  # needs privileges; the filter below stands without them
    _refuse_sockets(libc)


def allow_cpu(seconds: int) -> None:
    """Grant CPU time for the next file, counted from now."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


def _lower(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (bound, bound))


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("filter", ctypes.POINTER(_Instruction)))


def _refuse_sockets(libc: ctypes.CDLL) -> None:
    """Install a seccomp filter that refuses every new socket (and io_uring, which could make one)."""
    known = _ARCHITECTURES.get(platform.machine())
    if known is None:
        return
    audit, socket_call, foreign = known
    steps = (
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, 5, audit),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, 3, 0, foreign),
        (_EQUAL, 2, 0, socket_call),
        (_EQUAL, 1, 0, _IO_URING_SETUP),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    )
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    program = _Program(len(steps), instructions)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
