"""A worker dies in the middle of a scan: the next one goes on at its page, and nothing differs in the end."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

import db
from db import bookmarks, chunks, workspaces
from db.blobs import blobs
from db.chunks import ChunkRow
from extractors import ocr_model
from ingesters import intake
from ingesters.intake import Upload
from tests.chaos.platform import Platform, wait_for
from tests.unit.extractors.made_scan import picture, shown, write

PAGES = 12
PLACE = tuple[int, int | None, str, list[str], list[float] | None]


@pytest.fixture
def scan(tmp_path: Path) -> bytes:
    """Give a scan with a running head, chapters that begin on every third page, and text below them."""
    drawn = []
    for number in range(1, PAGES + 1):
        words = [(60.0, 20.0, 9.0, "Shop manual"), (60.0, 200.0, 11.0, f"The text of page {number} says something.")]
        if number % 3 == 1:
            words.append((60.0, 100.0, 24.0, f"Chapter {number // 3 + 1}"))
        drawn.append((picture(words), shown(0, 0, 600, 800)))
    return write(tmp_path / "scan.pdf", drawn).read_bytes()


@pytest.fixture
def worker(platform: Platform) -> Iterator[subprocess.Popen[bytes]]:
    """Give a running worker that has the models."""
    ocr_model.ensure(platform.data_dir / "models")
    worker = platform.start_worker()
    yield worker
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def submitted(workspace: str, content: bytes) -> UUID:
    upload = Upload("scan.pdf", blobs().put(content))
    return intake.submit(workspace, upload, "document", {}).job.id


def read_to(platform: Platform, job_id: UUID) -> int:
    """Give the page at which the reading stands."""
    with db.transaction(platform.workspace) as connection:
        found = bookmarks.of_document(connection, job_id)
    return found.page if found else 1


def progress(platform: Platform, job_id: UUID) -> list[float]:
    """Give the progress of all pages that were saved."""
    found = [event for event in platform.events(job_id) if event.kind == "progress"]
    return [event.data["progress"] for event in found if event.data["stage"] == "extract"]


def said(platform: Platform, job_id: UUID) -> list[PLACE]:
    with db.transaction(platform.workspace) as connection:
        rows: list[ChunkRow] = chunks.of_document(connection, job_id)
    return [(row.ordinal, row.page, row.text, row.heading_path, row.bbox) for row in rows]


@pytest.mark.slow
def test_a_scan_goes_on_at_its_page_after_kill_9(
    platform: Platform, worker: subprocess.Popen[bytes], scan: bytes
) -> None:
    job = submitted(platform.workspace, scan)
    wait_for(lambda: read_to(platform, job) > 4, 60)
    os.kill(platform.child_of(worker, job), signal.SIGKILL)
    stood = read_to(platform, job)
    assert platform.wait_end(job, 90).status == "succeeded"
    seen = progress(platform, job)
    assert seen == sorted(set(seen))  # a page that had been read already would show up again
    assert (4 < stood < PAGES, len(seen) >= PAGES - 1) == (True, True)
    disturbed = said(platform, job)
    assert disturbed[-1][3] == ["Chapter 4"]
    platform.workspace = "calm"
    with db.engine() as connection:
        workspaces.ensure(connection, "calm")
    calm = submitted("calm", scan)
    assert platform.wait_end(calm, 90).status == "succeeded"
    assert (disturbed, len({page for _, page, *_ in disturbed})) == (said(platform, calm), PAGES)
