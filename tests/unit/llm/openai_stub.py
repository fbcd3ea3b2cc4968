"""A server on a real socket that speaks OpenAI's embeddings format, and misbehaves where a test's script says so.

A script is a queue of answers: each request takes the next one, or a good answer when the script is at its end.
"""

import base64
import hashlib
import json
import re
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
KEY = "stub-key"
LONGEST_HANG = 20.0
_PATH = re.compile(r"/v1/embeddings|/openai/deployments/[^/]+/embeddings")


@dataclass(frozen=True)
class Request:
    """What a client sent, and how long this server's vectors are."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    dimension: int

    @property
    def texts(self) -> list[str]:
        """Name the texts that are to be embedded."""
        return list(self.body["input"])


@dataclass(frozen=True)
class Reply:
    """What goes back; `torn` closes the connection before the body is complete."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    torn: bool = False


Answer = Callable[[Request], Reply]


def vector(text: str, dimension: int) -> Rows:
    """Give the vector of a text: always the same one, not yet of length one."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    return np.asarray(np.random.default_rng(seed).normal(size=dimension), dtype=np.float32)


def good(request: Request) -> Reply:
    """Answer as OpenAI does."""
    return with_rows(request, np.stack([vector(text, request.dimension) for text in request.texts]))


def with_rows(request: Request, rows: Rows, order: Sequence[int] | None = None, *, lists: bool = False) -> Reply:
    """Answer with these vectors, in the encoding that was wished for unless `lists`, items in the given order."""
    as_text = request.body.get("encoding_format") == "base64" and not lists
    shown = [base64.b64encode(row.astype("<f4").tobytes()).decode() if as_text else row.tolist() for row in rows]
    data = [{"object": "embedding", "index": i, "embedding": shown[i]} for i in (order or range(len(rows)))]
    usage = {"prompt_tokens": len(rows), "total_tokens": len(rows)}
    return Reply(json.dumps({"object": "list", "data": data, "model": request.body["model"], "usage": usage}).encode())


def refusal(status: int, code: str = "", **headers: str) -> Answer:
    """Answer with an error; headers are named with _ for -."""
    body = json.dumps({"error": {"message": f"stub says {status}", "type": "stub", "code": code or None}}).encode()
    reply = Reply(body, status, {name.replace("_", "-"): value for name, value in headers.items()})

    def refused(_: Request) -> Reply:
        return reply

    refused.__name__ = code or f"status_{status}"
    return refused


class OpenAIStub:
    """The server; `requests` are all it got. `dimension` may be changed while it runs."""

    def __init__(self, dimension: int = 8) -> None:
        self.dimension = dimension
        self.requests: list[Request] = []
        self.freed = threading.Event()
        self._script: deque[Answer] = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> "OpenAIStub":
        """Start answering."""
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Free what hangs and close the port: from now on the server is down."""
        self.close()

    @property
    def origin(self) -> str:
        """Give the address without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_url(self) -> str:
        """Give the address that clients are set to."""
        return f"{self.origin}/v1"

    def then(self, *answers: Answer) -> None:
        """Add to the script."""
        self._script.extend(answers)

    def hang(self, request: Request) -> Reply:
        """Answer only when freed."""
        self.freed.wait(LONGEST_HANG)
        return good(request)

    def close(self) -> None:
        """Stop; a second time does nothing."""
        self.freed.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def answer(self, request: Request) -> Reply:
        """Take the next answer of the script."""
        self.requests.append(request)
        if not _PATH.fullmatch(request.path):
            return refusal(404)(request)
        return (self._script.popleft() if self._script else good)(request)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                parts = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                _send(self, stub.answer(Request(parts.path, parse_qs(parts.query), headers, body, stub.dimension)))

            def log_message(self, *_: Any) -> None:
                """Stay quiet."""

        return Handler


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    try:
        handler.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body[: len(reply.body) // 2] if reply.torn else reply.body)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the client lost patience, as some tests want it to
