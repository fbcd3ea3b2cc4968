"""Snapshots of the whole state: `python -m scripts.backup create|list|verify|restore`.

`create` works beside the running platform, or without it. `restore FILE` puts a snapshot into the data folder that
SHIOMI_DATA_DIR names, which must be empty; the platform must not run there.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from db.blobs import blobs
from db.errors import DbError
from db.pool import forget_pool
from ops import archive, snapshots
from ops.archive import Damaged
from ops.snapshots import SnapshotError
from scripts.stack.errors import StackError
from scripts.stack.postgres import EmbeddedPostgres
from settings import SettingsError, get_settings
from settings.addresses import database_url
from settings.logging import configure_logging


def main() -> int:
    """Do what the command line says; give the exit code."""
    os.umask(0o077)
    configure_logging()
    given = _options()
    match given.command:
        case "create":
            return create()
        case "verify":
            return verify(_path(given.file))
        case "restore":
            return restore(_path(given.file), over=given.over)
    return show()


def create() -> int:
    """Make a snapshot now and say where it is."""
    with database(), snapshots.alone() as mine:
        if not mine:
            print("Another snapshot is being made; try again when it is done.", file=sys.stderr)
            return 1
        made = snapshots.create(snapshots.want())
    if made.status != snapshots.READY:
        print(made.error, file=sys.stderr)
        return 1
    if made.error:
        print(f"But {made.error}", file=sys.stderr)
    rows = sum((made.counts or {}).values())
    print(f"{snapshots.file_of(made.id)}: {made.bytes / 1e6:,.1f} MB, {rows} rows, {made.blobs} blobs, verified.")
    return 0


def show() -> int:
    """List all snapshots."""
    table = Table("snapshot", "state", "made", "MB", "rows", "blobs")
    for found in snapshots.listing():
        rows = str(sum(found.counts.values())) if found.counts else ""
        size = f"{found.bytes / 1e6:,.1f}"
        table.add_row(found.id, found.status, found.created_at[:16], size, rows, str(found.blobs))
    Console().print(table)
    return 0


def verify(path: Path) -> int:
    """Read every byte of a snapshot and compare its hashes."""
    manifest = archive.verify(path)
    print(f"{path.name} is sound: {sum(manifest['counts'].values())} rows, {manifest['blobs']} blobs.")
    return 0


def restore(path: Path, *, over: bool) -> int:
    """Put a snapshot back."""
    with database():
        counts = snapshots.restore(path, blobs(), over=over)
    print(f"Restored: {sum(counts.values())} rows in {len(counts)} tables. Start with `make run`.")
    return 0


@contextmanager
def database() -> Iterator[None]:
    """Use the running database, or start the embedded one for as long as it is needed."""
    try:
        database_url()
    except SettingsError:
        with EmbeddedPostgres(get_settings().data_dir.absolute()) as embedded:
            os.environ["SHIOMI_DATABASE_URL"] = embedded.url
            get_settings.cache_clear()
            try:
                yield
            finally:
                forget_pool()
                del os.environ["SHIOMI_DATABASE_URL"]
                get_settings.cache_clear()
    else:
        yield


def _path(name: str) -> Path:
    return Path(name) if "/" in name or name.endswith(".tar") else snapshots.file_of(name)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.backup", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("create", help="make a snapshot and verify it")
    commands.add_parser("list", help="list the snapshots")
    commands.add_parser("verify", help="check every byte of a snapshot").add_argument("file", help="file or id")
    restoring = commands.add_parser("restore", help="put a snapshot into an empty data folder")
    restoring.add_argument("file", help="file or id")
    restoring.add_argument("--over", action="store_true", help="replace what is in the database")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (DbError, SettingsError, StackError, Damaged, SnapshotError) as problem:
        sys.exit(str(problem))
    except FileNotFoundError as problem:
        sys.exit(f"There is no {problem.filename}.")
