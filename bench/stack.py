"""A Postgres and a broker of the benchmark's own, in a temporary folder, with the settings pointed at them."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import settings
from db import blobs, migrate
from db.pool import forget_pool
from llm import e5_model
from scripts.stack.broker import EmbeddedBroker
from scripts.stack.postgres import EmbeddedPostgres

QUIET = {"SHIOMI_LOG_LEVEL": "WARNING", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Stack:
    """The two servers that run, and where everything is kept."""

    data_dir: Path
    postgres: EmbeddedPostgres
    broker: EmbeddedBroker


@contextmanager
def stack(**more: str) -> Iterator[Stack]:
    """Start a migrated stack with the embedding model in place; `more` are further SHIOMI_ settings."""
    with (
        tempfile.TemporaryDirectory(prefix="shiomi-bench-") as folder,
        EmbeddedPostgres(Path(folder)) as postgres,
        EmbeddedBroker(Path(folder)) as broker,
        pointed_at(_variables(folder, postgres, broker, more)),
    ):
        migrate.upgrade()
        e5_model.ensure(Path(folder))
        yield Stack(Path(folder), postgres, broker)


def _variables(folder: str, postgres: EmbeddedPostgres, broker: EmbeddedBroker, more: dict[str, str]) -> dict[str, str]:
    addresses = {
        "SHIOMI_DATA_DIR": folder,
        "SHIOMI_DATABASE_URL": postgres.url,
        "SHIOMI_BROKER_URL": broker.url,
    }
    return {**QUIET, **addresses, **{f"SHIOMI_{name.upper()}": value for name, value in more.items()}}


@contextmanager
def pointed_at(variables: dict[str, str]) -> Iterator[None]:
    """Run with these settings, forgetting what was made under others."""
    before = dict(os.environ)
    os.environ.update(variables)
    _forget()
    try:
        yield
    finally:
        _forget()
        os.environ.clear()
        os.environ.update(before)


def _forget() -> None:
    forget_pool()
    settings.get_settings.cache_clear()
    blobs.blobs.cache_clear()
