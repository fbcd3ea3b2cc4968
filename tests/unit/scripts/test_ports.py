"""Ports, addresses and the files that keep them."""

import socket
from pathlib import Path

import pytest

from scripts.stack.errors import AddressTaken, AddressUnusable, Unreachable
from scripts.stack.outside import check_reachable
from scripts.stack.ports import check_free, free_port, is_free, kept_endpoint


@pytest.fixture
def listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def test_a_taken_port_is_named_in_both_languages(listener: socket.socket) -> None:
    with listener:
        port = listener.getsockname()[1]
        with pytest.raises(AddressTaken) as caught:
            check_free("127.0.0.1", port)
    english, japanese = str(caught.value).splitlines()
    assert f"Port {port} on 127.0.0.1 is taken" in english
    assert "SHIOMI_PORT" in english
    assert f"ポート {port} は" in japanese


@pytest.mark.parametrize("host", ["203.0.113.7", "no-such-host.invalid"])
def test_a_host_that_is_not_this_machine_is_named(host: str) -> None:
    with pytest.raises(AddressUnusable, match=f"{host} port 8000 can't be listened on"):
        check_free(host, 8000)


def test_an_endpoint_is_kept_for_the_next_start(tmp_path: Path) -> None:
    file = tmp_path / "endpoint.json"
    assert kept_endpoint(file) == kept_endpoint(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_endpoint_whose_port_was_taken_gets_a_new_port_and_keeps_its_password(tmp_path: Path) -> None:
    file = tmp_path / "endpoint.json"
    first = kept_endpoint(file)
    with socket.create_server(("127.0.0.1", first.port)):
        second = kept_endpoint(file)
    assert second.port != first.port
    assert second.password == first.password


def test_a_broken_endpoint_file_is_made_again(tmp_path: Path) -> None:
    file = tmp_path / "endpoint.json"
    file.write_text('{"port": 1')
    assert kept_endpoint(file) == kept_endpoint(file)


def test_a_chosen_port_is_free_and_outside_the_kernels_own_range() -> None:
    port = free_port()
    assert is_free("127.0.0.1", port)
    assert port < int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])


def test_a_server_of_the_settings_that_does_not_listen_is_named_with_its_variable() -> None:
    with pytest.raises(Unreachable, match=r"SHIOMI_BROKER_URL points to 127\.0\.0\.1 port 1,"):
        check_reachable("SHIOMI_BROKER_URL", "redis://:secret@127.0.0.1:1/0")


def test_a_server_of_the_settings_that_listens_passes(listener: socket.socket) -> None:
    with listener:
        check_reachable("SHIOMI_DATABASE_URL", f"postgresql://127.0.0.1:{listener.getsockname()[1]}/x")
