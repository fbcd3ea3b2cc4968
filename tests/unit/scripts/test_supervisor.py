"""The supervisor over real little processes: restarts, order, and nothing left however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started: list[subprocess.Popen[str]] = []

    def start(*tiers: str) -> "subprocess.Popen[str]":
        words = [sys.executable, str(Path(__file__).with_name("toys.py")), str(tmp_path), *tiers]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        started.append(subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True))
        return started[0]

    yield start
    for process in started:
        process.terminate()
        process.communicate()
    for pid in pids(tmp_path):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_a_part_that_dies_is_started_again_with_growing_delays(run: Run, tmp_path: Path) -> None:
    supervisor = run("mortal")
    wait_for(lambda: len(events(tmp_path, "started")) >= 3)
    supervisor.terminate()
    said = supervisor.communicate(timeout=5)[0]
    assert "mortal    | hello from mortal" in said
    assert "mortal    | ended with code 3; starts again in 0.25 s" in said
    assert "mortal    | ended with code 3; starts again in 0.5 s" in said


def test_tiers_stop_in_the_reverse_order_of_their_start(run: Run, tmp_path: Path) -> None:
    supervisor = run("first", "second", "third")
    wait_for((tmp_path / "ready").exists)
    wait_for(lambda: len(events(tmp_path, "started")) == 3)
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.wait(timeout=5) == 0
    assert events(tmp_path, "stopped") == ["third", "second", "first"]
    assert left(tmp_path) == []


def test_a_part_that_does_not_listen_is_killed_with_its_children(run: Run, tmp_path: Path) -> None:
    supervisor = run("stubborn")
    wait_for(lambda: events(tmp_path, "started"))
    supervisor.terminate()
    assert supervisor.wait(timeout=5) == 0
    assert left(tmp_path) == []


def test_the_children_of_a_part_that_was_killed_are_gone_before_it_starts_again(run: Run, tmp_path: Path) -> None:
    run("part")
    wait_for(lambda: events(tmp_path, "started"))
    part, grandchild = pids(tmp_path, "started")[0], pids(tmp_path, "grandchild")[0]
    os.kill(part, signal.SIGKILL)
    wait_for(lambda: len(events(tmp_path, "started")) == 2)
    assert not lives(grandchild)


def test_a_supervisor_killed_the_hard_way_leaves_nobody_behind(run: Run, tmp_path: Path) -> None:
    supervisor = run("polite", "stubborn")
    wait_for(lambda: len(events(tmp_path, "started")) == 2)
    assert len(left(tmp_path)) == 4
    supervisor.kill()
    wait_for(lambda: left(tmp_path) == [])


def test_the_kernel_tells_a_part_of_its_supervisors_death_even_when_the_guard_is_gone(run: Run, tmp_path: Path) -> None:
    supervisor = run("polite")
    wait_for(lambda: events(tmp_path, "started"))
    os.kill(guard_of(supervisor.pid), signal.SIGKILL)
    supervisor.kill()
    wait_for(lambda: events(tmp_path, "stopped") == ["polite"])


def guard_of(supervisor: int) -> int:
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    return next(int(pid) for pid in children if b"guard.py" in Path(f"/proc/{pid}/cmdline").read_bytes())


def events(folder: Path, event: str) -> list[str]:
    return [name for name, kind, _ in notes(folder) if kind == event]


def pids(folder: Path, event: str = "") -> list[int]:
    return [int(pid) for _, kind, pid in notes(folder) if event in ("", kind)]


def notes(folder: Path) -> list[list[str]]:
    file = folder / "events"
    return [line.split(":") for line in file.read_text().splitlines()] if file.exists() else []


def left(folder: Path) -> list[int]:
    return [pid for pid in pids(folder) if lives(pid)]


def lives(pid: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def wait_for(condition: Callable[[], object], seconds: float = 6.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)
