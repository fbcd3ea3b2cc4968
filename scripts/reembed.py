"""Change the embedding model while search goes on: `python -m scripts.reembed start|status|switch|back|drop`.

`start --model NAME` fills a new version beside the active one, `switch` makes it the one that is searched, `back`
returns to the one before, `drop ID` deletes a version that is not active.
"""

import argparse
import sys

from rich.console import Console
from rich.table import Table

import db
from db import versions, workspaces
from ingesters import intake
from llm.current import embedder
from llm.errors import ModelError


def main() -> int:
    """Do what the command line says; give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.reembed", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("start").add_argument("--model", help="the new model; default: SHIOMI_EMBEDDING_MODEL")
    commands.add_parser("status")
    commands.add_parser("switch")
    commands.add_parser("back")
    commands.add_parser("drop").add_argument("version", type=int)
    given = parser.parse_args()
    match given.command:
        case "start":
            return start(given.model)
        case "switch":
            return switch()
        case "back":
            return back()
        case "drop":
            return drop(given.version)
    return status()


def start(model: str | None) -> int:
    """Make a version for the model and queue one filling job for each workspace; again, to go on after a failure."""
    new = embedder(model)
    with db.owner() as connection:
        filling = versions.filling(connection)
        if filling is not None and (filling.model, filling.dimension) != (new.model, new.dimension):
            return _refuse(f"Version {filling.id} ({filling.model}) is being filled; `switch` to it or drop it first.")
        version = versions.add(connection, new.model, new.dimension)
    if version.state == "active":
        return _refuse(f"{version.model} is the active model already.")
    queue_filling(version)
    print(f"Version {version.id} ({version.model}) is being filled; `python -m scripts.reembed status` shows how far.")
    return 0


def status() -> int:
    """Print all versions and how many chunks each lacks."""
    table = Table("version", "model", "dimension", "state", "chunks missing")
    with db.owner() as connection:
        for version in versions.every(connection):
            missing = str(versions.missing(connection, version.id))
            table.add_row(str(version.id), version.model, str(version.dimension), version.state, missing)
    Console().print(table)
    return 0


def switch() -> int:
    """Search the version that was filled, if it is complete."""
    with db.owner() as connection:
        filling = versions.filling(connection)
        if filling is None:
            return _refuse("No version is being filled; run `start` first.")
        missing = versions.missing(connection, filling.id)
        if missing:
            return _refuse(
                f"Version {filling.id} still lacks {missing} chunks; wait until `status` shows 0, "
                "and run `start` again if it stands still."
            )
        versions.switch(connection, filling.id)
    print(f"Search uses version {filling.id} ({filling.model}) now.")
    return 0


def back() -> int:
    """Search the version that was active before; chunks added since are embedded for it first."""
    with db.owner() as connection:
        earlier = versions.before(connection)
        if earlier is None:
            return _refuse("There is no earlier version to go back to.")
        if versions.missing(connection, earlier.id):
            return _back_later(connection, earlier)
        versions.switch(connection, earlier.id)
    print(f"Search uses version {earlier.id} ({earlier.model}) again.")
    return 0


def drop(version_id: int) -> int:
    """Delete a version and its vectors."""
    with db.owner() as connection:
        found = next((version for version in versions.every(connection) if version.id == version_id), None)
        if found is None:
            return _refuse(f"There is no version {version_id}; `status` lists all.")
        if found.state == "active":
            return _refuse("The active version can't be dropped; switch first.")
        gone = versions.drop(connection, version_id)
    print(f"Version {version_id} is gone with {gone} vectors.")
    return 0


def queue_filling(version: versions.Version) -> None:
    """Queue one filling job in each workspace, again where one has ended."""
    with db.engine() as connection:
        names = workspaces.names(connection)
    for name in names:
        job = intake.start(name, "fill_vectors", {"version": version.id}).job
        if job.status not in {"waiting", "running"}:
            intake.retry(name, job.id, None)


def _back_later(connection: db.Connection, earlier: versions.Version) -> int:
    filling = versions.filling(connection)
    if filling is not None:
        return _refuse(
            f"Version {earlier.id} lacks newer chunks; drop version {filling.id}, which is being filled, first."
        )
    versions.reopen(connection, earlier.id)
    queue_filling(earlier)
    print(f"Version {earlier.id} lacks newer chunks; they are being added. Run `switch` when `status` shows 0.")
    return 0


def _refuse(why: str) -> int:
    print(why)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ModelError as problem:
        sys.exit(problem.en)
