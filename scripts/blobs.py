"""Look after the blobs: `python -m scripts.blobs verify|move|collect`.

`verify` reads every blob and compares it with its name; `move --to URL` copies all to another store, and goes on where
it was when it is run again; `collect` deletes what no record names.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from db.blobs import BlobStore, Stored, blobs, store_at
from db.errors import BlobDamaged, DbError
from ops import blobs as work
from settings import SettingsError, get_settings, is_blob_url
from settings.logging import configure_logging

PROGRESS = (
    TextColumn("{task.description}"),
    BarColumn(),
    DownloadColumn(),
    TransferSpeedColumn(),
    TimeRemainingColumn(),
)


def main() -> int:
    """Do what the command line says; give the exit code."""
    os.umask(0o077)
    configure_logging()
    given = _options()
    match given.command:
        case "verify":
            return verify()
        case "move":
            return move(given.source, given.to)
    return collect(given.grace_hours, dry=given.dry_run)


def verify() -> int:
    """Check every blob; print those that are damaged or missing; 1 when there is one."""
    store, count = blobs(), 0
    with _progress(store, "checked") as bar:

        def seen(stored: Stored) -> None:
            nonlocal count
            count += 1
            bar.advance(bar.task_ids[0], stored.bytes)

        bad = list(work.verify(store, work.named(), seen))
    for finding in bad:
        print(f"{finding.what}: {finding.key}")
    print(f"{count} blobs checked, {len(bad)} bad.")
    return 1 if bad else 0


def move(source_url: str | None, target_url: str) -> int:
    """Copy all blobs to another store, then say how to switch; 1 when a blob could not be carried on."""
    for url in (source_url, target_url):
        if url is not None and not is_blob_url(url):
            print("Name a file:///absolute/path URL or an Azure Storage connection string.", file=sys.stderr)
            return 2
    source = store_at(source_url) if source_url else blobs()
    copied = known = 0
    with _progress(source, "moved") as bar:
        try:
            for moved in work.move(source, store_at(target_url)):
                copied, known = copied + moved.copied, known + (not moved.copied)
                bar.advance(bar.task_ids[0], moved.stored.bytes)
        except BlobDamaged as error:
            print(f"{error} Then run the command again.", file=sys.stderr)
            return 1
    print(f"{copied} blobs copied, {known} were there already. Set SHIOMI_BLOB_URL to the new store and restart.")
    return 0


def collect(grace_hours: int | None, *, dry: bool) -> int:
    """Delete orphans and leftovers."""
    hours = get_settings().blob_grace_hours if grace_hours is None else grace_hours
    taken = work.collect(blobs(), timedelta(hours=hours), dry=dry)
    if taken is None:
        print("A snapshot is being made or another collector runs; try again later.", file=sys.stderr)
        return 1
    would = "would be deleted" if dry else "deleted"
    print(f"{taken.blobs} blobs ({taken.bytes / 1e6:,.1f} MB) and {taken.leftovers} leftovers {would}.")
    return 0


@contextmanager
def _progress(store: BlobStore, done: str) -> Iterator[Progress]:
    total = sum(stored.bytes for stored in store.stored())
    with Progress(*PROGRESS, console=Console(stderr=True)) as bar:
        bar.add_task(done, total=total)
        yield bar


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.blobs", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("verify", help="check every blob against its name")
    moving = commands.add_parser("move", help="copy all blobs to another store")
    moving.add_argument("--to", required=True, metavar="URL", help="file:///path or an Azure connection string")
    moving.add_argument("--from", dest="source", metavar="URL", help="default: the store of the settings")
    collecting = commands.add_parser("collect", help="delete blobs that no record names")
    collecting.add_argument("--grace-hours", type=int, metavar="N", help="default: SHIOMI_BLOB_GRACE_HOURS")
    collecting.add_argument("--dry-run", action="store_true", help="only count them")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (DbError, SettingsError) as problem:
        sys.exit(str(problem))
