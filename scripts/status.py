"""Say how the platform is: parts, queues and the last errors. Exit 0 when healthy: `python -m scripts.status`."""

import sys

from rich.console import Console
from rich.table import Table

import db
from db import jobs, queues
from db.errors import DbError
from settings import SettingsError
from tasks import health


def main() -> int:
    """Print the state; give 0 when every part is well, 1 otherwise."""
    console = Console()
    try:
        parts = health.parts()
    except SettingsError as error:
        console.print(str(error))
        return 1
    console.print(_parts(parts))
    if all(part.ok for part in parts if part.name == "database"):
        console.print(_queues())
        console.print(_errors())
    return 0 if all(part.ok for part in parts) else 1


def _parts(parts: list[health.Health]) -> Table:
    table = Table("part", "state", "detail", title="Parts")
    for part in parts:
        table.add_row(part.name, "[green]well[/]" if part.ok else "[red]down[/]", part.detail)
    return table


def _queues() -> Table:
    table = Table("queue", "waiting", "sent", "running", "paused", title="Queues with open jobs")
    with db.engine() as connection:
        for state in queues.states(connection):
            table.add_row(state.queue, str(state.waiting), str(state.published), str(state.running), str(state.paused))
    return table


def _errors() -> Table:
    table = Table("time (UTC)", "workspace", "job", "code", "message", title="Last errors")
    with db.engine() as connection:
        for job in jobs.last_failed(connection, 5):
            when = f"{job.finished_at:%Y-%m-%d %H:%M}" if job.finished_at else ""
            table.add_row(when, job.workspace_id, str(job.id), job.error_code or "", job.error_en or "")
    return table


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DbError as problem:
        sys.exit(str(problem))
