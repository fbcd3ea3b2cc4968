"""An analysis becomes rows, searchable texts and jobs for its files; a bad URL is found on the job."""

import json
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import db
from db import analyses, analysis_files, analysis_phases, jobs, sales
from db import blobs as store
from db.jobs import Job
from db.search import Filters
from ingesters import intake
from ingesters.intake import Submitted, Upload
from retrieval.search import Question, search
from tests.conftest import pointed_at

Work = Callable[[Submitted], Job]
ANALYSIS = {
    "liver": "みお",
    "title": "春の夜配信",
    "stream_id": "live_1",
    "started_at": "2026-03-01T20:00:00+09:00",
    "sales": {
        "sales_performance": {
            "gmv": {"amount": "1234.56", "currency": "JPY"},
            "24h_live_gmv": {"amount": "1500.00", "currency": "JPY"},
            "sku_orders": 25,
            "created_sku_orders": 30,
        }
    },
    "analysis": {
        "phases": [
            {"label": "開始", "start_ms": 0, "end_ms": 60000, "summary": "口紅の新色を紹介し、限定価格を告げた。"}
        ],
        "improvements": ["もっと早く価格を見せる"],
    },
}


def submit(workspace: str, content: Any) -> Submitted:
    raw = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    return intake.submit(workspace, Upload("analysis.json", store.blobs().put(raw)), "analysis", {})


def test_figures_phases_and_texts_are_stored_and_found(workspace: str, work: Work) -> None:
    job = work(submit(workspace, ANALYSIS))
    assert (job.status, job.result["analysis_id"]) == ("succeeded", str(job.id))
    with db.transaction(workspace) as connection:
        found = {figure.name: str(figure.value) for figure in sales.of_analysis(connection, job.id)}
        assert found == {"gmv": "1234.56", "gmv_24h": "1500.00", "orders": "25", "created_orders": "30"}
        assert [phase.label for phase in analysis_phases.of_analysis(connection, job.id)] == ["開始"]
        assert sales.total_gmv(connection) == {"JPY": Decimal("1234.56")}
    hits = search(workspace, Question("口紅の新色", 3, Filters(liver="みお"))).hits
    assert "限定価格" in hits[0].text


def test_a_newer_analysis_of_the_same_stream_counts_alone(workspace: str, work: Work) -> None:
    for amount in ("100", "250"):
        work(submit(workspace, {"stream_id": "s", "liver": "a", "sales": {"gmv": amount, "currency": "JPY"}}))
    work(submit(workspace, {"stream_id": "t", "liver": "a", "sales": {"gmv": "5", "currency": "USD"}}))
    with db.transaction(workspace) as connection:
        assert {c: int(v) for c, v in sales.total_gmv(connection).items()} == {"JPY": 250, "USD": 5}
        counts = analyses.counts(connection)
    assert (counts.analyses, counts.sessions, counts.livers) == (3, 2, 1)


@pytest.mark.parametrize(
    ("content", "code"), [(b"{", "analysis_not_json"), ({"sales": {"gmv": "x"}}, "analysis_invalid")]
)
def test_what_is_no_analysis_fails_with_its_own_code(workspace: str, work: Work, content: Any, code: str) -> None:
    job = work(submit(workspace, content))
    assert (job.status, job.error_code) == ("failed", code)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Serve a folder with one picture."""
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 50)
    (tmp_path / "v.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + b"0" * 50)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    SimpleHTTPRequestHandler.log_message = lambda *_: None  # type: ignore[method-assign]
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_files_given_by_url_are_fetched_and_get_jobs(
    workspace: str, work: Work, site: str, stack: dict[str, str]
) -> None:
    with pointed_at({"SHIOMI_FETCH_ALLOW": "127.0.0.1"}):
        job = work(submit(workspace, {"video_url": f"{site}/v.mp4", "screenshot_urls": [f"{site}/a.png"]}))
    assert job.status == "succeeded"
    with db.transaction(workspace) as connection:
        files = {file.role: file for file in analysis_files.of_analysis(connection, job.id)}
        assert jobs.get(connection, files["screenshot"].job_id).kind == "screenshot"  # type: ignore[arg-type]
    assert files["video"].asset_id is not None


def test_a_forbidden_url_fails_the_job_with_its_code_and_keeps_no_other_file_back(
    workspace: str, work: Work, site: str, stack: dict[str, str]
) -> None:
    urls = ["http://169.254.169.254/x.png", f"{site}/a.png", f"{site}/missing.png"]
    with pointed_at({"SHIOMI_FETCH_ALLOW": "127.0.0.1"}):
        job = work(submit(workspace, {"screenshot_urls": urls, "analysis": {"summary": "あ" * 50}}))
    assert (job.status, job.error_code) == ("failed", "url_forbidden")
    with db.transaction(workspace) as connection:
        files = analysis_files.of_analysis(connection, job.id)
        assert [(f.asset_id is not None, f.error_code) for f in files] == [
            (False, "url_forbidden"), (True, None), (False, "url_refused"),
        ]  # fmt: skip
        assert analyses.get(connection, job.id).stored_at is not None
