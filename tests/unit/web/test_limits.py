import pytest
from limits.storage import MemoryStorage, storage_from_string

from web.limits import Limits

HERE = "192.0.2.1"


def test_calls_beyond_the_limit_are_told_how_long_to_wait() -> None:
    limits = Limits(MemoryStorage(), "2/minute", 5)
    assert [limits.call("a"), limits.call("a"), limits.call("b")] == [None, None, None]
    wait = limits.call("a")
    assert wait is not None
    assert 0 < wait <= 60


def test_a_broker_that_is_away_does_not_stop_anybody_but_still_counts() -> None:
    away = storage_from_string("redis://127.0.0.1:1/0", socket_connect_timeout=0.2, wrap_exceptions=True)
    limits = Limits(away, "2/minute", 5)  # type: ignore[arg-type]  # the synchronous kind
    assert [limits.call("a"), limits.call("a")] == [None, None]
    assert limits.call("a") is not None


def test_a_login_that_went_well_forgets_the_wrong_passwords() -> None:
    limits = Limits(MemoryStorage(), "2/minute", 2)
    assert [limits.attempt("a", HERE), limits.attempt("a", HERE)] == [None, None]
    assert limits.attempt("a", HERE) is not None
    limits.forgive("a", HERE)
    assert limits.attempt("a", HERE) is None


def test_a_stranger_locks_out_himself_only() -> None:
    limits = Limits(MemoryStorage(), "2/minute", 5)
    tries = [limits.attempt("admin", "198.51.100.7") for _ in range(200)]
    assert [wait is None for wait in tries] == [True] * 5 + [False] * 195
    assert limits.attempt("admin", HERE) is None


@pytest.mark.parametrize(
    ("tries", "allowed"),
    [
        ([(f"name {n}", HERE) for n in range(60)], 50),
        ([("admin", f"198.51.100.{n}") for n in range(120)], 100),
        ([("admin", f"2001:db8:1:2::{n:x}") for n in range(20)], 5),
    ],
    ids=["one address tries many names", "many addresses try one name", "one IPv6 site is one address"],
)
def test_wrong_passwords_are_bounded(tries: list[tuple[str, str]], allowed: int) -> None:
    limits = Limits(MemoryStorage(), "2/minute", 5)
    assert sum(limits.attempt(name, address) is None for name, address in tries) == allowed
