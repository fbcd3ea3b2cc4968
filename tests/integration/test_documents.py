"""A document goes in and is found again with its source; a retry, a twin and a new model keep it so."""

from collections.abc import Callable
from pathlib import Path

import pytest

import db
from db import chunks, documents, events, jobs, pages, terms, versions
from db.blobs import blobs
from db.jobs import Job
from ingesters import intake
from ingesters.intake import Submitted
from retrieval.search import Filters, Question, search

Submit = Callable[..., Submitted]
Work = Callable[[Submitted], Job]
MINUTES = "docs_ja/openchainjwg_minutes_jp_20180613.pdf"
QUESTION = "サプライチェーンにおける問題提起をしたのはどの会社ですか"


@pytest.fixture
def minutes(samples: Path, submit: Submit, work: Work) -> Job:
    """Give the finished job of a real Japanese PDF."""
    return work(submit((samples / MINUTES).read_bytes(), "minutes.pdf", product="議事録"))


def test_a_japanese_pdf_is_found_with_page_and_box(workspace: str, minutes: Job) -> None:
    assert minutes.status == "succeeded"
    best = search(workspace, Question(QUESTION)).hits[0]
    assert (best.source.filename, best.source.page) == ("minutes.pdf", 1)
    assert best.source.bbox is not None
    assert "ソニー" in best.text


def test_its_pages_have_pictures_and_the_document_is_ready(workspace: str, minutes: Job) -> None:
    with db.transaction(workspace) as connection:
        found = documents.get(connection, minutes.id)
        shown = pages.of_document(connection, minutes.id)
    assert found.ready_at is not None
    assert (found.language, len(shown), all(page.image_key for page in shown)) == ("ja", 2, True)


def test_the_same_bytes_under_another_product_share_the_reading(
    workspace: str, samples: Path, minutes: Job, submit: Submit, work: Work
) -> None:
    twin = work(submit((samples / MINUTES).read_bytes(), "copy.pdf", product="別"))
    assert twin.result["shared_with"] == str(minutes.id)
    hits = search(workspace, Question(QUESTION, filters=Filters(product="別"))).hits
    assert {hit.source.filename for hit in hits} == {"copy.pdf"}


def test_a_retry_of_one_stage_makes_nothing_twice(workspace: str, minutes: Job, work: Work) -> None:
    with db.transaction(workspace) as connection:
        before = [(chunk.ordinal, chunk.text) for chunk in chunks.of_document(connection, minutes.id)]
        counted = terms.frequencies(connection, workspace, [])
    again = work(Submitted(intake.retry(workspace, minutes.id, "extract"), created=False))
    with db.transaction(workspace) as connection:
        after = [(chunk.ordinal, chunk.text) for chunk in chunks.of_document(connection, minutes.id)]
        assert terms.frequencies(connection, workspace, []) == counted
        begun = [event for event in events.after(connection, minutes.id, 0) if event.kind == "stage_done"]
    assert (again.status, after) == ("succeeded", before)
    assert [event.data["stage"] for event in begun] == ["extract", "embed", "extract", "embed"]


def test_a_document_is_found_by_words_before_it_has_vectors(workspace: str, minutes: Job) -> None:
    with db.transaction(workspace) as connection:
        connection.execute("DELETE FROM vectors WHERE document_id = %s", (minutes.id,))
    assert search(workspace, Question(QUESTION)).hits[0].source.filename == "minutes.pdf"


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [(b"\x00\x01\x02" * 50, "what.bin", "document_unsupported"), (b"PK\x03\x04broken", "a.docx", "document_broken")],
)
def test_a_bad_file_fails_its_job_with_a_code_and_keeps_the_original(
    submit: Submit, work: Work, content: bytes, filename: str, code: str
) -> None:
    job = work(submit(content, filename))
    assert (job.status, job.error_code) == ("failed", code)
    assert job.error_ja
    assert job.error_en
    assert job.asset is not None
    assert blobs().exists(job.asset.blob_key)


def test_a_new_embedding_version_is_filled_beside_the_old_and_can_be_switched_back(
    workspace: str, minutes: Job, work: Work
) -> None:
    with db.owner() as connection:
        old = versions.active(connection)
        new = versions.add(connection, "multilingual-e5-small-int8", 384 if old and old.dimension != 384 else 383)
    assert old is not None
    assert (old.state, new.state) == ("active", "filling")
    with db.transaction(workspace) as connection:
        assert chunks.count_without_vector(connection, new.id, minutes.id) > 0
    with db.owner() as connection:
        versions.switch(connection, new.id)
        assert versions.active(connection) == versions.Version(new.id, new.model, new.dimension, "active")
        versions.switch(connection, old.id)
        versions.drop(connection, new.id)
        assert [version.id for version in versions.every(connection)] == [old.id]


def test_a_cancelled_job_stops_at_its_next_part(workspace: str, submit: Submit, work: Work) -> None:
    submitted = submit("止める。".encode() * 20)
    with db.transaction(workspace) as connection:
        jobs.request_cancel(connection, submitted.job.id)
    assert work(submitted).status == "cancelled"
