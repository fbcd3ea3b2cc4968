"""How the parts of the platform are: what /api/health/detailed and `scripts.status` show."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass

import db
from db import workers
from db.blobs import blobs
from db.errors import DbError
from settings import SettingsError, get_settings
from tasks import relay
from tasks.app import connect
from tasks.queues import INGEST

LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Health:
    """One part: `detail` is a short English phrase with a figure, for operators."""

    name: str
    ok: bool
    detail: str


def parts() -> list[Health]:
    """Check every part now; nothing here raises for a part that is down."""
    return [_database(), _broker(), _blobs(), *_living(), _disk()]


def _database() -> Health:
    def ask() -> str:
        with db.engine() as connection:
            connection.execute("SELECT 1")
        return "answers"

    return _timed("database", ask)


def _broker() -> Health:
    began = time.perf_counter()
    try:
        connect()
    except SettingsError as error:
        return Health("broker", False, str(error))
    found = relay.depth(INGEST)
    ms = (time.perf_counter() - began) * 1000
    return Health("broker", found is not None, f"answers in {ms:.0f} ms" if found is not None else "does not answer")


def _blobs() -> Health:
    return _timed("blobs", lambda: f"{blobs().check()} answers")


def _living() -> list[Health]:
    try:
        with db.engine() as connection:
            alive = workers.alive(connection)
    except DbError:
        return [Health("workers", False, "unknown: no database"), Health("scheduler", False, "unknown: no database")]
    working = [worker for worker in alive if worker.slots]
    slots = sum(worker.slots for worker in working)
    leads = any(not worker.slots for worker in alive)
    return [
        Health("workers", slots > 0, f"{len(working)} with {slots} slots"),
        Health("scheduler", leads, "leads" if leads else "not seen in the last seconds"),
    ]


def _disk() -> Health:
    try:
        free = shutil.disk_usage(get_settings().data_dir).free
    except FileNotFoundError:
        return Health("disk", False, "the data folder does not exist")
    return Health("disk", free > LEAST_FREE_BYTES, f"{free / 1e9:.1f} GB free")


def _timed(name: str, ask: Callable[[], str]) -> Health:
    began = time.perf_counter()
    try:
        said = ask()
    except DbError as error:
        return Health(name, False, str(error))
    return Health(name, True, f"{said} in {(time.perf_counter() - began) * 1000:.0f} ms")
