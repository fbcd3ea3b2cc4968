"""The worker of bench/engine.py: a plain task and a kind of job that do the same work."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import db
from bench import samples
from bench.bare import read_and_embed
from db.jobs import Job
from ingesters.kinds import KINDS, Kind
from ingesters.stages import Part, Stage, Tools
from settings import get_settings
from tasks.life import tools
from tasks.worker import app

__all__ = ["app"]
PDF = "docs_ja/openchainjwg_minutes_jp_20180613.pdf"


def done_file() -> Path:
    """Name the file to which every plain task adds one byte."""
    return get_settings().data_dir / "plain.done"


def do(work: str) -> int:
    """Do work of one length; give the number of chunks."""
    if work == "nothing":
        return 0
    return read_and_embed(tools().sandbox, _file(work))


@app.task(name="bench.plain")  # type: ignore[untyped-decorator]  # Celery has no types
def plain(work: str) -> None:
    """Do the work and count it."""
    do(work)
    with done_file().open("ab") as file:
        file.write(b".")


def _file(work: str) -> Path:
    if work == "pages":
        return samples.folder() / PDF
    path = get_settings().data_dir / "paragraph.txt"
    if not path.exists():
        path.write_text(samples.paragraphs("JSQuAD")[0].text, encoding="utf-8")
    return path


def _work(job: Job, _tools: Tools, _done: int) -> Iterator[Part]:
    yield Part(do(job.parameters["work"]), 1.0)


def _save(_connection: db.Connection, _job: Job, value: int) -> Mapping[str, Any]:
    return {"chunks": value}


KINDS["bench"] = Kind("bench", "ingest", (Stage("read", _work, _save),))
app.conf.task_queues = {**app.conf.task_queues, "plain": {"exchange": "plain", "routing_key": "plain"}}
