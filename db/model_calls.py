"""Calls of models: each one, and the sums of each day, which the bill and the budget are read from. Days are UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from psycopg.rows import class_row

from db.pool import Connection


class Called(Protocol):
    """What is written down of a call. `outcome` is `ok`, `cancelled` or the code of an error."""

    @property
    def provider(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def ms(self) -> int: ...
    @property
    def prompt_tokens(self) -> int: ...
    @property
    def completion_tokens(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def is_estimated(self) -> bool: ...
    @property
    def cost(self) -> Decimal: ...


@dataclass(frozen=True)
class Day:
    """What a workspace used of a model on a day."""

    day: date
    purpose: str
    provider: str
    model: str
    calls: int
    failures: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    cost: Decimal


def add(connection: Connection, workspace: str, call: Called) -> None:
    """Write a call down and add it to its day."""
    values = {name: getattr(call, name) for name in CALL}
    connection.execute(
        f"INSERT INTO model_calls (workspace_id, {', '.join(CALL)}) "
        f"VALUES (%(workspace)s, {', '.join(f'%({name})s' for name in CALL)})",
        {"workspace": workspace, **values},
    )
    connection.execute(
        "INSERT INTO model_days AS d (workspace_id, day, purpose, provider, model, calls, failures, "
        f"{', '.join(SUMS)}) VALUES (%(workspace)s, (now() AT TIME ZONE 'UTC')::date, %(purpose)s, %(provider)s, "
        f"%(model)s, 1, (%(outcome)s NOT IN ('ok', 'cancelled'))::int, {', '.join(f'%({name})s' for name in SUMS)}) "
        "ON CONFLICT (workspace_id, day, purpose, provider, model) DO UPDATE SET calls = d.calls + 1, "
        f"failures = d.failures + excluded.failures, {', '.join(f'{n} = d.{n} + excluded.{n}' for n in SUMS)}",
        {"workspace": workspace, **values},
    )


def days(connection: Connection, since: date, until: date) -> Sequence[Day]:
    """Read what the workspace used from one day to another (both counted), newest day and dearest model first."""
    cursor = connection.cursor(row_factory=class_row(Day))
    return cursor.execute(
        f"SELECT day, purpose, provider, model, calls, failures, {', '.join(SUMS)} FROM model_days "
        "WHERE day BETWEEN %s AND %s ORDER BY day DESC, cost DESC, calls DESC, purpose, provider, model",
        (since, until),
    ).fetchall()


def spent_this_month(connection: Connection) -> Decimal:
    """Say what calls have cost since the first of this month: of the workspace, or of all (engine connection)."""
    row = connection.execute(
        "SELECT coalesce(sum(cost), 0) FROM model_days WHERE day >= date_trunc('month', now() AT TIME ZONE 'UTC')::date"
    ).fetchone()
    return Decimal(row[0]) if row else Decimal(0)


def prune(connection: Connection, days: int) -> int:
    """Forget single calls older than this (engine connection); give how many. The sums of the days stay."""
    return connection.execute("DELETE FROM model_calls WHERE at < now() - make_interval(days => %s)", (days,)).rowcount


CALL = (
    *("purpose", "provider", "model", "outcome", "ms"),
    *("prompt_tokens", "completion_tokens", "seconds", "is_estimated", "cost"),
)
SUMS = ("prompt_tokens", "completion_tokens", "seconds", "cost")
