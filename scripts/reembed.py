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
    """Make a version for the model and queue one filling job for each workspace."""
    new = embedder(model)
    with db.owner() as connection:
        version = versions.add(connection, new.model, new.dimension)
    if version.state == "active":
        print(f"{version.model} is the active model already.")
        return 1
    with db.engine() as connection:
        names = workspaces.names(connection)
    for name in names:
        intake.start(name, "fill_vectors", {"version": version.id})
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
        filling = next((v for v in versions.every(connection) if v.state == "filling"), None)
        if filling is None:
            print("No version is being filled; run `start` first.")
            return 1
        missing = versions.missing(connection, filling.id)
        if missing:
            print(f"Version {filling.id} still lacks {missing} chunks; wait until `status` shows 0.")
            return 1
        versions.switch(connection, filling.id)
    print(f"Search uses version {filling.id} ({filling.model}) now.")
    return 0


def back() -> int:
    """Search the version that was active before; chunks added since are embedded for it first."""
    with db.owner() as connection:
        retired = [v for v in versions.every(connection) if v.state == "retired"]
        if not retired:
            print("There is no earlier version to go back to.")
            return 1
        missing = versions.missing(connection, retired[-1].id)
        if missing:
            versions.reopen(connection, retired[-1].id)
        else:
            versions.switch(connection, retired[-1].id)
    if missing:
        return _fill_first(retired[-1])
    print(f"Search uses version {retired[-1].id} ({retired[-1].model}) again.")
    return 0


def _fill_first(version: versions.Version) -> int:
    with db.engine() as connection:
        names = workspaces.names(connection)
    for name in names:
        job = intake.start(name, "fill_vectors", {"version": version.id})
        if not job.created:
            intake.retry(name, job.job.id, None)
    print(f"Version {version.id} lacks newer chunks; they are being added. Run `switch` when `status` shows 0.")
    return 0


def drop(version_id: int) -> int:
    """Delete a version and its vectors."""
    with db.owner() as connection:
        if any(v.id == version_id and v.state == "active" for v in versions.every(connection)):
            print("The active version can't be dropped; switch first.")
            return 1
        gone = versions.drop(connection, version_id)
    print(f"Version {version_id} is gone with {gone} vectors.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ModelError as problem:
        sys.exit(problem.en)
