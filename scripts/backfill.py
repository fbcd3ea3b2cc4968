"""Load past analyses: `python -m scripts.backfill --source local --dir PATH` (or azure, api).

Run it again after a cut: it goes on where it was. Run it again after its end: nothing that is there is added twice.
The shape of the JSON, and how a mapping file reads other shapes, is in docs/partners.md.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from db import workspaces
from db.azure_source import AzureFiles
from db.errors import DbError
from ingesters import backfill
from ingesters.backfill import Outcome, Wish
from ingesters.backfill_shape import NotAnAnalysis, read_mapping
from ingesters.backfill_sources import ApiSource, Container, FileSource, Folder, Source
from settings import SettingsError, get_settings
from settings.logging import configure_logging

console = Console(stderr=True)
COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TextColumn("{task.fields[rate]}"),
    TimeRemainingColumn(),
)
SHOWN = 20
LOOK_SECONDS = 1.0


def main() -> int:
    """Load what the command line names; give the exit code."""
    os.umask(0o077)
    os.nice(10)  # people's work on this machine goes first
    os.environ.setdefault("SHIOMI_LOG_LEVEL", "WARNING")
    given = _options()
    configure_logging()
    try:
        source, wish = _source(given), _wish(given)
        outcomes = _load(given.workspace, source, wish)
    except (NotAnAnalysis, OSError) as error:
        console.print(f"[red]{error}[/]")
        return 2
    _report(outcomes, wish, get_settings().data_dir / "backfill")
    if not wish.dry and not given.no_wait:
        _wait(given.workspace, source.name)
    return 0


def _load(workspace: str, source: Source, wish: Wish) -> list[Outcome]:
    outcomes: list[Outcome] = []
    with Progress(*COLUMNS, console=console) as bar:
        task = bar.add_task("reading", total=source.count(), rate="")
        began = time.monotonic()
        for outcome in backfill.load(workspace, source, wish):
            outcomes.append(outcome)
            total = max(bar.tasks[0].total or 0, len(outcomes))
            rate = f"{len(outcomes) / (time.monotonic() - began):,.0f}/s"
            bar.update(task, completed=len(outcomes), total=total, rate=rate)
    return outcomes


def _wait(workspace: str, source_name: str) -> None:
    """Show how the jobs store what was handed over; stopping here stops no job."""
    total = left = backfill.still_waiting(workspace, source_name)
    if not total:
        return
    with Progress(*COLUMNS, console=console) as bar:
        task: TaskID = bar.add_task("storing", total=total, rate="")
        began = time.monotonic()
        while left:
            time.sleep(LOOK_SECONDS)
            left = backfill.still_waiting(workspace, source_name)
            rate = f"{(total - left) / (time.monotonic() - began):,.0f}/s"
            bar.update(task, completed=total - left, rate=rate)


def _report(outcomes: list[Outcome], wish: Wish, folder: Path) -> None:
    """Say what became of all, and why something was skipped; the whole list goes to a file."""
    counts = Counter(outcome.what for outcome in outcomes)
    table = Table(title="would be" if wish.dry else None)
    for what in ("added", "changed", "there", "old", "skipped"):
        table.add_column(what, justify="right")
    table.add_row(*(f"{counts[what]:,}" for what in ("added", "changed", "there", "old", "skipped")))
    console.print(table)
    skipped = [outcome for outcome in outcomes if outcome.what == "skipped"]
    for outcome in skipped[:SHOWN]:
        console.print(f"  {outcome.name}: {outcome.reason}", markup=False)
    if skipped:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"skipped-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"
        path.write_text("".join(json.dumps(vars(one), ensure_ascii=False) + "\n" for one in skipped), encoding="utf-8")
        console.print(f"{len(skipped):,} skipped, all of them in {path}", markup=False)


def _source(given: argparse.Namespace) -> Source:
    settings = get_settings()
    if given.source == "local":
        if given.dir is None or not given.dir.is_dir():
            raise NotAnAnalysis("name a folder with --dir PATH")
        return FileSource(f"local:{given.dir.resolve()}", Folder(given.dir))
    if given.source == "api":
        key = settings.backfill_api_key
        if given.url is None:
            raise NotAnAnalysis("name the list with --url U")
        return ApiSource(given.url, key.get_secret_value() if key else None, settings.allowed_hosts())
    account = settings.backfill_azure or settings.blob_url
    if account is None or account.get_secret_value().startswith("file:") or given.container is None:
        raise NotAnAnalysis(
            "set SHIOMI_BACKFILL_AZURE to a connection string and name the container with --container C"
        )
    files = AzureFiles(account.get_secret_value(), given.container, given.prefix)
    return FileSource(f"azure:{given.container}/{given.prefix}", Container(files))


def _wish(given: argparse.Namespace) -> Wish:
    mapping = read_mapping(given.mapping.read_bytes()) if given.mapping else None
    return Wish(mapping, given.since, given.limit, given.dry_run)


def _time(written: str) -> datetime:
    found = datetime.fromisoformat(written)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.backfill", description=__doc__)
    parser.add_argument("--source", required=True, choices=("local", "azure", "api"))
    parser.add_argument("--dir", type=Path, metavar="PATH", help="local: the folder; all below it is read")
    parser.add_argument("--container", metavar="C", help="azure: the container")
    parser.add_argument("--prefix", default="", metavar="P", help="azure: only names that begin like this")
    parser.add_argument("--url", metavar="U", help="api: the list of analyses")
    parser.add_argument("--workspace", default=workspaces.DEFAULT, metavar="W")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="JSON: our fields to paths in the original")
    parser.add_argument("--since", type=_time, metavar="TIME", help="only what happened since (ISO 8601)")
    parser.add_argument("--limit", type=int, metavar="N", help="at most so many; the next run goes on behind them")
    parser.add_argument("--dry-run", action="store_true", help="read and check all, write nothing")
    parser.add_argument("--no-wait", action="store_true", help="end when all is handed over to the backfill queue")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (DbError, SettingsError) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
