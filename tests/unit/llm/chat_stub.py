"""A server on a real socket that speaks OpenAI's chat, models and transcription formats, streams included.

Each request takes the next answer of the test's script, or a good one; an answer writes what it likes to the socket.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from llm.connection import Connection, Provider

KEY = "sk-stub-0123456789"
WORDS = ("潮見坂は", "今日も", "満席です。")
USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
LONGEST_HANG = 20.0


@dataclass
class Turn:
    """One request and the socket to answer it on."""

    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    content: bytes
    handler: BaseHTTPRequestHandler = field(repr=False)

    @property
    def body(self) -> dict[str, Any]:
        """Read the JSON that was sent."""
        found: dict[str, Any] = json.loads(self.content)
        return found

    def send(self, body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        """Answer with these bytes."""
        self.handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        self.handler.wfile.write(body)

    def begin(self, kind: str = "text/event-stream") -> None:
        """Begin an answer in chunks."""
        self.handler.send_response(200)
        self.handler.send_header("Content-Type", kind)
        self.handler.send_header("Transfer-Encoding", "chunked")
        self.handler.end_headers()

    def chunk(self, data: bytes) -> None:
        """Send some of it."""
        self.handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.handler.wfile.flush()

    def end(self) -> None:
        """End it as it should."""
        self.chunk(b"")

    def cut(self) -> None:
        """Close the connection in the middle."""
        self.handler.close_connection = True


Reply = Callable[[Turn], None]


def completion(text: str | None, finish: str = "stop", **more: Any) -> bytes:
    """Write a whole answer."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    body = {"id": "c", "object": "chat.completion", "model": "stub-1", "choices": [choice], "usage": USAGE, **more}
    return json.dumps(body, ensure_ascii=False).encode()


def event(text: str | None = None, finish: str | None = None, **more: Any) -> bytes:
    """Write one event of a stream."""
    choices = [{"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}]
    body = {"id": "c", "object": "chat.completion.chunk", "model": "stub-1", "choices": choices, **more}
    return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"


def says(text: str | None, finish: str = "stop", **more: Any) -> Reply:
    """Answer with this text."""
    return lambda turn: turn.send(completion(text, finish, **more))


def refuses(status: int, code: str = "", message: str = "", **headers: str) -> Reply:
    """Answer with an error; headers are named with _ for -."""
    said = {"error": {"message": message or f"stub says {status}", "type": "stub", "code": code or None}}
    return lambda turn: turn.send(json.dumps(said).encode(), status, **headers)


def streams(words: Sequence[str] = WORDS, *, pause: float = 0.0, with_usage: bool = True) -> Reply:
    """Stream these words as OpenAI does: role first, finish, usage without a choice, [DONE]."""

    def reply(turn: Turn) -> None:
        turn.begin()
        turn.chunk(event() + b": keep-alive\n\n")
        for word in words:
            time.sleep(pause)
            turn.chunk(event(word))
        turn.chunk(event(finish="stop"))
        if with_usage:
            turn.chunk(b"data: " + json.dumps({"choices": [], "model": "stub-1", "usage": USAGE}).encode() + b"\n\n")
        turn.chunk(b"data: [DONE]\n\n")
        turn.end()

    return reply


def good(turn: Turn) -> None:
    """Answer as OpenAI does."""
    if turn.path.endswith("/models"):
        turn.send(json.dumps({"object": "list", "data": [{"id": "stub-2"}, {"id": "stub-1"}]}).encode())
    elif turn.path.endswith("/transcriptions"):
        parts = [
            {"id": 1, "start": 1.5, "end": 2.25, "text": "どうも"},
            {"id": 0, "start": 0.0, "end": 1.5, "text": "はい、"},
        ]
        turn.send(json.dumps({"text": "はい、どうも", "language": "ja", "duration": 2.5, "segments": parts}).encode())
    elif turn.body.get("stream"):
        streams()(turn)
    else:
        says("".join(WORDS))(turn)


class ChatStub:
    """The server; `turns` are all it got, `gone` the times a client hung up on a stream."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.gone = threading.Event()
        self.freed = threading.Event()
        self._script: deque[Reply] = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> "ChatStub":
        """Start answering."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Free what hangs and close the port."""
        self.freed.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def origin(self) -> str:
        """Give the address without a path."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def provider(self, name: str = "compatible") -> Provider:
        """Give this server as one of the kinds of providers."""
        if name == "azure":
            return Provider(name, Connection(KEY, azure_endpoint=self.origin))
        return Provider(name, Connection(KEY, f"{self.origin}/v1"))

    def then(self, *replies: Reply) -> None:
        """Add to the script."""
        self._script.extend(replies)

    def hang(self, turn: Turn) -> None:
        """Answer only when freed."""
        self.freed.wait(LONGEST_HANG)
        good(turn)

    def drip(self, turn: Turn) -> None:
        """Stay alive for ever without saying anything: a space now and then."""
        turn.begin("application/json")
        while not self.freed.wait(0.05):
            turn.chunk(b" ")

    def endless(self, turn: Turn) -> None:
        """Stream words until the client hangs up."""
        turn.begin()
        while not self.freed.wait(0.02):
            turn.chunk(event("潮"))

    def silent_after(self, word: str) -> Reply:
        """Stream one word, then nothing more."""

        def reply(turn: Turn) -> None:
            turn.begin()
            turn.chunk(event(word))
            self.freed.wait(LONGEST_HANG)

        return reply

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._take(b"")

            def do_POST(self) -> None:
                self._take(self.rfile.read(int(self.headers["Content-Length"])))

            def _take(self, content: bytes) -> None:
                parts = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                turn = Turn(parts.path, parse_qs(parts.query), headers, content, self)
                stub.turns.append(turn)
                try:
                    (stub._script.popleft() if stub._script else good)(turn)
                except (BrokenPipeError, ConnectionResetError):
                    stub.gone.set()
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                """Stay quiet."""

        return Handler
