from limits.storage import MemoryStorage, storage_from_string

from web.limits import Limits


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
    assert [limits.attempt("a"), limits.attempt("a")] == [None, None]
    assert limits.attempt("a") is not None
    limits.forgive("a")
    assert limits.attempt("a") is None
