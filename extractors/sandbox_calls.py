"""The system calls a sandboxed process is refused: sockets, other processes, new programs. A seccomp filter."""

import ctypes
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass

_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_EACCES, _ENOSYS = 13, 38
_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_CALL, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in what the filter sees
_CLONE_THREAD = 0x10000
_CLONE3 = 435  # hides its flags from filters; told that it doesn't exist, libc makes threads by clone
_EVERYWHERE = (424, 425, 426, 427, 434, 438, 440, 448)
"""pidfd_send_signal, io_uring_setup/enter/register, pidfd_open, pidfd_getfd, process_madvise, process_mrelease."""

Step = tuple[int, int, int, int]


@dataclass(frozen=True)
class _Machine:
    """The numbers of one architecture's call table."""

    audit: int
    foreign: int
    clone: int
    prlimit: int
    signals: tuple[int, ...]
    refused: tuple[int, ...]


_MACHINES = {
    "x86_64": _Machine(
        audit=0xC000003E,
        foreign=0x40000000,  # x32
        clone=56,
        prlimit=302,
        signals=(62, 234),  # kill, tgkill
        # socket, socketpair, fork, vfork, execve, ptrace, rt_sigqueueinfo, setpriority, mount, tkill, add_key,
        # request_key, keyctl, unshare, rt_tgsigqueueinfo, perf_event_open, open_by_handle_at, setns,
        # process_vm_readv, process_vm_writev, kcmp, bpf, execveat, userfaultfd
        refused=(
            41, 53, 57, 58, 59, 101, 129, 141, 165, 200, 248, 249, 250, 272, 297, 298, 304, 308, 310, 311, 312, 321,
            322, 323,
        ),
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        foreign=0x7FFFFFFF,
        clone=220,
        prlimit=261,
        signals=(129, 131),
        # the same, without fork and vfork, which it doesn't have
        refused=(
            198, 199, 221, 117, 138, 140, 40, 130, 217, 218, 219, 97, 240, 241, 265, 268, 270, 271, 272, 280, 281, 282,
        ),
    ),
}  # fmt: skip


def refuse_calls(libc: ctypes.CDLL) -> None:
    """Install the filter, once new privileges are given up; on an architecture not listed here, do nothing."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return
    steps = _steps(machine, os.getpid())
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    program = _Program(len(steps), instructions)
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)


def _steps(machine: _Machine, own: int) -> list[Step]:
    """Write the filter: threads may be made, signals and limits may be set by the process for itself."""
    steps: list[Step] = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _ERROR | _EACCES),
        (_LOAD, 0, 0, _CALL),
        (_AT_LEAST, 0, 1, machine.foreign),
        (_RETURN, 0, 0, _ERROR | _EACCES),
        *_refused((_CLONE3,), _ENOSYS),
        *_refused((*machine.refused, *_EVERYWHERE), _EACCES),
        *_unless(machine.clone, _HAS_BITS, (_CLONE_THREAD,)),
        *_unless(machine.prlimit, _EQUAL, (0, own)),
    ]
    for call in machine.signals:
        steps += _unless(call, _EQUAL, (own,))
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


def _refused(calls: Iterable[int], error: int) -> list[Step]:
    return [step for call in calls for step in ((_EQUAL, 0, 1, call), (_RETURN, 0, 0, _ERROR | error))]


def _unless(call: int, test: int, values: tuple[int, ...]) -> list[Step]:
    """Refuse the call unless its first argument passes the test with one of the values."""
    tests: list[Step] = [step for value in values for step in ((test, 0, 1, value), (_RETURN, 0, 0, _ALLOW))]
    return [
        (_EQUAL, 0, len(tests) + 2, call),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        *tests,
        (_RETURN, 0, 0, _ERROR | _EACCES),
    ]


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("filter", ctypes.POINTER(_Instruction)))
