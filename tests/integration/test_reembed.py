"""Changing the embedding model on a living knowledge base: search never stops, and the way back stays open."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest

import db
from db import blobs, chunks, jobs, versions, workspaces
from db.errors import NotFound
from db.jobs import Job
from db.versions import Version
from ingesters import intake
from ingesters.intake import Submitted, Upload
from ingesters.knowledge import BATCH
from ingesters.run import run
from llm.embedded_e5 import MODEL as EMBEDDED
from retrieval.search import Found, Question, search
from scripts import reembed
from tasks.life import tools
from tests.conftest import pointed_at
from tests.unit.llm.openai_stub import KEY, OpenAIStub, good, refusal, vector

MANUAL = "docs_ja/okumacro.pdf"
QUESTION = "ルビを振るにはどのマクロを使いますか"
MODEL = "stub-model"
DIMENSION = 48


@pytest.fixture(scope="module")
def library(stack: dict[str, str], samples: Path, _tools_closed: None) -> str:
    """Give a workspace that holds a real document, embedded by the embedded model."""
    with db.engine() as connection:
        workspaces.ensure(connection, "reembed")
    ingested = submit((samples / MANUAL).read_bytes(), "manual.pdf")
    run(ingested.job.id, tools(), "test", lambda: False)
    return "reembed"


@pytest.fixture
def stub(library: str) -> Iterator[OpenAIStub]:
    """Give a model server that the settings point at; the embedded version is whole before and alone afterwards."""
    reembed.queue_filling(living()[0])
    fill()
    with OpenAIStub(DIMENSION) as stub:
        variables = {"SHIOMI_OPENAI_BASE_URL": stub.base_url, "SHIOMI_OPENAI_API_KEY": KEY}
        with pointed_at(variables):
            yield stub
            _leave_the_embedded_version()


@pytest.fixture
def filled(stub: OpenAIStub) -> Version:
    """Give a complete version of the stub's model, not switched to."""
    assert reembed.start(MODEL) == 0
    fill()
    return living()[-1]


def submit(content: bytes, filename: str) -> Submitted:
    return intake.submit("reembed", Upload(filename, blobs.blobs().put(content)), "auto", {})


def add_note(text: str) -> Job:
    submitted = submit(text.encode(), "note.txt")
    run(submitted.job.id, tools(), "test", lambda: False)
    with db.transaction("reembed") as connection:
        return jobs.get(connection, submitted.job.id)


def waiting(workspace: str) -> list[Job]:
    with db.transaction(workspace) as connection:
        return jobs.listing(connection, 100, status="waiting", kind="fill_vectors")


def fill() -> None:
    """Do the filling jobs of every workspace: the tests of a run share one database."""
    with db.engine() as connection:
        names = workspaces.names(connection)
    for job in [job for name in names for job in waiting(name)]:
        run(job.id, tools(), "test", lambda: False)


def living() -> list[Version]:
    with db.owner() as connection:
        return versions.living(connection)


def missing(version: Version, document: Job | None = None) -> int:
    with db.transaction("reembed") as connection:
        return chunks.count_without_vector(connection, version.id, document.id if document else None)


def asked() -> Found:
    found = search("reembed", Question(QUESTION))
    assert "ルビ" in "".join(hit.text for hit in found.hits)
    return found


def test_search_answers_by_the_old_model_while_the_new_one_is_filled(
    stub: OpenAIStub, capsys: pytest.CaptureFixture[str]
) -> None:
    before = asked()
    assert reembed.start(MODEL) == 0
    old, new = living()
    total = missing(new)
    stub.then(good, good, stub.hang)
    (job,) = waiting("reembed")
    filling = threading.Thread(target=run, args=(job.id, tools(), "test", lambda: False))
    filling.start()
    _until(lambda: total - missing(new) >= BATCH)
    during = asked()
    assert during.by_words_only is False
    assert [hit.scores for hit in during.hits] == [hit.scores for hit in before.hits]
    assert (old.model, missing(new) > 0, reembed.switch()) == (EMBEDDED, True, 1)
    stub.freed.set()
    filling.join()
    assert missing(new) == 0
    assert "still lacks" in capsys.readouterr().out


def test_after_the_switch_questions_go_to_the_new_model(stub: OpenAIStub, filled: Version) -> None:
    assert asked().by_words_only is False
    assert QUESTION not in stub.requests[-1].texts
    assert reembed.switch() == 0
    best = asked().hits[0]
    assert stub.requests[-1].texts == [QUESTION]
    sent = next(text for request in stub.requests for text in request.texts if text.endswith(best.text))
    assert best.scores["dense"] == pytest.approx(_cosine(sent, QUESTION), abs=2e-3)


