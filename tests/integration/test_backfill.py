"""Past analyses are loaded once, whatever happens on the way."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import db
from db import analyses, analysis_files, jobs
from db.jobs import Job
from ingesters import backfill
from ingesters.backfill import Wish
from ingesters.backfill_sources import FileSource, Folder, Source
from ingesters.intake import Submitted

Work = Callable[[Submitted], Job]


def analysis(number: int) -> dict[str, Any]:
    sales = {"gmv": {"amount": str(number), "currency": "JPY"}}
    return {
        "id": f"a{number}",
        "liver": f"l{number % 7}",
        "stream_id": f"s{number}",
        "sales": sales,
        "started_at": f"2025-01-{number % 28 + 1:02}T12:00:00Z",
        "analysis": {"summary": f"第{number}回の配信"},
    }


def fill(folder: Path, count: int) -> FileSource:
    for number in range(count):
        (folder / f"{number:04}.json").write_text(json.dumps(analysis(number)), encoding="utf-8")
    return FileSource(f"local:{folder}", Folder(folder))


def load(workspace: str, source: Source, **wish: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for outcome in backfill.load(workspace, source, Wish(**wish)):
        found[outcome.what] = found.get(outcome.what, 0) + 1
    return found


def work_all(workspace: str, work: Work) -> list[Job]:
    done = []
    for kind in ("backfill", "backfill_vectors"):
        with db.transaction(workspace) as connection:
            waiting = jobs.listing(connection, 500, status="waiting", kind=kind)
        done += [work(Submitted(job, created=True)) for job in waiting]
    return done


def rows(workspace: str) -> dict[str, int]:
    tables = ("analyses", "sales", "documents", "chunks", "vectors", "analysis_phases")
    with db.transaction(workspace) as connection:
        return {t: connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}  # type: ignore[index]


def test_a_second_run_adds_nothing_and_a_changed_one_takes_its_place(
    workspace: str, work: Work, tmp_path: Path
) -> None:
    source = fill(tmp_path, 30)
    assert load(workspace, source) == {"added": 30}
    assert {job.status for job in work_all(workspace, work)} == {"succeeded"}
    before = rows(workspace)
    assert (before["analyses"], before["documents"]) == (30, 30)
    assert load(workspace, FileSource(source.name, Folder(tmp_path))) == {"there": 30}
    (tmp_path / "0003.json").write_text(json.dumps(analysis(3) | {"liver": "new"}), encoding="utf-8")
    assert load(workspace, FileSource(source.name, Folder(tmp_path))) == {"there": 29, "changed": 1}
    work_all(workspace, work)
    assert rows(workspace) == before


def test_the_jobs_of_a_backfill_run_on_its_queue_and_its_texts_are_found(
    workspace: str, work: Work, tmp_path: Path
) -> None:
    load(workspace, fill(tmp_path, 3))
    done = work_all(workspace, work)
    assert [(job.kind, job.queue, job.status) for job in done] == [
        ("backfill", "backfill", "succeeded"),
        ("backfill_vectors", "backfill", "succeeded"),
    ]
    with db.transaction(workspace) as connection:
        assert analyses.counts(connection).chunks == 6
        assert connection.execute("SELECT count(*) FROM documents WHERE ready_at IS NULL").fetchone() == (0,)


def test_a_run_that_was_cut_off_goes_on_behind_its_cursor(
    workspace: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "BATCH", 10)
    source = fill(tmp_path, 35)
    running = backfill.load(workspace, source, Wish())
    for _ in range(15):  # two batches are handed over by then
        next(running)
    running.close()
    assert load(workspace, FileSource(source.name, Folder(tmp_path))) == {"added": 15}
    assert rows(workspace)["analyses"] == 35


def test_a_dry_run_writes_nothing_and_says_what_would_be_skipped(workspace: str, tmp_path: Path) -> None:
    source = fill(tmp_path, 4)
    (tmp_path / "bad.json").write_text('{"sales": {"gmv": "many"}}')
    (tmp_path / "worse.json").write_text("{")
    (tmp_path / "lines.jsonl").write_text(json.dumps(analysis(8)) + "\nnot json\n" + json.dumps(analysis(9)))
    outcomes = list(backfill.load(workspace, source, Wish(dry=True)))
    reasons = {outcome.name: outcome.reason for outcome in outcomes if outcome.what == "skipped"}
    assert sorted(reasons) == ["bad.json#0", "lines.jsonl#1", "worse.json#0"]
    assert reasons["bad.json#0"] == "sales.gmv: number"
    assert rows(workspace)["analyses"] == 0


def test_since_and_limit_narrow_what_is_loaded(workspace: str, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    source = fill(tmp_path, 28)
    assert load(workspace, source, since=datetime(2025, 1, 20, tzinfo=UTC), limit=5) == {"old": 19, "added": 5}
    assert load(workspace, FileSource(source.name, Folder(tmp_path))) == {"added": 4}


def test_files_named_or_lying_beside_come_along_and_a_missing_one_is_said(workspace: str, tmp_path: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 30
    for name in ("0000-1.png", "0000_2.png", "0000.mp4"):
        (tmp_path / name).write_bytes(png + name.encode())
    source = fill(tmp_path, 1)
    (tmp_path / "x.json").write_text(json.dumps(analysis(5) | {"screenshots": ["gone.png", "../../etc/passwd"]}))
    assert load(workspace, source) == {"added": 2, "skipped": 2}
    with db.transaction(workspace) as connection:
        files = analysis_files.of_analysis(connection, _only(connection, "a0"))
        assert sorted(file.filename or "" for file in files) == ["0000-1.png", "0000.mp4", "0000_2.png"]
        assert {job.queue for job in jobs.listing(connection, 10)} == {"backfill"}


def test_another_shape_is_read_through_a_mapping(workspace: str, tmp_path: Path) -> None:
    (tmp_path / "o.json").write_text(
        json.dumps([{"uuid": 7, "host": {"name": "みお"}, "report": {"text": "良い"}, "amount": 5}])
    )
    mapping = {"id": "uuid", "liver": "host.name", "analysis.summary": "report.text", "sales.gmv": "amount"}
    assert load(workspace, FileSource("local:o", Folder(tmp_path)), mapping=mapping) == {"added": 1}
    with db.transaction(workspace) as connection:
        assert analyses.get(connection, _only(connection, "7")).liver == "みお"


def _only(connection: db.Connection, external_id: str) -> UUID:
    row = connection.execute("SELECT id FROM analyses WHERE external_id = %s", (external_id,)).fetchone()
    assert row is not None
    found: UUID = row[0]
    return found
