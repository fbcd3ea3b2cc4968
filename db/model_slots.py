"""Places for calls of models under way, counted over all processes; one left behind frees itself after its time."""

from decimal import Decimal

from db.locks import MODELS
from db.pool import Connection


def lock(connection: Connection) -> None:
    """Let one admission at a time look and decide, until its transaction ends (engine connection)."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (MODELS,))
    connection.execute("DELETE FROM model_slots WHERE until <= now()")


def busy(connection: Connection, provider: str) -> int:
    """Count a provider's calls under way (engine connection)."""
    row = connection.execute("SELECT count(*) FROM model_slots WHERE provider = %s AND until > now()", (provider,))
    found = row.fetchone()
    return int(found[0]) if found else 0


def reserved(connection: Connection) -> Decimal:
    """Say what the calls under way may still cost (engine connection)."""
    row = connection.execute("SELECT coalesce(sum(reserved), 0) FROM model_slots WHERE until > now()").fetchone()
    return Decimal(row[0]) if row else Decimal(0)


def take(connection: Connection, provider: str, seconds: float, cost: Decimal) -> int:
    """Take a place for this long and set its cost aside (engine connection)."""
    row = connection.execute(
        "INSERT INTO model_slots (provider, reserved, until) VALUES (%s, %s, now() + make_interval(secs => %s)) "
        "RETURNING id",
        (provider, cost, seconds),
    ).fetchone()
    assert row is not None
    return int(row[0])


def give_back(connection: Connection, slot: int) -> None:
    """Free a place (engine connection)."""
    connection.execute("DELETE FROM model_slots WHERE id = %s", (slot,))
