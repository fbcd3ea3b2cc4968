"""A stranger's URL leads to public addresses only, however the address is written."""

import socket
import threading
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

import pytest

from ingesters.addresses import AddressForbidden, Guard, is_public
from ingesters.download import Bounds, Downloader
from ingesters.errors import IngestError

INSIDE = (
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "0x7f.0x0.0x0.0x1",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "0",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fc00::1]",
    "[fd00::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[ff0e::1]",
    "10.0.0.1",
    "10.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.1",
    "100.64.0.1",
    "100.127.255.254",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "[::ffff:169.254.169.254]",
    "[fd00:ec2::254]",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "0.1.2.3",
    "127.255.255.254",
    "0177.1",
    "0x7f000001.",
    "[2001:db8::1]",
    "[100::1]",
)


class Listener:
    """Counts who connects on every address of this machine."""

    def __init__(self) -> None:
        self.connections = 0
        self.socket = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.socket.close()


class Nothing:
    def write(self, data: bytes, /) -> int:
        return len(data)


@pytest.mark.parametrize("host", INSIDE)
def test_no_way_to_write_an_inner_address_is_connected_to(listener: Listener, host: str) -> None:
    before = listener.connections
    with pytest.raises(IngestError) as refused:
        Downloader().fetch(f"http://{host}:{listener.port}/", Nothing(), Bounds(10, seconds=0.1, silence=0.2))
    assert refused.value.code in {"url_forbidden", "url_invalid", "url_unreachable"}
    assert listener.connections == before


def test_a_name_is_asked_once_and_its_checked_answer_is_what_is_connected_to(listener: Listener) -> None:
    asked: list[str] = []

    def resolver(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    stream = Guard(["127.0.0.1/32"], resolver).connect_tcp("rebind.example", listener.port)
    assert (stream.get_extra_info("server_addr")[0], len(asked)) == ("127.0.0.1", 1)
    stream.close()
    with pytest.raises(AddressForbidden):
        Guard(["127.0.0.1/32"], resolver).connect_tcp("rebind.example", listener.port)


def test_a_name_with_one_inner_address_among_others_is_refused() -> None:
    guard = Guard(resolver=lambda *_: ["1.1.1.1", "10.0.0.1"])
    with pytest.raises(AddressForbidden):
        guard.connect_tcp("mixed.example", 80)


@pytest.mark.parametrize("allowed", ["127.0.0.1", "127.0.0.0/8"])
def test_what_the_operator_allows_is_connected_to(listener: Listener, allowed: str) -> None:
    Guard([allowed]).connect_tcp("127.0.0.1", listener.port).close()


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "2001:4860:4860::8888"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "gopher://x/", "ftp://x/", "http:///x", "http://a@b/", "http://a:b@c/", "//x/", "http://[::1",
     "http://x:99999/", "http://x y/", "http://x/\n", "javascript:1", "data:,x", "", "http://例え.jp/"],
)  # fmt: skip
def test_other_urls_are_refused_before_anything_is_resolved(url: str) -> None:
    with pytest.raises(IngestError) as refused:
        Downloader(resolver=lambda *_: pytest.fail("resolved")).fetch(url, Nothing(), Bounds(10))
    assert refused.value.code == "url_invalid"
