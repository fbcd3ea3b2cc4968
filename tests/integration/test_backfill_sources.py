"""Past analyses out of another system's API and out of a container of Azure Blob Storage."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from azure.storage.blob import BlobServiceClient

import db
from db.azure_source import AzureFiles
from ingesters import backfill
from ingesters.backfill import Wish
from ingesters.backfill_shape import NotAnAnalysis
from ingesters.backfill_sources import ApiSource, Container, FileSource
from tests.azurite.server import Azurite
from tests.integration.test_backfill import analysis, load


class Api(BaseHTTPRequestHandler):
    """Gives three pages of two analyses to whoever has the key."""

    def do_GET(self) -> None:
        page = int(parse_qs(urlsplit(self.path).query).get("cursor", ["0"])[0])
        following = str(page + 1) if page < 2 else None
        body = json.dumps({"items": [analysis(2 * page), analysis(2 * page + 1)], "next_cursor": following}).encode()
        self.send_response(200 if self.headers.get("Authorization") == "Bearer key" else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def api() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/analyses"
    server.shutdown()
    server.server_close()


def test_an_api_is_read_page_by_page_and_again_adds_nothing(workspace: str, api: str) -> None:
    for expected in ({"added": 6}, {"there": 6}):
        assert load(workspace, ApiSource(api, "key", ("127.0.0.1",))) == expected


def test_an_api_read_again_after_a_cut_begins_at_the_page_it_was_on(
    workspace: str, api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "BATCH", 3)
    running = backfill.load(workspace, ApiSource(api, "key", ("127.0.0.1",)), Wish())
    for _ in range(3):
        next(running)
    running.close()
    assert load(workspace, ApiSource(api, "key", ("127.0.0.1",))) == {"there": 1, "added": 3}


@pytest.mark.parametrize(
    ("key", "allowed", "said"), [("other", ("127.0.0.1",), "401"), ("key", (), "SHIOMI_FETCH_ALLOW")]
)
def test_an_api_that_refuses_or_is_not_allowed_is_said(
    workspace: str, api: str, key: str, allowed: tuple[str, ...], said: str
) -> None:
    with pytest.raises(NotAnAnalysis, match=said):
        list(backfill.load(workspace, ApiSource(api, key, allowed), Wish()))


def test_a_container_is_read_with_the_files_beside_its_records(workspace: str, tmp_path: Path) -> None:
    with Azurite(tmp_path) as server:
        service = BlobServiceClient.from_connection_string(server.url)
        with service, service.get_container_client("past") as container:
            container.create_container()
            for number in range(3):
                container.upload_blob(f"2025/{number}.json", json.dumps(analysis(number)).encode())
            container.upload_blob("2025/1.png", b"\x89PNG\r\n\x1a\n" + b"0" * 20)
            container.upload_blob("other/9.json", b"{}")
        for expected in ({"added": 3}, {"there": 3}):
            source = FileSource("azure:past/2025/", Container(AzureFiles(server.url, "past", "2025/")))
            assert load(workspace, source) == expected
    with db.transaction(workspace) as connection:
        row = connection.execute("SELECT role, filename, job_id IS NOT NULL FROM analysis_files").fetchall()
    assert row == [("screenshot", "1.png", True)]
