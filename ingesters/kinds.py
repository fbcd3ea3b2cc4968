"""The table of job kinds: a new kind is one file with its STAGES and one line here."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingesters import analysis, backfill_batch, document, fill, screenshot
from ingesters.stages import Stage


@dataclass(frozen=True)
class Kind:
    """A kind of job: the queue it runs on and its stages. `asked_for` is False for kinds only the platform starts."""

    name: str
    queue: str
    stages: Sequence[Stage]
    asked_for: bool = True


KINDS = {
    kind.name: kind
    for kind in (
        Kind("document", "ingest", document.STAGES),
        Kind("screenshot", "vision", screenshot.STAGES),
        Kind("analysis", "ingest", analysis.STAGES),
        Kind("backfill", "backfill", backfill_batch.STAGES, asked_for=False),
        Kind("backfill_vectors", "backfill", backfill_batch.LATER_STAGES, asked_for=False),
        Kind("fill_vectors", "maintenance", fill.STAGES, asked_for=False),
    )
}
