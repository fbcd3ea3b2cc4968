"""The one door in: same work is one job, names are readable, bad wishes are refused with a code."""

import unicodedata
from collections.abc import Callable
from uuid import uuid4

import pytest

import db
from db import jobs
from db.blobs import blobs
from ingesters import intake
from ingesters.errors import IntakeError
from ingesters.intake import Submitted
from ingesters.metadata import checked

Submit = Callable[..., Submitted]


def test_the_same_work_twice_is_one_job(submit: Submit) -> None:
    first, second = submit(b"one", product="A"), submit(b"one", product="A")
    assert (first.created, second.created, first.job.id == second.job.id) == (True, False, True)


def test_the_same_bytes_for_another_product_are_another_job(submit: Submit) -> None:
    assert submit(b"one", product="A").job.id != submit(b"one", product="B").job.id


def test_composed_and_decomposed_names_are_one_readable_name(submit: Submit) -> None:
    composed = unicodedata.normalize("NFC", "ご紹介.pdf")
    first = submit(b"%PDF-", unicodedata.normalize("NFD", composed))
    second = submit(b"%PDF-", composed)
    assert first.job.asset is not None
    assert (first.job.asset.filename, second.created) == (composed, False)


@pytest.mark.parametrize(
    ("given", "shown"),
    [("../../etc/passwd", "passwd"), ("C:\\docs\\a.pdf", "a.pdf"), ("a\u202egpj.exe\x00", "agpj.exe"), ("", "file")],
)
def test_a_file_name_is_one_harmless_part(given: str, shown: str) -> None:
    assert intake.readable_name(given) == shown


def test_an_empty_file_is_refused(submit: Submit) -> None:
    with pytest.raises(IntakeError) as refused:
        submit(b"")
    assert refused.value.code == "file_empty"


def test_a_cancelled_job_runs_when_the_same_work_is_asked_for_again(workspace: str, submit: Submit) -> None:
    job = submit(b"cancelled").job
    with db.transaction(workspace) as connection:
        jobs.request_cancel(connection, job.id)
    again = submit(b"cancelled")
    assert (again.job.id, again.job.status) == (job.id, "waiting")


def test_a_waiting_job_can_not_be_retried(workspace: str, submit: Submit) -> None:
    with pytest.raises(IntakeError) as refused:
        intake.retry(workspace, submit(b"waiting").job.id, None)
    assert (refused.value.code, refused.value.status) == ("job_not_ended", 409)


def test_an_unknown_stage_is_refused_and_the_known_ones_named(workspace: str, submit: Submit) -> None:
    with pytest.raises(IntakeError, match="extract, embed"):
        intake.retry(workspace, submit(b"stage").job.id, "dance")


@pytest.mark.parametrize(
    ("metadata", "name"),
    [({"product": 5}, "product"), ({"liver": "x" * 301}, "liver"), ({"started_at": "yesterday"}, "started_at"),
     ({"started_at": "2026-01-01T20:00:00"}, "started_at"), ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at"),
     ({"started_at": "9999-12-31T23:59:59-14:00"}, "started_at"),
     ({"sales": "x" * 70_000}, "metadata"), ({"note": "a\x00b"}, "metadata"), ({"note": "\ud800"}, "metadata"),
     ({"sales": float("nan")}, "metadata")],
)  # fmt: skip
def test_bad_metadata_names_its_field(metadata: dict[str, object], name: str) -> None:
    with pytest.raises(IntakeError) as refused:
        checked(metadata)
    assert name in refused.value.en
    assert name in refused.value.ja


def test_a_kind_only_the_platform_starts_can_not_be_asked_for(workspace: str) -> None:
    with pytest.raises(IntakeError) as refused:
        intake.submit(workspace, intake.Upload("a", blobs().put(uuid4().bytes)), "fill_vectors", {})
    assert refused.value.code == "unknown_kind"
