"""Which addresses of the network a stranger's URL may lead to: public ones, and those the operator has allowed.

Every connection is checked where it is made, on the address that the socket then uses, so neither a redirect nor a
name that answers differently the second time (DNS rebinding) can lead anywhere else. Source: OWASP, "Server Side
Request Forgery Prevention Cheat Sheet".
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from httpcore2 import SOCKET_OPTION, ConnectError, NetworkBackend, NetworkStream, SyncBackend

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""Carry an IPv4 address inside; `is_global` calls the first of them public."""
_PROTOCOLS = IPv4Network("192.0.0.0/24")
"""Set aside by IANA (RFC 6890); clouds answer for their machines' secrets in it."""


class AddressForbidden(Exception):
    """The URL leads to an address that is not public."""


class Guard(NetworkBackend):
    """Opens connections to public addresses only; `allowed` names host names, addresses or networks beside them."""

    def __init__(self, allowed: Iterable[str] = (), resolver: Resolver | None = None) -> None:
        """Keep what is allowed; `resolver` gives the addresses of a host and port."""
        self._hosts = {entry.lower().rstrip(".") for entry in allowed}
        self._networks = [network for entry in self._hosts if (network := _network(entry))]
        self._resolve = resolver or _addresses
        self._sockets = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Resolve once, check every answer, and connect to one that was checked. Raise AddressForbidden."""
        found = self._resolve(host, port)
        if host.lower().rstrip(".") not in self._hosts and not all(map(self._is_open, found)):
            raise AddressForbidden(host)
        return self._sockets.connect_tcp(found[0], port, timeout, local_address, socket_options)

    def _is_open(self, written: str) -> bool:
        address = ip_address(written.partition("%")[0])
        return is_public(address) or any(address in network for network in self._networks)


def is_public(address: Address) -> bool:
    """Tell whether an address, or the IPv4 address inside of it, belongs to the public internet."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None:
            return is_public(inner)
        if any(address in network for network in _NAT64) or address.is_site_local:
            return False
    elif address in _PROTOCOLS:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _addresses(host: str, port: int) -> Sequence[str]:
    """Ask the system, which also knows the octal, hexadecimal and short ways to write an IPv4 address."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ConnectError(f"{host}: {error}") from error
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None
