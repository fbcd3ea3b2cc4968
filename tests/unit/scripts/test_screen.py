"""One terminal for all parts."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.stack.screen import LONGEST_LINE, Lines, Screen


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_each_line_stands_behind_its_parts_name(pipe: tuple[int, int]) -> None:
    screen = Screen(pipe[1])
    screen.line("web", "起動")
    screen.line("scheduler", "up")
    assert os.read(pipe[0], 999).decode() == "web       | 起動\nscheduler | up\n"


def test_parts_have_colours_only_where_they_are_wanted(pipe: tuple[int, int]) -> None:
    screen = Screen(pipe[1], coloured=True)
    screen.line("web", "a")
    screen.line("worker", "b")
    screen.line("web", "c")
    first, second, third = os.read(pipe[0], 999).decode().splitlines()
    assert first.startswith("\x1b[36mweb")
    assert third.startswith("\x1b[36mweb")
    assert second.startswith("\x1b[33mworker")


def test_a_closed_terminal_does_not_stop_the_platform() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    Screen(writer).line("web", "nobody reads this")
    os.close(writer)


def test_lines_arrive_whole_however_they_were_written(tmp_path: Path) -> None:
    said: list[str] = []
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as pipe:
        lines = Lines(pipe, said.append)
        assert not lines.pump()
        for piece in ("one\ntw", "o\r\n日".encode()[:-1], "日".encode()[-1:] + b"\nlast"):
            os.write(writer, piece.encode() if isinstance(piece, str) else piece)
            lines.pump()
        os.close(writer)
        lines.pump()
    assert said == ["one", "two", "日", "last"]


def test_a_line_without_an_end_is_cut_before_it_fills_the_memory() -> None:
    said: list[str] = []
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as pipe:
        lines = Lines(pipe, said.append)
        for _ in range(3):
            os.write(writer, b"x" * (LONGEST_LINE // 2))
            lines.pump()
        os.close(writer)
    assert [len(line) for line in said] == [LONGEST_LINE // 2 * 3]
