"""Rate limits: counted in Redis when there is one, in this process for half a minute each time it is away."""

import time
from collections.abc import Callable
from functools import partial
from ipaddress import ip_address, ip_network
from typing import TypeVar

import structlog
from flask import current_app, g, request
from limits import RateLimitItem, RateLimitItemPerMinute, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter, RateLimiter

from settings import Settings, SettingsError
from settings.addresses import broker_url
from web.problems import Problem

log = structlog.get_logger(__name__)
T = TypeVar("T")
MEMORY = "memory://"
SOCKET_SECONDS = 0.5
AWAY_SECONDS = 30.0
LOCK_MINUTES = 15
LOGIN_TIMES = (1, 10, 20)
"""How many times the wrong passwords of a name from one address: an address with any name, a name from anywhere."""
IPV6_SITE = 64


class Limits:
    """Counts calls for each caller, and wrong passwords for each name and address."""

    def __init__(self, storage: Storage, calls: str, attempts: int) -> None:
        self._calls = parse(calls)
        self._attempts = tuple(
            RateLimitItemPerMinute(attempts * times, LOCK_MINUTES, namespace="SHIOMI_LOGIN") for times in LOGIN_TIMES
        )
        self._shared, self._own = FixedWindowRateLimiter(storage), FixedWindowRateLimiter(MemoryStorage())
        self._away_until = 0.0

    def call(self, who: str) -> float | None:
        """Count a call; give the seconds to wait when there were too many, None when it may go on."""
        return self._ask(lambda limiter: _hit(limiter, self._calls, who))

    def attempt(self, name: str, address: str | None) -> float | None:
        """Count a login before it is checked, so that many at once can't slip through; None when it may go on.

        What one address may no longer try does not count for the name: a stranger locks out only himself.
        """
        for limit, who in self._login(name, address):
            wait = self._ask(partial(_hit, limit=limit, who=who))
            if wait is not None:
                return wait
        return None

    def forgive(self, name: str, address: str | None) -> None:
        """Forget the attempts of a name that has logged in."""
        for limit, who in self._login(name, address):
            self._ask(partial(_clear, limit=limit, who=who))

    def _login(self, name: str, address: str | None) -> list[tuple[RateLimitItem, str]]:
        place = _network(address or "")
        return list(zip(self._attempts, (f"name:{name}@{place}", f"address:{place}", f"name:{name}"), strict=True))

    def _ask(self, question: Callable[[RateLimiter], T]) -> T:
        if time.monotonic() >= self._away_until:
            try:
                return question(self._shared)
            except StorageError:
                self._away_until = time.monotonic() + AWAY_SECONDS
                log.warning("limits counted in memory", seconds=AWAY_SECONDS)
        return question(self._own)


def make(settings: Settings) -> Limits:
    """Make the counters where the settings say."""
    url = _storage_url(settings)
    storage = MemoryStorage() if url == MEMORY else _redis(url)
    return Limits(storage, settings.rate_limit, settings.login_attempts)


def limits() -> Limits:
    """Give the counters of this application."""
    found: Limits = current_app.extensions["shiomi_limits"]
    return found


def check() -> None:
    """Count this request for its caller; raise a 429 problem when there were too many."""
    caller = g.get("caller")
    wait = limits().call(f"{caller.kind}:{caller.id}" if caller else f"address:{request.remote_addr}")
    if wait is not None:
        raise Problem(429, headers={"Retry-After": str(max(1, round(wait)))})


def _hit(limiter: RateLimiter, limit: RateLimitItem, who: str) -> float | None:
    if limiter.hit(limit, who):
        return None
    return limiter.get_window_stats(limit, who).reset_time - time.time()


def _clear(limiter: RateLimiter, limit: RateLimitItem, who: str) -> None:
    limiter.clear(limit, who)


def _network(address: str) -> str:
    """Name where a caller is: an IPv6 site has more addresses than can be counted."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(ip_network((found, IPV6_SITE), strict=False)) if found.version == 6 else address


def _redis(url: str) -> Storage:
    storage = storage_from_string(
        url, socket_timeout=SOCKET_SECONDS, socket_connect_timeout=SOCKET_SECONDS, wrap_exceptions=True
    )
    assert isinstance(storage, Storage)
    return storage


def _storage_url(settings: Settings) -> str:
    if settings.limits_url:
        return settings.limits_url.get_secret_value()
    try:
        url = broker_url()
    except SettingsError:
        return MEMORY
    return url if url.startswith("redis") else MEMORY
