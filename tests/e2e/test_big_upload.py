"""A big file from a real browser over a bad network to a server that is killed: it arrives whole, in flat memory."""

import hashlib
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from playwright.sync_api import Page, expect

from db.blobs import blobs, key_of
from scripts import users
from scripts.stack.parts import child_env
from scripts.stack.ports import free_port
from scripts.stack.web_command import ENV, web_argv
from settings import Settings
from tests.e2e.cutter import Cutter

MIB = 1024 * 1024
SIZE = int(os.environ.get("SHIOMI_TEST_UPLOAD_MB", "1024")) * MIB
MOST_RSS = 120_000_000
PASSWORD = "tide and sea"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    return {"executable_path": "/usr/bin/chromium", "args": [*FLAGS, "--disable-component-update", "--disable-sync"]}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    return {"locale": "en-US", "viewport": {"width": 1280, "height": 860}}


class Server:
    """The web server as `make run` starts it, to be killed and started again."""

    def __init__(self, stack: dict[str, str]) -> None:
        self.port = free_port()
        self.most_rss = 0
        own = child_env(Path(stack["SHIOMI_DATA_DIR"]), stack["SHIOMI_DATABASE_URL"], stack["SHIOMI_BROKER_URL"])
        self._env = {
            name: value for name, value in (os.environ | own | ENV).items() if not name.startswith("PROMETHEUS")
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        argv = web_argv(Settings(port=self.port, web_processes=1, web_threads=16))
        self._process = subprocess.Popen(argv, env=self._env, start_new_session=True)
        deadline = time.monotonic() + 30
        while not _answers(self.port):
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def kill(self) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def look(self) -> None:
        """Note the memory of the largest process."""
        assert self._process is not None
        processes = [psutil.Process(self._process.pid), *psutil.Process(self._process.pid).children(recursive=True)]
        self.most_rss = max(self.most_rss, *(process.memory_info().rss for process in processes))


@pytest.fixture
def server(stack: dict[str, str]) -> Iterator[Server]:
    made = Server(stack)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def network(server: Server) -> Iterator[Cutter]:
    cutter = Cutter(server.port)
    yield cutter
    cutter.close()


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Make a file of the full size; give it with its hash."""
    path, digest, noise = tmp_path_factory.mktemp("big") / "配信 recording.bin", hashlib.sha256(), random.Random(7)
    with path.open("wb") as file:
        for _ in range(SIZE // MIB):
            piece = noise.randbytes(MIB)
            digest.update(piece)
            file.write(piece)
    yield path, digest.hexdigest()
    path.unlink()


@pytest.fixture
def signed_in(page: Page, network: Cutter, workspace: str) -> Page:
    name = f"user-{workspace}"
    users.add(name, PASSWORD, "editor", workspace)
    address = f"http://127.0.0.1:{network.port}"
    page.goto(f"{address}/login")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(f"{address}/")
    return page


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_big_file_arrives_whole_though_cut_three_times_and_the_server_is_killed(
    signed_in: Page, server: Server, network: Cutter, recording: tuple[Path, str]
) -> None:
    path, digest = recording
    signed_in.set_input_files("#files", path)
    row = signed_in.locator("#sending .row")
    for part, hurt in ((0.15, "cut"), (0.35, "cut"), (0.55, "kill"), (0.75, "cut")):
        _wait_for_share(signed_in, server, part)
        if hurt == "cut":
            network.cut()
        else:
            server.kill()
            expect(row).to_contain_text("Connection lost", timeout=20_000)
            server.start()
    expect(row).to_contain_text(re.compile(r"MB/s · [\d:]+ left"), timeout=60_000)
    while row.get_by_role("link", name="Watch").count() == 0:
        server.look()
        time.sleep(0.2)
    assert _stored(digest) == digest
    print(f"most RSS {server.most_rss / 1e6:.0f} MB")
    assert server.most_rss <= MOST_RSS
    assert network.sent < SIZE * 1.3
    print(f"{SIZE // MIB} MiB, most RSS {server.most_rss / 1e6:.0f} MB, {network.sent / MIB:.0f} MiB sent")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_pause_and_reload_go_on_where_they_were(
    signed_in: Page, server: Server, network: Cutter, tmp_path: Path
) -> None:
    path = tmp_path / "paused.bin"
    path.write_bytes(os.urandom(96 * MIB))
    signed_in.set_input_files("#files", path)
    _wait_for_share(signed_in, server, 0.2)
    row = signed_in.locator("#sending .row")
    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("Paused")
    time.sleep(0.5)
    before = network.sent
    time.sleep(1)
    assert network.sent == before
    row.get_by_role("button", name="Go on").click()
    _wait_for_share(signed_in, server, 0.5)
    signed_in.on("dialog", lambda dialog: dialog.accept())
    signed_in.reload()
    row = signed_in.locator("#sending .row")
    expect(row).to_contain_text("choose the same file again")
    signed_in.set_input_files("#files", path)
    expect(row.get_by_role("link", name="Watch")).to_be_visible(timeout=60_000)
    assert network.sent < 96 * MIB * 1.4
    assert blobs().exists(key_of(hashlib.sha256(path.read_bytes()).hexdigest()))
    _sending_it_again_sends_nothing(signed_in, network, path)


def _sending_it_again_sends_nothing(page: Page, network: Cutter, path: Path) -> None:
    before = network.sent
    page.set_input_files("#files", path)
    expect(page.locator("#sending .row").last).to_contain_text("Already here", timeout=60_000)
    assert network.sent - before < MIB


def _wait_for_share(page: Page, server: Server, share: float) -> None:
    bar = page.locator("#sending progress").last
    deadline = time.monotonic() + 300
    while float(bar.evaluate("bar => bar.value")) < 100 * share:
        assert time.monotonic() < deadline
        server.look()
        time.sleep(0.1)


def _stored(digest: str) -> str:
    with blobs().local_copy(key_of(digest)) as path, path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
