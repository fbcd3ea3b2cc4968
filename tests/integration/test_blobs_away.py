"""The blob store goes away while work is there: jobs wait, say why, and finish when it is back."""

import io
import time
from collections.abc import Iterator

import pytest

import db
from db import blobs, jobs, waiting, workspaces
from ingesters import intake
from ingesters.intake import Upload
from ingesters.run import run
from ingesters.stages import Tools
from scripts import keys
from tasks.life import tools
from tests.azurite.server import Azurite
from tests.conftest import pointed_at
from web.app import create_app

WORKSPACE = "away"


@pytest.fixture
def azurite(stack: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """Point the platform at an Azurite of its own."""
    with Azurite(tmp_path_factory.mktemp("azurite")) as server, pointed_at({"SHIOMI_BLOB_URL": server.url}):
        with db.engine() as connection:
            workspaces.ensure(connection, WORKSPACE)
        yield server


@pytest.fixture
def kit(azurite: Azurite) -> Iterator[Tools]:
    """Give a worker's tools on that store."""
    usual = tools()
    made = Tools(**{**vars(usual), "blobs": blobs.blobs()})
    yield made
    made.sandbox.close()


def read(job: jobs.Job) -> tuple[jobs.Job, waiting.Outlook]:
    with db.transaction(WORKSPACE) as connection:
        found = jobs.get(connection, job.id)
        return found, waiting.outlook(connection, found)


@pytest.mark.slow
def test_a_job_waits_while_the_store_is_away_says_why_and_then_finishes(azurite: Azurite, kit: Tools) -> None:
    job = intake.submit(WORKSPACE, Upload("潮.txt", blobs.blobs().put("潮が満ちる".encode())), "auto", {}).job
    azurite.stop()
    run(job.id, kit, "test", lambda: False)
    waits, outlook = read(job)
    assert (waits.status, waits.error_code, outlook.reason) == ("waiting", "storage_unavailable", "retry_at")
    assert "goes on by itself" in (waits.error_en or "")
    azurite.start()
    while read(job)[0].status == "waiting":
        run(job.id, kit, "test", lambda: False)
        time.sleep(0.2)
    assert read(job)[0].status == "succeeded"


@pytest.mark.slow
def test_a_file_sent_while_the_store_is_away_is_refused_for_now(azurite: Azurite) -> None:
    client, secret = create_app().test_client(), keys.create("editor", WORKSPACE, "test")
    azurite.stop()
    form = {"file": (io.BytesIO(b"some bytes"), "a.txt")}
    answer = client.post("/api/v1/jobs", data=form, headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.get_json()["code"]) == (503, "storage_unavailable")
    assert answer.headers["Retry-After"] == "5"
