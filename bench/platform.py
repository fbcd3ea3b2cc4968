"""The whole platform, started with the README's command on a free port, and a caller of its API."""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import db
from bench.stack import QUIET, pointed_at
from db import keys, workspaces
from scripts.stack.ports import free_port

START_SECONDS = 120


class Platform:
    """A running platform; `pid` is its supervisor's."""

    def __init__(self, port: int, pid: int) -> None:
        self.port, self.pid = port, pid

    def caller(self, workspace: str) -> "Caller":
        """Make a workspace and a caller with a key of its own."""
        secret = keys.new_secret()
        with db.engine() as connection:
            workspaces.ensure(connection, workspace)
            keys.add(connection, workspace, "bench", "editor", secret)
        return Caller(self.port, secret)


class Caller:
    """Speaks to the API as a partner's program would: one request at a time."""

    def __init__(self, port: int, secret: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._key = {"Authorization": f"Bearer {secret}"}

    def upload(self, filename: str, content: bytes) -> str:
        """Send a file; give its job's id."""
        border = secrets.token_hex(16)
        head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'
        kind = f'--{border}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nauto\r\n'
        body = kind.encode() + head.encode() + content + f"\r\n--{border}--\r\n".encode()
        answer = self._ask("POST", "/api/v1/jobs", body, f"multipart/form-data; boundary={border}")
        return str(answer["job"]["id"])

    def search(self, query: str, top_k: int = 10) -> list[dict[str, Any]]:
        """Ask a question; give the hits."""
        body = json.dumps({"query": query, "top_k": top_k}).encode()
        hits: list[dict[str, Any]] = self._ask("POST", "/api/v1/search", body, "application/json")["hits"]
        return hits

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> dict[str, Any]:
        self._connection.close()  # the server ends a connection that idled while we waited for jobs
        self._connection.request(method, path, body, {**self._key, "Content-Type": kind})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= http.client.BAD_REQUEST:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        found: dict[str, Any] = json.loads(content)
        return found


@contextmanager
def platform() -> Iterator[Platform]:
    """Start everything in a folder of its own, with this process's settings pointed at it; stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="shiomi-bench-") as folder:
        port = free_port()
        variables = {
            **QUIET,
            "SHIOMI_DATA_DIR": folder,
            "SHIOMI_PORT": str(port),
            "SHIOMI_RATE_LIMIT": "1000000/minute",
        }
        with pointed_at(variables), (Path(folder) / "log.txt").open("wb") as log:
            started = subprocess.Popen([sys.executable, "-m", "scripts.up"], stdout=log, stderr=log, env=os.environ)
            try:
                _wait(port)
                yield Platform(port, started.pid)
            finally:
                started.send_signal(signal.SIGTERM)
                started.wait(timeout=30)


def open_jobs() -> int:
    """Count the jobs of all workspaces that have not ended."""
    with db.engine() as connection:
        row = connection.execute("SELECT count(*) FROM jobs WHERE status IN ('waiting', 'running')").fetchone()
    return int(row[0]) if row else 0


def wait_done() -> None:
    """Wait until all jobs have ended."""
    while open_jobs():
        time.sleep(0.1)


def _wait(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The platform did not start; its log is in the benchmark's folder.")
