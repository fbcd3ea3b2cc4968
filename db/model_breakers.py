"""One circuit breaker for each provider of models: after faults in a row nobody asks it for a while, then one tries.

`closed` lets calls through, `open` none until its time is over, `half_open` has sent one to try and waits for it.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from db.pool import Connection

OPENS_AFTER = 5
FIRST_REST = 15.0
LONGEST_REST = 600.0


@dataclass(frozen=True)
class Breaker:
    """The state of a provider, its faults in a row, the code of the last one, and until when it rests."""

    provider: str
    state: str
    failures: int
    fault: str | None
    until: datetime | None


def states(connection: Connection) -> dict[str, Breaker]:
    """Give the breakers of the providers that ever failed."""
    cursor = connection.cursor(row_factory=class_row(Breaker))
    found = cursor.execute("SELECT provider, state, failures, fault, until FROM model_breakers").fetchall()
    return {breaker.provider: breaker for breaker in found}


def wait(connection: Connection, provider: str, seconds: float) -> float | None:
    """Say how long a call has to wait (engine connection); None lets it through.

    The first that comes when the rest is over is the one that tries; if it dies, the next may after `seconds`.
    """
    tries = connection.execute(
        "UPDATE model_breakers SET state = 'half_open', until = now() + make_interval(secs => %s), changed_at = now() "
        "WHERE provider = %s AND state <> 'closed' AND until <= now()",
        (seconds, provider),
    )
    if tries.rowcount:
        return None
    row = connection.execute(
        "SELECT greatest(0.1, extract(epoch FROM until - now())) FROM model_breakers "
        "WHERE provider = %s AND state <> 'closed'",
        (provider,),
    ).fetchone()
    return float(row[0]) if row else None


def worked(connection: Connection, provider: str) -> None:
    """Close the breaker of a provider that answered (engine connection)."""
    connection.execute(
        "UPDATE model_breakers SET state = 'closed', failures = 0, rests = 0, until = NULL, changed_at = now() "
        "WHERE provider = %s AND (state <> 'closed' OR failures > 0)",
        (provider,),
    )


def failed(connection: Connection, provider: str, fault: str) -> None:
    """Count a fault (engine connection): the last of too many opens the breaker, each time for twice as long."""
    connection.execute(
        "INSERT INTO model_breakers AS b (provider, state, failures, fault) VALUES (%(provider)s, 'closed', 1, %(fault)s) "
        "ON CONFLICT (provider) DO UPDATE SET failures = b.failures + 1, fault = excluded.fault",
        {"provider": provider, "fault": fault},
    )
    connection.execute(
        "UPDATE model_breakers SET state = 'open', rests = rests + 1, changed_at = now(), "
        "until = now() + make_interval(secs => least(%(longest)s, %(first)s * power(2, least(rests, 20)))) "
        "WHERE provider = %(provider)s AND (state = 'half_open' OR (state = 'closed' AND failures >= %(after)s))",
        {"provider": provider, "longest": LONGEST_REST, "first": FIRST_REST, "after": OPENS_AFTER},
    )
