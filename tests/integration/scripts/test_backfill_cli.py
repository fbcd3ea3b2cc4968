"""The command `scripts.backfill`: killed again and again, it ends with the rows of a run that nobody disturbed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import db
from db import jobs, workspaces
from db.jobs import Job
from ingesters.run import run
from tasks.life import tools

COUNT, KILLS = 400, 5
ROOT = Path(__file__).resolve().parents[3]


def write(folder: Path) -> None:
    for number in range(COUNT):
        sales = {
            "gmv": {"amount": f"{number}.5", "currency": "JPY"},
            "sku_orders": number,
            "created_sku_orders": number + 1,
        }
        analysis = {"phases": [{"label": "開始", "start_ms": 0, "end_ms": 9000, "metrics": {"viewers": number}}]}
        document = {
            "id": f"a{number}",
            "liver": f"l{number % 9}",
            "stream_id": f"s{number}",
            "sales": sales,
            "analysis": analysis,
        }
        (folder / f"{number:05}.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def start(folder: Path, workspace: str) -> "subprocess.Popen[bytes]":
    words = ["--source", "local", "--dir", str(folder), "--workspace", workspace, "--no-wait"]
    return subprocess.Popen(
        [sys.executable, "-m", "scripts.backfill", *words], cwd=ROOT, stderr=subprocess.DEVNULL, env=os.environ
    )


def rows(workspace: str) -> dict[str, list[Any]]:
    """Read all that a backfill makes, without ids and times."""
    queries = {
        "analyses": "SELECT external_id, liver, stream_id, content_hash, stored_at IS NOT NULL FROM analyses",
        "sales": "SELECT a.external_id, s.scope, s.item, s.name, s.currency, s.value, s.unit FROM sales s "
        "JOIN analyses a ON a.id = s.analysis_id",
        "phases": "SELECT a.external_id, p.ordinal, p.label, p.start_ms, p.end_ms FROM analysis_phases p "
        "JOIN analyses a ON a.id = p.analysis_id",
        "chunks": "SELECT a.external_id, c.ordinal, c.text, c.heading_path, c.terms FROM chunks c "
        "JOIN analyses a ON a.id = c.document_id",
        "counts": "SELECT term, chunks FROM term_counts",
        "vectors": "SELECT count(*) FROM vectors",
    }
    with db.transaction(workspace) as connection:
        return {name: sorted(connection.execute(query).fetchall()) for name, query in queries.items()}


def work_all(workspace: str) -> set[str]:
    while True:
        with db.transaction(workspace) as connection:
            waiting = jobs.listing(connection, 100, status="waiting")
        for job in waiting:
            run(job.id, tools(), "test", lambda: False)
        if not waiting:
            with db.transaction(workspace) as connection:
                return set(jobs.counts(connection))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_five_times_it_ends_with_the_rows_of_an_undisturbed_run(
    workspace: str, tmp_path: Path, work: Callable[..., Job]
) -> None:
    write(tmp_path)
    rng = random.Random(5)
    for _ in range(KILLS):
        process = start(tmp_path, workspace)
        time.sleep(rng.uniform(1.0, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert start(tmp_path, workspace).wait(timeout=120) == 0
    assert work_all(workspace) == {"succeeded"}
    undisturbed = f"{workspace}-u"
    with db.engine() as connection:
        workspaces.ensure(connection, undisturbed)
    assert start(tmp_path, undisturbed).wait(timeout=120) == 0
    assert work_all(undisturbed) == {"succeeded"}
    assert rows(workspace) == rows(undisturbed)
    assert len(rows(workspace)["analyses"]) == COUNT


def test_what_is_missing_on_the_command_line_is_said(stack: dict[str, str]) -> None:
    for words, said in (
        (["--source", "local"], "--dir"),
        (["--source", "api"], "--url"),
        (["--source", "azure"], "AZURE"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "scripts.backfill", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert said in done.stderr.replace("\n", "")