def test_a_switch_is_refused_when_nothing_is_being_filled(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert reembed.switch() == 1
    assert "run `start` first" in capsys.readouterr().out


def test_a_new_document_gets_vectors_of_all_living_versions(filled: Version) -> None:
    note = add_note("新しい議事録です。次回は潮見で集まります。")
    assert note.status == "succeeded"
    assert [version.model for version in living()] == [EMBEDDED, MODEL]
    assert [missing(version, note) for version in living()] == [0, 0]
    assert reembed.switch() == 0


def test_back_searches_the_old_version_at_once(stub: OpenAIStub, filled: Version) -> None:
    before = asked()
    assert [reembed.switch(), reembed.back()] == [0, 0]
    asked_before = len(stub.requests)
    assert [hit.scores for hit in asked().hits] == [hit.scores for hit in before.hits]
    assert (living()[0].model, len(stub.requests)) == (EMBEDDED, asked_before)


def test_back_fills_the_old_version_first_where_it_lacks_newer_chunks(
    filled: Version, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reembed.switch() == 0
    note = add_note("切り替えの後に届いた知らせです。")
    assert reembed.back() == 0
    active, old = living()
    assert (active.model, old.model, old.state, missing(old, note)) == (MODEL, EMBEDDED, "filling", 1)
    assert "lacks newer chunks" in capsys.readouterr().out
    fill()
    assert (missing(old, note), reembed.switch(), living()[0].model) == (0, 0, EMBEDDED)


def test_back_means_the_version_that_was_searched_last(stub: OpenAIStub, filled: Version) -> None:
    assert [reembed.switch(), reembed.back(), reembed.start("another-model")] == [0, 0, 0]
    fill()
    assert [reembed.switch(), reembed.back()] == [0, 0]
    assert living()[0].model == EMBEDDED


def test_a_version_is_dropped_with_its_vectors_and_index(filled: Version, capsys: pytest.CaptureFixture[str]) -> None:
    assert reembed.drop(filled.id) == 0
    assert [version.model for version in living()] == [EMBEDDED]
    with db.owner() as connection:
        left = connection.execute(
            "SELECT (SELECT count(*) FROM vectors WHERE version_id = %s), to_regclass(%s)",
            (filled.id, f"vectors_hnsw_{filled.id}"),
        ).fetchone()
    assert left == (0, None)
    assert [reembed.drop(filled.id), reembed.drop(living()[0].id)] == [1, 1]
    said = capsys.readouterr().out
    assert f"There is no version {filled.id}" in said
    assert "The active version can't be dropped" in said


def test_the_active_version_survives_a_drop_or_switch_gone_wrong(filled: Version) -> None:
    active = living()[0]
    with db.owner() as connection:
        with pytest.raises(NotFound):
            versions.drop(connection, active.id)
        with pytest.raises(NotFound):
            versions.switch(connection, filled.id + 1)
    assert living() == [active, filled]
    assert asked().by_words_only is False


def test_search_goes_on_by_words_while_the_model_server_is_down(stub: OpenAIStub, filled: Version) -> None:
    assert reembed.switch() == 0
    stub.then(refusal(401))
    assert asked().by_words_only
    assert asked().by_words_only is False
    stub.close()
    assert asked().by_words_only


def test_a_filling_that_failed_goes_on_at_the_next_start(stub: OpenAIStub, filled: Version) -> None:
    note = add_note("サーバーが断った間に届いた文書です。")
    with db.owner() as connection:
        connection.execute("DELETE FROM vectors WHERE version_id = %s", (filled.id,))
    assert reembed.start(MODEL) == 0
    stub.then(good, refusal(401))
    (job,) = waiting("reembed")
    run(job.id, tools(), "test", lambda: False)
    assert (_again(job).status, _again(job).error_code, reembed.switch()) == ("failed", "model_refused", 1)
    assert reembed.start(MODEL) == 0
    fill()
    assert (missing(filled, note), missing(filled), reembed.switch()) == (0, 0, 0)


def test_two_new_models_are_not_filled_at_once(filled: Version, capsys: pytest.CaptureFixture[str]) -> None:
    assert [reembed.start("another-model"), reembed.start(EMBEDDED)] == [1, 1]
    assert f"Version {filled.id} ({MODEL}) is being filled" in capsys.readouterr().out
    assert [version.model for version in living()] == [EMBEDDED, MODEL]


def test_the_way_back_waits_for_a_filling_version(filled: Version, capsys: pytest.CaptureFixture[str]) -> None:
    assert reembed.switch() == 0
    add_note("もう一つの知らせです。")
    assert [reembed.start("another-model"), reembed.back()] == [0, 1]
    assert "lacks newer chunks; drop version" in capsys.readouterr().out
    fill()
    assert living()[0] == Version(filled.id, MODEL, DIMENSION, "active")


def test_a_filling_job_of_a_dropped_version_ends_with_a_reason(stub: OpenAIStub) -> None:
    assert reembed.start(MODEL) == 0
    (job,) = waiting("reembed")
    assert reembed.drop(living()[-1].id) == 0
    fill()
    assert (_again(job).status, _again(job).error_code) == ("failed", "version_gone")


def test_status_shows_all_versions_and_what_they_lack(filled: Version, capsys: pytest.CaptureFixture[str]) -> None:
    assert reembed.status() == 0
    lines = capsys.readouterr().out.splitlines()
    row = next(line for line in lines if MODEL in line)
    assert [cell.strip() for cell in row.strip("│").split("│")] == [str(filled.id), MODEL, "48", "filling", "0"]
    assert any(EMBEDDED in line and "active" in line for line in lines)


def _leave_the_embedded_version() -> None:
    fill()
    with db.owner() as connection:
        every = versions.every(connection)
        versions.switch(connection, next(version.id for version in every if version.model == EMBEDDED))
        for version in every:
            if version.model != EMBEDDED:
                versions.drop(connection, version.id)


def _again(job: Job) -> Job:
    with db.transaction("reembed") as connection:
        return jobs.get(connection, job.id)


def _cosine(one: str, other: str) -> float:
    a, b = vector(one, DIMENSION), vector(other, DIMENSION)
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def _until(true: Callable[[], bool]) -> None:
    end = monotonic() + 20
    while not true():
        assert monotonic() < end
        sleep(0.02)
