"""One run at a time on a folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.stack.errors import AlreadyRunning
from scripts.stack.lock import FolderLock

TAKE_AND_DIE = "import os, sys; from pathlib import Path; from scripts.stack.lock import FolderLock; " + (
    "FolderLock(Path(sys.argv[1])).take(); os.kill(os.getpid(), 9)"
)


def test_a_second_run_on_the_same_folder_is_refused_by_name(tmp_path: Path) -> None:
    first = FolderLock(tmp_path)
    first.take()
    with pytest.raises(AlreadyRunning, match=str(tmp_path)):
        FolderLock(tmp_path).take()
    first.release()


def test_a_folder_given_back_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        lock = FolderLock(tmp_path)
        lock.take()
        assert not lock.was_cut
        lock.release()


def test_a_run_that_was_killed_gives_the_folder_back_and_is_noticed(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", TAKE_AND_DIE, str(tmp_path)], check=False)
    lock = FolderLock(tmp_path)
    lock.take()
    assert lock.was_cut
    lock.release()
