"""Downloads are bounded, follow few redirects, and go on where they broke off."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ingesters.download import Bounds, Downloader
from ingesters.errors import IngestError, PassingFault

CONTENT = bytes(range(256)) * 4096


class Files(BaseHTTPRequestHandler):
    """Serves CONTENT: /cut breaks off twice, /loop redirects for ever, /moved once, /inside to a forbidden place."""

    cuts = 0
    etag = '"one"'

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name in {"loop", "moved", "inside"}:
            goal = {"loop": "/loop", "moved": "/file", "inside": "http://127.0.0.2/"}[name]
            self._say(302, b"", Location=goal)
        elif name.isdecimal():
            self._say(int(name), b"", **({"Retry-After": "7"} if name == "503" else {}))
        else:
            self._serve(name, int(self.headers.get("Range", "bytes=0-")[6:-1]))

    def _serve(self, name: str, start: int) -> None:
        if name == "changing":
            start = 0
        status = 206 if start else 200
        part = {"Content-Range": f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"} if start else {}
        disposition = "attachment; filename*=UTF-8''%E9%85%8D%E4%BF%A1.mp4"
        self._say(status, CONTENT[start:], ETag=self.etag, **{"Content-Disposition": disposition}, **part)

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for field, value in headers.items():
            self.send_header(field, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.path in {"/cut", "/changing"} and Files.cuts < 2:
            Files.cuts += 1
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Files.cuts = 0
    running = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    running.server_close()


def fetch(url: str, most: int = 1 << 30) -> tuple[bytes, str]:
    sink = io.BytesIO()
    fetched = Downloader(["127.0.0.1"]).fetch(url, sink, Bounds(most, seconds=20, silence=2))
    assert fetched.bytes == len(sink.getvalue())
    return sink.getvalue(), fetched.filename


def test_a_file_comes_whole_and_with_the_name_its_server_gives(server: str) -> None:
    assert fetch(f"{server}/file") == (CONTENT, "配信.mp4")


def test_a_download_that_breaks_off_goes_on_from_there(server: str) -> None:
    assert fetch(f"{server}/cut")[0] == CONTENT
    assert Files.cuts == 2


def test_a_file_that_changed_meanwhile_is_not_glued_together(server: str) -> None:
    with pytest.raises(PassingFault) as fault:
        fetch(f"{server}/changing")
    assert fault.value.code == "url_changed"


def test_a_redirect_is_followed(server: str) -> None:
    assert fetch(f"{server}/moved")[0] == CONTENT


@pytest.mark.parametrize(
    ("path", "code"),
    [("loop", "url_redirects"), ("inside", "url_forbidden"), ("404", "url_refused"), ("403", "url_refused")],
)
def test_what_can_never_come_has_its_code(server: str, path: str, code: str) -> None:
    with pytest.raises(IngestError) as refused:
        fetch(f"{server}/{path}")
    assert refused.value.code == code
    assert not isinstance(refused.value, PassingFault)


def test_a_busy_server_says_when_to_come_again(server: str) -> None:
    with pytest.raises(PassingFault) as fault:
        fetch(f"{server}/503")
    assert fault.value.retry_after == 7


def test_a_file_beyond_the_limit_is_refused(server: str) -> None:
    with pytest.raises(IngestError) as refused:
        fetch(f"{server}/file", most=1000)
    assert refused.value.code == "file_too_large"
