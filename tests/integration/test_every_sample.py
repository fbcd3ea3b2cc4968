"""Every real and every hostile file ends in a final state with a clear answer, and the worker's memory stays flat."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from db.jobs import Job
from ingesters.intake import Submitted

FOLDERS = ("docs_ja", "docs_en", "tables", "hostile")
GROWTH_BYTES = 150_000_000
REFUSED = {
    "hostile/PasswordProtected.doc": "document_encrypted",
    "hostile/bomb_256MiB.zip": "document_bomb",
    "hostile/zipslip.zip": "archive_unsafe",
    "hostile/truncated62886.docx": "document_broken",
    "hostile/invalid.xlsx": "document_empty",
    "hostile/poc-xmlbomb-empty.xlsx": "document_bomb",
    "hostile/broken.png": "picture_broken",
}


def files(samples: Path) -> Iterator[Path]:
    """List all files of the four folders that are not empty."""
    for folder in FOLDERS:
        yield from sorted(path for path in (samples / folder).rglob("*") if path.is_file() and path.stat().st_size)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_file_ends_in_a_final_state(
    samples: Path, submit: Callable[..., Submitted], work: Callable[[Submitted], Job]
) -> None:
    ended: dict[str, Job] = {}
    rss: list[int] = []
    for path in files(samples):
        ended[str(path.relative_to(samples))] = work(submit(path.read_bytes(), path.name))
        rss.append(psutil.Process().memory_info().rss)
    unclear = {name: (job.status, job.error_code) for name, job in ended.items() if not is_clear(job)}
    assert unclear == {}
    assert {name: ended[name].error_code for name in REFUSED} == REFUSED
    assert all(job.status == "succeeded" for name, job in ended.items() if name.startswith(("docs_ja/", "tables/")))
    assert rss[-1] - rss[len(rss) // 4] < GROWTH_BYTES


def is_clear(job: Job) -> bool:
    """Tell whether a job succeeded, or failed with a code and a sentence in both languages."""
    if job.status == "succeeded":
        return True
    return job.status == "failed" and bool(job.error_ja and job.error_en) and job.error_code != "internal_error"
