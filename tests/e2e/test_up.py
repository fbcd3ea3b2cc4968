"""The README's command, as a newcomer types it: it starts, says where it is, survives, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from scripts.stack.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


class Run:
    """One `make run` on a data folder and a port of its own."""

    def __init__(self, data_dir: Path, **variables: str) -> None:
        self.data_dir = data_dir
        self.port = int(variables.get("SHIOMI_PORT", free_port()))
        own = {"SHIOMI_DATA_DIR": str(data_dir), "SHIOMI_PORT": str(self.port), **variables}
        env = {name: value for name, value in os.environ.items() if not name.startswith("SHIOMI_")} | own
        self.log = data_dir.parent / f"{data_dir.name}-{self.port}.log"
        self.began = time.monotonic()
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                ["make", "run"], cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until_ready(self) -> float:
        """Wait for the first 200 on /healthz and the welcome; give the seconds to the former."""
        wait_for(lambda: self.answers() or self.process.poll() is not None, 60)
        took = time.monotonic() - self.began
        wait_for(lambda: "Shiomi is ready" in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()
        return took

    def answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def end(self, number: signal.Signals) -> float:
        """Send a signal to the terminal's group, as Ctrl-C does; give the seconds until it has ended."""
        began = time.monotonic()
        os.killpg(self.process.pid, number)
        self.process.wait(timeout=20)
        return time.monotonic() - began

    def pids(self, words: str = "") -> list[int]:
        """Find the living processes that belong to this run, by the start of their command line's words."""
        return [pid for pid in _living() if _belongs(pid, self.data_dir) and words in _command(pid)]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def begin(**variables: str) -> Run:
        runs.append(Run(tmp_path / "var", **variables))
        return runs[-1]

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.end(signal.SIGTERM)


def test_the_command_starts_everything_and_ctrl_c_leaves_nothing(start: Callable[..., Run]) -> None:
    first = start()
    first.wait_until_ready()
    assert f"http://127.0.0.1:{first.port}" in first.said()
    assert re.search(r"User .*: +admin\n.*Password .*: +\S{12,}\n", first.said())
    assert first.end(signal.SIGINT) < 5
    assert first.pids() == []
    second = start()
    took = second.wait_until_ready()
    print(f"second start: first 200 after {took:.1f} s")
    assert took < 6
    assert "Password" not in second.said()
    assert second.end(signal.SIGTERM) < 5
    assert second.pids() == []


def test_a_start_after_kill_9_of_everything_works(start: Callable[..., Run]) -> None:
    first = start()
    first.wait_until_ready()
    for pid in first.pids():
        os.kill(pid, signal.SIGKILL)
    start(SHIOMI_PORT=str(first.port)).wait_until_ready()


def test_kill_9_of_the_supervisor_alone_leaves_nothing(start: Callable[..., Run]) -> None:
    run = start()
    run.wait_until_ready()
    os.kill(run.pids("scripts.up")[0], signal.SIGKILL)
    wait_for(lambda: run.pids() == [])


def test_parts_that_die_come_back_and_a_second_run_is_refused(start: Callable[..., Run]) -> None:
    run = start()
    run.wait_until_ready()
    for words in ("gunicorn", "celery", "valkey-server", "bin/postgres"):
        wait_for(lambda words=words: run.pids(words))  # type: ignore[misc]  # mypy can't infer a lambda's default
        old = run.pids(words)[0]
        os.kill(old, signal.SIGKILL)
        wait_for(lambda words=words, old=old: set(run.pids(words)) - {old})  # type: ignore[misc]
    wait_for(run.answers)
    second = start()
    assert second.process.wait(timeout=20) != 0
    assert f"already runs on {run.data_dir}" in second.said()


def test_a_taken_port_is_named(start: Callable[..., Run]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        run = start(SHIOMI_PORT=str(port))
        assert run.process.wait(timeout=20) != 0
    assert_one_sentence(run.said(), f"Port {port} on 127.0.0.1 is taken by another program")


def test_a_folder_that_cannot_be_written_is_named(start: Callable[..., Run]) -> None:
    run = start(SHIOMI_DATA_DIR="/proc/self/var")
    assert run.process.wait(timeout=20) != 0
    assert_one_sentence(run.said(), "The folder /proc/self/var/run can't be written")


def test_wrong_settings_are_all_named_at_once(start: Callable[..., Run]) -> None:
    run = start(SHIOMI_WORKERS="none", SHIOMI_LOG_LEVEL="loud")
    assert run.process.wait(timeout=20) != 0
    assert re.search(r"^SHIOMI_WORKERS: .+$", run.said(), re.MULTILINE)
    assert re.search(r"^SHIOMI_LOG_LEVEL: .+$", run.said(), re.MULTILINE)
    assert "Traceback" not in run.said()


def test_a_database_that_does_not_listen_is_named(start: Callable[..., Run]) -> None:
    run = start(SHIOMI_DATABASE_URL="postgresql://127.0.0.1:1/shiomi")
    assert run.process.wait(timeout=20) != 0
    assert_one_sentence(run.said(), "SHIOMI_DATABASE_URL points to 127.0.0.1 port 1")
    assert run.pids() == []


def assert_one_sentence(said: str, begins: str) -> None:
    """Check for the sentence, once in English, and no traceback around it."""
    assert [line for line in said.splitlines() if line.startswith(begins)], said
    assert "Traceback" not in said


def wait_for(condition: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def _living() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                if (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                    yield int(entry.name)


def _belongs(pid: int, folder: Path) -> bool:
    """Tell by environment or working folder; servers write their titles over the environment."""
    with suppress(OSError):
        if f"SHIOMI_DATA_DIR={folder}".encode() in Path(f"/proc/{pid}/environ").read_bytes():
            return True
        return os.readlink(f"/proc/{pid}/cwd").startswith(str(folder))
    return False


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""
