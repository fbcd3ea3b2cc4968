import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from scripts.stack.web_command import web_argv
from settings import Settings

THREADS = 4
STARTS = {
    "a body": b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nx",
    "headers": b"GET /login HTTP/1.1\r\nHo",
    "nothing": b"",
}


@pytest.fixture(scope="module")
def port(stack: dict[str, str]) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        chosen: int = free.getsockname()[1]
    argv = web_argv(Settings(port=chosen, web_processes=1, web_threads=THREADS))
    with subprocess.Popen(argv, env=os.environ | stack) as server:
        try:
            _wait_for(chosen, 30)
            yield chosen
        finally:
            server.terminate()


@pytest.mark.timeout(90)
@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
def test_clients_that_never_finish_hold_no_thread_for_long(port: int, start: bytes) -> None:
    with ExitStack() as opened:
        for _ in range(THREADS):
            slow = opened.enter_context(socket.create_connection(("127.0.0.1", port)))
            slow.sendall(start)
        began = time.monotonic()
        _wait_for(port, 40)
        assert time.monotonic() - began < 20


def _wait_for(port: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=seconds) as answer:
                assert answer.status == 200
                return
        except URLError:
            assert time.monotonic() < until
            time.sleep(0.2)
