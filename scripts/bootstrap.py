"""Make the virtual environment on a fresh machine and install the locked packages; then start the platform if asked.

Runs under the system's Python before anything is installed: standard library only, and readable by old Pythons,
so that they can be told what is missing.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
USAGE = "bootstrap.py base|dev|run"
PIP = ["--disable-pip-version-check", "--no-input", "install", "--quiet", "--require-hashes"]


class SetupError(Exception):
    """The environment can't be made; the message is one sentence in English and the same in Japanese."""


def main(words: list[str]) -> int:
    """Install what `base`, `dev` or `run` needs; `run` then becomes the platform. Give the exit code."""
    if len(words) != 1 or words[0] not in ("base", "dev", "run"):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        check_machine(sys.version_info[:3], sys.platform)
        install(VENV, "dev" if words[0] == "dev" else "base")
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    if words[0] == "run":
        python = str(VENV / "bin" / "python")
        os.chdir(ROOT)
        os.execv(python, [python, "-m", "scripts.up", "--stop-with-parent"])  # noqa: S606  # become it: make stays its parent
    return 0


def check_machine(version: tuple[int, ...], system: str) -> None:
    """Raise SetupError unless this Python and this system can run the platform."""
    if version < OLDEST:
        found, oldest = ".".join(map(str, version)), ".".join(map(str, OLDEST))
        raise SetupError(
            f"Python {oldest} or newer is needed, this is {found}: name one, as in `make run PYTHON=python{oldest}`.\n"
            f"Python {oldest} 以降が必要です（現在 {found}）。`make run PYTHON=python{oldest}` と指定してください。"
        )
    if not system.startswith("linux"):
        raise SetupError(
            f"The embedded servers need Linux, this is {system}: use a container, a virtual machine or WSL.\n"
            f"組み込みサーバーには Linux が必要です（現在 {system}）。コンテナ・仮想マシン・WSL をお使いください。"
        )


def install(venv: Path, name: str) -> None:
    """Bring the environment up to requirements/<name>.txt; do nothing when it already is."""
    lock = _lock(venv.parent)
    try:
        if not is_installed(venv, name):
            print(f"Installing the packages ({name}.txt), once … / パッケージをインストールしています…", flush=True)
            _install(venv, name)
    except OSError as error:
        raise SetupError(
            f"The folder {venv} can't be written ({error.strerror}): make {venv.parent} writable.\n"
            f"フォルダー {venv} に書き込めません（{error.strerror}）。{venv.parent} の権限を直してください。"
        ) from None
    finally:
        os.close(lock)


def is_installed(venv: Path, name: str) -> bool:
    """Tell whether the environment has been brought up to the lock file as it is now, by this Python, at this place."""
    try:
        return (venv / "bin" / "python").exists() and _stamp(venv, name).read_text() == _wanted(venv, name)
    except FileNotFoundError:
        return False


def is_usable(venv: Path) -> bool:
    """Tell whether the environment's own Python starts, is of our version, and still stands where it was made."""
    code = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    try:
        done = subprocess.run([str(venv / "bin" / "python"), "-I", "-c", code], capture_output=True, check=False)
    except OSError:
        return False
    moved = any(not stamp.read_text().endswith(f" {venv}\n") for stamp in venv.glob(".installed-*"))
    return done.returncode == 0 and not moved and (_has_pip(venv) or not _ensurepip())


def _install(venv: Path, name: str) -> None:
    if not (is_usable(venv) and _pip(venv, name)):  # an old one may be half-made by a start that was cut short
        _make(venv)
        if not _pip(venv, name):
            raise SetupError(
                "Installing the packages failed: the lines above say why; is the package index reachable?\n"
                "パッケージをインストールできませんでした。理由は上の行にあります。ネットワークを確かめてください。"
            )
    for done in {name, "base"}:  # dev.txt holds all of base.txt
        _stamp(venv, done).write_text(_wanted(venv, done))


def _make(venv: Path) -> None:
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    elif venv.exists():
        shutil.rmtree(venv)
    venv.mkdir()
    words = [] if _ensurepip() else ["--without-pip"]
    if subprocess.run([sys.executable, "-m", "venv", *words, str(venv)], check=False).returncode != 0:
        shutil.rmtree(venv)
        raise SetupError(
            "Python's venv module doesn't work here: install it (Debian: apt-get install python3-venv).\n"
            "Python の venv モジュールが使えません。インストールしてください（Debian: apt-get install python3-venv）。"
        )


def _pip(venv: Path, name: str) -> bool:
    """Run pip for the environment: its own, or this Python's where Debian leaves ensurepip out."""
    python = str(venv / "bin" / "python")
    pip = [python, "-m", "pip"] if _has_pip(venv) else [sys.executable, "-m", "pip", "--python", python]
    if not _has_pip(venv) and importlib.util.find_spec("pip") is None:
        raise SetupError(
            "There is no pip: install it (Debian: apt-get install python3-venv).\n"
            "pip がありません。インストールしてください（Debian: apt-get install python3-venv）。"
        )
    env = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    wanted = str(ROOT / "requirements" / f"{name}.txt")
    return subprocess.run([*pip, *PIP, "-r", wanted], env=env, check=False).returncode == 0


def _has_pip(venv: Path) -> bool:
    return any(venv.glob("lib/python*/site-packages/pip/__main__.py"))


def _ensurepip() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def _stamp(venv: Path, name: str) -> Path:
    return venv / f".installed-{name}"


def _wanted(venv: Path, name: str) -> str:
    lock = (ROOT / "requirements" / f"{name}.txt").read_bytes()
    return f"{hashlib.sha256(lock).hexdigest()} {sys.version} {venv}\n"


def _lock(folder: Path) -> int:
    """Hold the folder, so that two starts at once don't install over each other."""
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
