"""A screenshot goes in and its values are found, corrected and merged; a retry and a bad picture do no harm."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from PIL import Image, ImageDraw

import db
from db import corrections, documents, grids, lines, metrics, screenshots, streams, terms
from db.blobs import blobs
from db.corrections import Person, Said
from db.jobs import Job
from db.metrics import NOT_READ_AGAIN, Metric
from extractors import ocr_model
from ingesters import intake, review
from ingesters.errors import IntakeError
from ingesters.intake import Submitted, kind_of
from ingesters.review import Place
from retrieval.search import Filters, Question, search

Submit = Callable[..., Submitted]
Work = Callable[[Submitted], Job]
HANAKO = Person("user", uuid4(), "hanako")
# Pillow's own font has no ¥
ROWS = (("GMV", "$1,234,567"), ("Orders", "312"), ("Viewers", "45,678"), ("CTR", "12.5%"))


@pytest.fixture(scope="session", autouse=True)
def _models(stack: dict[str, str], data_dir: Path) -> None:
    ocr_model.ensure(data_dir / "models")


def dashboard(rows: tuple[tuple[str, str], ...] = ROWS, kind: str = "PNG") -> bytes:
    """Draw cards of labels with their values below."""
    image = Image.new("RGB", (1280, 420), "white")
    draw = ImageDraw.Draw(image)
    draw.text((40, 20), "LIVE Dashboard", fill="black", font_size=30)
    for at, (label, value) in enumerate(rows):
        x = 40 + at * 310
        draw.rectangle((x - 10, 100, x + 280, 300), outline="#cccccc")
        draw.text((x + 10, 120), label, fill="#555555", font_size=26)
        draw.text((x + 10, 180), value, fill="black", font_size=44)
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.fixture
def read(submit: Submit, work: Work) -> Job:
    """Give the finished job of a drawn dashboard."""
    return work(submit(dashboard(), "live.png", stream_id="s1", liver="Hanako"))


def values(workspace: str, job: Job) -> dict[str, Metric]:
    """Read the values of a screenshot by key."""
    with db.transaction(workspace) as connection:
        return {metric.key: metric for metric in metrics.of_screenshot(connection, job.id)}


def put_value(workspace: str, job: Job, key: str = "gmv") -> Place:
    """Name a value of a screenshot."""
    return Place(workspace, job.id, key)


def test_a_screenshot_is_read_with_its_words_values_and_preview(workspace: str, read: Job) -> None:
    assert (read.kind, read.queue, read.status) == ("screenshot", "vision", "succeeded")
    assert read.result["screenshot_id"] == str(read.id)
    with db.transaction(workspace) as connection:
        found = screenshots.get(connection, read.id)
        shown = lines.of_screenshot(connection, read.id)
    assert (found.width, found.height) == (1280, 420)
    assert found.outcome in ("read", "unknown_layout")
    assert {"GMV", "1,234,567"} <= set(found.text.replace("$", "").split())
    assert all(word[1][2] > 0 for line in shown for word in line.words)
    assert found.preview_key is not None
    assert blobs().exists(found.preview_key)
    assert found.ready_at is not None


def test_its_values_have_numbers_units_and_places(workspace: str, read: Job) -> None:
    gmv = values(workspace, read)["gmv"]
    assert (gmv.value, gmv.effective_value, gmv.currency) == (1_234_567, 1_234_567, "USD")
    assert gmv.bbox[0] == pytest.approx(50, abs=15)
    assert gmv.bbox[1] == pytest.approx(185, abs=20)


def test_search_finds_a_value_at_its_place(workspace: str, read: Job) -> None:
    best = search(workspace, Question("GMV 1,234,567")).hits[0]
    assert (best.source.kind, best.source.screenshot_id, best.source.document_id) == ("screenshot", read.id, None)
    assert (best.source.filename, best.source.page) == ("live.png", None)
    assert best.source.bbox is not None
    assert "1,234,567" in best.text


def test_a_correction_counts_everywhere_at_once(workspace: str, read: Job) -> None:
    place = put_value(workspace, read)
    metric = review.correct(place, lambda _: Said(value=7_642_728), HANAKO, "checked in the shop")
    assert (metric.status, metric.value, metric.effective_value) == ("corrected", 1_234_567, 7_642_728)
    with db.transaction(workspace) as connection:
        merged = {one.chosen.key: one.chosen.value for one in streams.merged(connection, "s1")}
        (row,) = corrections.history(connection, read.id, "gmv")
    assert merged["gmv"] == 7_642_728
    assert (row.by_name, row.old_value, row.note) == ("hanako", 1_234_567, "checked in the shop")
    hit = search(workspace, Question("7,642,728", filters=Filters(kind="screenshot"))).hits[0]
    assert "7,642,728" in hit.text


def test_undo_goes_back_one_decision_at_a_time(workspace: str, read: Job) -> None:
    place = put_value(workspace, read)
    review.correct(place, lambda _: Said(value=1.0), HANAKO, None)
    review.correct(place, lambda _: Said(value=2.0), HANAKO, None)
    assert review.undo(place, HANAKO, None).effective_value == 1
    back = review.undo(place, HANAKO, None)
    assert (back.status == "corrected", back.effective_value) == (False, 1_234_567)
    with pytest.raises(IntakeError) as refused:
        review.undo(place, HANAKO, None)
    assert refused.value.code == "nothing_to_undo"
    with db.transaction(workspace) as connection:
        actions = [row.action for row in corrections.history(connection, read.id, "gmv")]
    assert actions == ["undo", "undo", "correct", "correct"]


def test_the_same_correction_twice_is_written_once(workspace: str, read: Job) -> None:
    for _ in range(2):
        review.correct(put_value(workspace, read), lambda _: Said(value=5.0), HANAKO, None)
    with db.transaction(workspace) as connection:
        assert len(corrections.history(connection, read.id, "gmv")) == 1


def test_the_counts_of_words_stay_right_through_corrections(workspace: str, read: Job) -> None:
    with db.transaction(workspace) as connection:
        before = connection.execute("SELECT term, chunks FROM term_counts WHERE chunks > 0").fetchall()
    review.correct(put_value(workspace, read), lambda _: Said(value=99.0), HANAKO, None)
    review.undo(put_value(workspace, read), HANAKO, None)
    with db.transaction(workspace) as connection:
        after = connection.execute("SELECT term, chunks FROM term_counts WHERE chunks > 0").fetchall()
    assert sorted(after) == sorted(before)


def test_a_history_can_not_be_rewritten(workspace: str, read: Job) -> None:
    review.accept(put_value(workspace, read), HANAKO, None)
    for statement in ("UPDATE corrections SET note = 'x'", "DELETE FROM corrections"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction(workspace) as connection:
            connection.execute(statement)


def test_a_retry_makes_nothing_twice_and_keeps_what_people_said(workspace: str, read: Job, work: Work) -> None:
    review.correct(put_value(workspace, read), lambda _: Said(value=5.0), HANAKO, None)
    before = values(workspace, read)
    with db.transaction(workspace) as connection:
        counted = terms.frequencies(connection, workspace, [])
    again = work(Submitted(intake.retry(workspace, read.id, "read"), created=False))
    after = values(workspace, read)
    assert again.status == "succeeded"
    assert after.keys() == before.keys()
    assert after["gmv"].effective_value == 5
    with db.transaction(workspace) as connection:
        assert terms.frequencies(connection, workspace, []) == counted


def test_a_corrected_value_outlives_a_reading_that_lacks_it(workspace: str, read: Job) -> None:
    review.correct(put_value(workspace, read), lambda _: Said(value=5.0), HANAKO, None)
    with db.transaction(workspace) as connection:
        metrics.put(connection, workspace, read.id, [])
    (kept,) = values(workspace, read).values()
    assert (kept.key, kept.effective_value, kept.notes[-1]) == ("gmv", 5, NOT_READ_AGAIN)


def test_a_picture_without_text_fails_with_a_code_of_its_own(submit: Submit, work: Work) -> None:
    blank, tiny = BytesIO(), BytesIO()
    Image.new("RGB", (900, 600), "navy").save(blank, "PNG")
    Image.new("RGB", (90, 60), "navy").save(tiny, "PNG")
    jobs = [work(submit(content.getvalue(), "blank.png")) for content in (blank, tiny)]
    assert [job.error_code for job in jobs] == ["screenshot_no_text", "screenshot_low_resolution"]


def test_text_without_numbers_is_an_outcome_that_can_be_listed(workspace: str, submit: Submit, work: Work) -> None:
    job = work(submit(dashboard((("Welcome", "everybody"), ("to our", "evening show"))), "hello.png"))
    assert (job.status, job.result["outcome"]) == ("succeeded", "no_numbers")
    with db.transaction(workspace) as connection:
        found = screenshots.listing(connection, 5, screenshots.Wanted(outcome="no_numbers"))
    assert [screenshot.id for screenshot in found] == [job.id]
    assert "Welcome" in search(workspace, Question("Welcome everybody")).hits[0].text


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "GIF", "BMP"])
def test_auto_takes_pictures_for_screenshots_and_tiff_for_a_document(submit: Submit, kind: str) -> None:
    assert submit(dashboard(kind=kind), "a.bin").job.kind == "screenshot"
    assert kind_of("auto", "image/tiff") == kind_of("auto", "application/pdf") == "document"
    assert kind_of("document", "image/png") == "document"


def test_a_sound_sent_as_a_screenshot_is_refused_by_its_content(workspace: str, work: Work) -> None:
    stored = intake.Upload("a.png", blobs().put(b"ID3" + bytes(500)))
    job = work(intake.submit(workspace, stored, "screenshot", {}))
    assert (job.status, job.error_code) == ("failed", "picture_unsupported")


def test_the_newest_counter_of_a_stream_counts_and_a_falling_one_is_shown(
    workspace: str, submit: Submit, work: Work
) -> None:
    for hour, gmv in ((20, "¥1,000,000"), (21, "¥2,500,000"), (22, "¥2,400,000")):
        content = dashboard((("GMV", gmv), *ROWS[1:]))
        work(submit(content, f"{hour}.png", stream_id="s9", taken_at=f"2026-10-01T{hour}:00:00+09:00"))
    with db.transaction(workspace) as connection:
        found = next(one for one in streams.merged(connection, "s9") if one.chosen.name == "gmv")
    assert (found.chosen.value, found.chosen.filename, found.conflict) == (2_400_000, "22.png", "decreased")
    assert [other.value for other in found.others] == [2_500_000, 1_000_000]


def test_screenshots_of_other_workspaces_are_not_there(workspace: str, read: Job) -> None:
    other = f"o{uuid4().hex[:10]}"
    with db.engine() as connection:
        connection.execute("INSERT INTO workspaces (id) VALUES (%s)", (other,))
    with db.transaction(other) as connection:
        rows = connection.execute("SELECT count(*) FROM metric_values").fetchone()
        assert (rows, screenshots.listing(connection, 5), streams.merged(connection, "s1")) == ((0,), [], [])
        assert grids.of_screenshot(connection, read.id) == []
        assert lines.of_screenshot(connection, read.id) == []


def test_a_screenshot_is_no_document(workspace: str, read: Job) -> None:
    with db.transaction(workspace) as connection:
        assert documents.listing(connection, 10) == []
