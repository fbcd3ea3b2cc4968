"""Fixtures on real parts: an embedded Postgres and broker for the whole run, a fresh workspace for each test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

import db
import settings as settings_package
from db import blobs as blob_store
from db import migrate, workspaces
from db.pool import forget_pool
from scripts.stack.broker import EmbeddedBroker
from scripts.stack.postgres import EmbeddedPostgres
from tasks import life

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def pointed_at(variables: dict[str, str]) -> Iterator[None]:
    """Run with these settings, forgetting everything that was made under others."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    _forget()
    try:
        yield
    finally:
        _forget()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        settings_package.get_settings.cache_clear()


def _forget() -> None:
    forget_pool()
    settings_package.get_settings.cache_clear()
    blob_store.blobs.cache_clear()
    if life._tools.cache_info().currsize:  # holds the store it was made with
        life.tools().sandbox.close()
        life._tools.cache_clear()


@pytest.fixture(scope="session")
def samples() -> Path:
    """Give the folder of real sample files that stands beside the project."""
    return ROOT.parent / "shared" / "samples"


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the data folder of this run."""
    return tmp_path_factory.mktemp("shiomi")


@pytest.fixture(scope="session")
def stack(data_dir: Path) -> Iterator[dict[str, str]]:
    """Start Postgres and the broker once, migrate, and point the settings at them."""
    with EmbeddedPostgres(data_dir) as postgres, EmbeddedBroker(data_dir) as broker:
        variables = {
            "SHIOMI_DATA_DIR": str(data_dir),
            "SHIOMI_DATABASE_URL": postgres.url,
            "SHIOMI_BROKER_URL": broker.url,
        }
        with pointed_at(variables):
            migrate.upgrade()
            yield variables


@pytest.fixture
def workspace(stack: dict[str, str]) -> str:
    """Give a workspace that no other test uses."""
    name = f"w{uuid4().hex[:12]}"
    with db.engine() as connection:
        workspaces.ensure(connection, name)
    return name
