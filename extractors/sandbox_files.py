"""The files a sandboxed process may reach: libraries and fonts to read, its own folder to write. Landlock.

Without it the child, which runs as the worker's user, could read the worker's secrets and everybody's documents.
"""

import ctypes
import mimetypes
import os
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

IN, TEMPORARY = "in", "tmp"
"""The child's folder holds the file it is to read, and what it writes."""

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_ASK_VERSION = 1
_RULE_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_OF_FILES = 1 << 0 | 1 << 1 | _READ_FILE | 1 << 14 | 1 << 15
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""Version of the interface -> every right over files it knows."""
_PACKAGE = Path(__file__).resolve().parent
_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share",
    "/usr/local/share",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
)


def fence(libc: ctypes.CDLL, folder: Path, readable: Iterable[Path] = ()) -> bool:
    """Shut this process in for good; tell whether the kernel can do that at all."""
    version = libc.syscall(_CREATE, None, 0, _ASK_VERSION)
    if version < 1:  # not built in, not switched on, or refused by a container's own filter
        return False
    rights = _RIGHTS[max(known for known in _RIGHTS if known <= version)]
    handled = ctypes.c_uint64(rights)
    rules = _done(libc.syscall(_CREATE, ctypes.byref(handled), ctypes.sizeof(handled), 0))
    for path in (*_libraries(), *readable, folder / IN):
        _allow(libc, rules, path, (_READ_FILE | _READ_DIR) & rights)
    for path in (folder / TEMPORARY, Path("/dev/null")):
        _allow(libc, rules, path, rights)
    _done(libc.syscall(_RESTRICT, rules, 0))
    os.close(rules)
    return True


def _libraries() -> Iterable[Path]:
    """Give the folders programs are read from; none of them is the project's, which may hold the data folder."""
    libraries = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    prefixes = {os.path.join(prefix, "lib") for prefix in (sys.prefix, sys.base_prefix)}
    return map(Path, (*libraries, *prefixes, str(_PACKAGE), *_SYSTEM, *mimetypes.knownfiles))


def _allow(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    """Allow what is beneath the path; what isn't there needs no permission."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = _Rule(rights if path.is_dir() else rights & _OF_FILES, place)
        _done(libc.syscall(_ADD, rules, _RULE_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(place)


def _done(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "the sandbox's fence could not be built")
    return result


class _Rule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("place", ctypes.c_int32))
