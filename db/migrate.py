"""Bring the database to the newest version; several processes may try at once."""

from collections.abc import Callable
from pathlib import Path

from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from alembic import command
from settings.addresses import database_url

ROOT = Path(__file__).resolve().parent.parent
LOCK = 7_465_746  # one number of our own: pg_advisory_lock keeps a second migrator waiting


def upgrade(revision: str = "head") -> None:
    """Run all migrations up to `revision`."""
    _run(command.upgrade, revision)


def downgrade(revision: str) -> None:
    """Take migrations back down to `revision`."""
    _run(command.downgrade, revision)


def _run(step: Callable[[Config, str], None], revision: str) -> None:
    url = make_url(database_url()).set(drivername="postgresql+psycopg")
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
            connection.commit()
            config = Config(str(ROOT / "alembic.ini"))
            config.attributes["connection"] = connection
            step(config, revision)
            connection.commit()
    finally:
        engine.dispose()
