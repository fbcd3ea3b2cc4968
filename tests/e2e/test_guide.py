"""The commands of the operator's guide, as they are printed there, on a running platform."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from ops import snapshots
from scripts import keys
from scripts.stack.ports import free_port
from scripts.stack.web_command import web_argv
from settings import Settings
from tests.conftest import ROOT

SECTIONS = ("Back up and restore", "Look after the blobs", "Move blobs", "Big uploads")
EXAMPLE = "20260131-090000-abc123"


def commands(section: str) -> list[str]:
    """Read the shell commands of a section of the guide."""
    guide = (ROOT / "docs" / "operations.md").read_text()
    text = guide.split(f"\n## {section}\n")[1].split("\n## ")[0]
    blocks = "".join(re.findall(r"```sh\n(.*?)```", text, re.S))
    return [line for line in blocks.replace("\\\n", " ").splitlines() if line]


@pytest.fixture(scope="module")
def address(stack: dict[str, str]) -> Iterator[str]:
    """Start the web server; give its address."""
    port = free_port()
    with subprocess.Popen(web_argv(Settings(port=port, web_processes=1, web_threads=4)), env=os.environ | stack) as web:
        deadline = time.monotonic() + 30
        while not _answers(port):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield f"127.0.0.1:{port}"
        web.terminate()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_guide_s_commands_work_as_printed(address: str, workspace: str, tmp_path: Path) -> None:
    (tmp_path / "live.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + os.urandom(50_000))
    said = {"KEY": keys.create("editor", workspace, "guide"), "LOCATION": ""}
    told = ""
    for command in (command for section in SECTIONS for command in commands(section) if "make run" not in command):
        told = _run(_here(command, address, tmp_path), tmp_path, said)
        if found := re.search(r"^Location: (\S+)", told, re.M):
            said["LOCATION"] = found[1]
    assert "Shiomi-Job-Id" in told


def _here(command: str, address: str, folder: Path) -> str:
    """Put this machine's places for those of the guide."""
    made = snapshots.listing()
    return (
        command.replace(".venv/bin/python", f"cd {ROOT} && {sys.executable}" if "curl" not in command else "")
        .replace(f"var/snapshots/{EXAMPLE}.tar", str(snapshots.file_of(made[0].id)) if made else "")
        .replace(EXAMPLE, made[0].id if made else "")
        .replace("SHIOMI_DATA_DIR=/srv/shiomi-new", f"unset SHIOMI_DATABASE_URL; export SHIOMI_DATA_DIR={folder}/new;")
        .replace("/mnt/shiomi/blobs", f"{folder}/moved")
        .replace("127.0.0.1:8000", address)
    )


def _run(command: str, folder: Path, said: dict[str, str]) -> str:
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=os.environ | said, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 or "scripts.blobs verify" in command, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
