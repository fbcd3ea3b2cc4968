"""The user Postgres runs as: it refuses uid 0, so root starts it under another identity, without new users.

First choice is a user namespace in which root is called nobody: files stay root's and nothing is copied or
handed over. Where that is forbidden (containers), setpriv makes the process nobody's and lets it reach the files.
"""

import ctypes
import os
import pwd
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.stack.errors import RootForbidden

_LIBC = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWUSER = 0x10000000
NOBODY = 65534


@dataclass(frozen=True)
class Identity:
    """How to start a program as somebody who isn't root."""

    prefix: tuple[str, ...] = ()  # words before the command
    in_child: Callable[[], None] = lambda: None  # run between fork and exec
    owner: int | None = None  # the user who must own the folder, None: whoever starts the program


def unprivileged(folder: Path, death_signal: signal.Signals) -> Identity:
    """Choose the identity for a server that keeps its data in `folder`."""
    if os.geteuid() != 0:
        return Identity() if _has_name(os.geteuid()) else in_namespace()  # initdb refuses an id without a name
    owner = folder.stat().st_uid
    if owner != 0:
        return as_user(owner, death_signal)
    return in_namespace() if namespaces_allowed() else as_user(NOBODY, death_signal)


def in_namespace() -> Identity:
    """Stay who we are outside, be nobody inside a user namespace."""
    return Identity(in_child=_enter_namespace)


def as_user(uid: int, death_signal: signal.Signals) -> Identity:
    """Become another user who still may pass folders closed to everybody but root."""
    user = (f"--reuid={uid}", f"--regid={_group_of(uid)}", "--clear-groups")
    caps = ("--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override")
    death = f"--pdeathsig={death_signal.name.removeprefix('SIG')}"  # the change of user clears the one set before
    identity = Identity(prefix=("setpriv", *user, *caps, death), owner=uid)
    if not _runs(identity):
        raise RootForbidden
    return identity


def namespaces_allowed() -> bool:
    """Tell whether this process may open a user namespace."""
    return _runs(in_namespace())


def _runs(identity: Identity) -> bool:
    try:
        done = subprocess.run(
            [*identity.prefix, "true"], preexec_fn=identity.in_child, capture_output=True, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _enter_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    if _LIBC.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for file, text in (("setgroups", "deny"), ("uid_map", f"{NOBODY} {user} 1"), ("gid_map", f"{NOBODY} {group} 1")):
        Path(f"/proc/self/{file}").write_text(text, encoding="ascii")


def _group_of(uid: int) -> int:
    return pwd.getpwuid(uid).pw_gid if _has_name(uid) else uid


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
