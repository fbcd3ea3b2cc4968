"""The embedded servers, real: start, stop, kill -9, stale files, as the one who runs the tests and as another user."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from scripts.stack import identity, postgres
from scripts.stack.broker import EmbeddedBroker
from scripts.stack.errors import AlreadyRunning, FolderUnusable, ProcessorTooOld
from scripts.stack.leftovers import processes_in
from scripts.stack.postgres import DEATH_SIGNAL, EmbeddedPostgres

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path)
    yield server
    server.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    broker = EmbeddedBroker(tmp_path)
    yield broker
    broker.stop()


def test_postgres_comes_with_what_search_needs(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.start()) as connection:
        connection.execute("CREATE EXTENSION vector")
        connection.execute("CREATE EXTENSION pg_trgm")
        assert ask(connection, "SELECT cardinality(show_trgm('日本語')) > 1")
        assert ask(connection, "SELECT '[1,2]'::halfvec <=> '[1,2]'::halfvec") == 0


def test_postgres_keeps_its_data_and_address_over_a_clean_stop(server: EmbeddedPostgres) -> None:
    first = server.start()
    write_one(first)
    server.stop()
    assert server.start() == first
    assert count(first) == 1


def test_postgres_killed_the_hard_way_loses_nothing_acknowledged(server: EmbeddedPostgres) -> None:
    write_one(server.start())
    os.kill(server.pid, signal.SIGKILL)  # its backends live on for a moment
    server.kill()
    assert count(server.start()) == 1


def test_a_pid_file_whose_pid_belongs_to_somebody_else_does_not_stop_the_start(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{server.cluster}\n0\n1\n\n127.0.0.1\n1 1\nready\n")
    assert count_tables(server.start()) == 0


def test_a_first_start_that_was_cut_short_begins_again(server: EmbeddedPostgres) -> None:
    half = server.folder / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert count_tables(server.start()) == 0


def test_the_servers_password_is_read_by_its_owner_only_and_asked_for(server: EmbeddedPostgres) -> None:
    url = urlsplit(server.start())
    assert (server.folder / "endpoint.json").stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://app:wrong@127.0.0.1:{url.port}/shiomi")


def test_a_second_server_on_the_same_folder_is_refused(server: EmbeddedPostgres, tmp_path: Path) -> None:
    server.start()
    with pytest.raises(AlreadyRunning):
        EmbeddedPostgres(tmp_path).start()


def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(FolderUnusable, match="/proc/self/x/postgres can't be written"):
        EmbeddedPostgres(Path("/proc/self/x")).start()


@only_root
def test_root_may_start_postgres_as_another_user_where_namespaces_are_forbidden(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "namespaces_allowed", lambda: False)
    write_one(server.start())
    assert Path(f"/proc/{server.pid}").stat().st_uid == identity.NOBODY
    server.stop()
    monkeypatch.undo()
    assert count(server.start()) == 1, "and goes on with that user's files later"


@only_root
def test_root_may_run_as_the_owner_of_the_folder() -> None:
    assert "--reuid=1" in identity.as_user(1, DEATH_SIGNAL).prefix


def test_a_processor_without_the_wanted_instructions_is_named(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor: 0\nflags\t\t: fpu sse2 avx\n")
    with pytest.raises(ProcessorTooOld, match="no AVX2, FMA"):
        postgres.check_processor("x86_64", cpuinfo)


def test_the_broker_keeps_its_messages_over_kill_9(broker: EmbeddedBroker) -> None:
    with redis.Redis.from_url(broker.start()) as client:
        client.rpush("queue", *range(500))
    os.kill(broker.pid, signal.SIGKILL)
    broker.kill()
    with redis.Redis.from_url(broker.start()) as client:
        assert client.llen("queue") == 500


def test_the_broker_asks_for_its_password(broker: EmbeddedBroker) -> None:
    url = urlsplit(broker.start())
    assert url.port is not None
    with redis.Redis(port=url.port, retry=Retry(NoBackoff(), 0)) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_the_broker_takes_another_port_when_its_own_is_taken(broker: EmbeddedBroker) -> None:
    port = urlsplit(broker.start()).port
    broker.stop()
    with socket.create_server(("127.0.0.1", port or 0)):
        assert urlsplit(broker.start()).port != port


def test_nothing_is_left_after_a_stop(server: EmbeddedPostgres, broker: EmbeddedBroker) -> None:
    server.start()
    broker.start()
    server.stop()
    broker.stop()
    assert not list(processes_in(server.cluster, "postgres"))
    assert not list(processes_in(broker.folder, "valkey-server"))


def write_one(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE notes AS SELECT 1")


def count(url: str) -> object:
    with psycopg.connect(url) as connection:
        return ask(connection, "SELECT count(*) FROM notes")


def count_tables(url: str) -> object:
    with psycopg.connect(url) as connection:
        return ask(connection, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")


def ask(connection: "psycopg.Connection[tuple[object, ...]]", query: str) -> object:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None
