"""Each chaos test module gets a platform of its own, because it will be hurt."""

from collections.abc import Iterator

import pytest

from db import migrate
from scripts.stack.broker import EmbeddedBroker
from scripts.stack.postgres import EmbeddedPostgres
from tests.chaos.platform import Platform
from tests.conftest import pointed_at


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Start Postgres, broker, scheduler; workers are started by the tests."""
    folder = tmp_path_factory.mktemp("chaos")
    with EmbeddedPostgres(folder) as postgres, EmbeddedBroker(folder) as broker:
        variables = {
            "SHIOMI_DATA_DIR": str(folder),
            "SHIOMI_DATABASE_URL": postgres.url,
            "SHIOMI_BROKER_URL": broker.url,
        }
        with pointed_at(variables):
            migrate.upgrade()
            platform = Platform(folder, postgres, broker)
            platform.start_scheduler()
            try:
                yield platform
            finally:
                platform.stop()
