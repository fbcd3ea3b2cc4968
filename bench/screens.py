"""How well made dashboards are read: characters, key fields, names of values, confidence, tables, charts.

Character error rate: each printed string is compared with the recognised text that stands on its place (boxes that
share 35 % of the smaller one; strings and lines that overlap crosswise are joined in reading order), both after NFKC
and without spaces. The sum of the edit distances is divided by the number of printed characters. A string that
nothing was read at counts as deleted, text that stands on no string as inserted.
Key fields: printed values and table cells with a digit whose exact text was read at their place.
Named: a printed value has the right metric name, number, unit and panel; "blank" has no name or no number.

`python -m bench screens [--quick] [--seed N]`, or `python -m bench.screens --help` for aids while working on it.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import dashboards
from bench.dashboards import faults, readings
from bench.dashboards.totals import Totals
from bench.dashboards.variants import NAMES
from bench.tables import say, show, verdict
from extractors import dashboard

ERRORS = {"clean": 0.3, "q60": 0.4, "720p": 0.8, "half": 6.0}
FIELDS = {"clean": 99.9, "q60": 99.8, "720p": 99.7, "half": 95.0}
NAMED = {"clean": 99.0}
SURE, CAUGHT = 99.8, 80.0
QUICK = 4


def main(*, quick: bool, seed: int = 1) -> None:
    """Print the tables of one seed; seed 2 is the held-out set, on which nobody tunes."""
    with tempfile.TemporaryDirectory(prefix="screens-") as made:
        folder = Path(made)
        run(folder, seed, readings.engine(folder / "models"), step=QUICK if quick else 1)


def run(folder: Path, seed: int, read: readings.Read, *, step: int = 1, variants: Sequence[str] = NAMES) -> None:
    """Read every variant and print what came out."""
    found: dict[str, Totals] = {}
    for variant in variants:
        totals, began, many, spent = Totals(), time.perf_counter(), 0, 0.0
        for number, (sample, image) in enumerate(dashboards.pictures(variant, folder, seed)):
            if number % step:
                continue
            started = time.perf_counter()
            reading = read(sample, image, variant)
            spent += time.perf_counter() - started
            totals.add_reading(sample, reading)
            totals.add_dashboard(sample, dashboard.read(reading))
            many += 1
        found[variant] = totals
        say(f"{variant}: {many} pictures, {spent / many:.2f} s each, {time.perf_counter() - began:.0f} s in all")
    _print(found, f"seed {seed}, {len(dashboards.fonts(folder, seed))} font families")


def _print(found: dict[str, Totals], note: str) -> None:
    show(
        "Screens: characters and key fields",
        ("variant", "error rate %", "target", "reached", "on no text", "fields exact %", "target", "reached", "fields"),
        [(name, *_read(name, totals)) for name, totals in found.items()],
        f"{note}; on no text: errors that are icons and lines taken for text",
    )
    show(
        "Screens: printed values with the right name, number, unit and panel",
        ("variant", "named %", "target", "reached", "right", "wrong", "blank", "invented", "changes"),
        [(name, *_named(name, totals)) for name, totals in found.items()],
        "invented: a named value where none is printed",
    )
    show(
        "Screens: confidence",
        ("variant", ">= .95", "right of these %", "target", "reached", "wrong values", "caught %", "target", "reached"),
        [(name, *_trust(name, totals)) for name, totals in found.items()],
        "caught: below the review line .85 or flagged by a cross-check; the target is for 720p",
    )
    show(
        "Screens: tables, charts, period",
        ("variant", "cells right", "%", "columns named", "chart texts", "periods"),
        [(name, *_parts(totals)) for name, totals in found.items()],
    )


def _read(name: str, totals: Totals) -> tuple[str, ...]:
    most, least = ERRORS.get(name), FIELDS.get(name)
    return (
        f"{totals.error_rate:.2f}",
        f"{most or ''}",
        verdict(round(totals.error_rate, 2), most, most=True) if most else "",
        f"{totals.inserted}/{totals.errors}",
        f"{totals.exact_share:.2f}",
        f"{least or ''}",
        verdict(totals.exact_share, least) if least else "",
        f"{totals.exact}/{totals.keys}",
    )


def _named(name: str, totals: Totals) -> tuple[str, ...]:
    wanted = NAMED.get(name)
    return (
        f"{totals.named_share:.1f}",
        f"{wanted or ''}",
        verdict(totals.named_share, wanted) if wanted else "",
        *(f"{totals.verdicts[one]}" for one in ("right", "wrong", "blank")),
        f"{totals.invented}",
        _of(totals.changes),
    )


def _trust(name: str, totals: Totals) -> tuple[str, ...]:
    return (
        f"{totals.sure}",
        f"{totals.sure_share:.2f}",
        f"{SURE}",
        verdict(totals.sure_share, SURE),
        f"{totals.wrong}",
        f"{totals.caught_share:.0f}",
        f"{CAUGHT:.0f}" if name == "720p" else "",
        verdict(totals.caught_share, CAUGHT) if name == "720p" else "",
    )


def _parts(totals: Totals) -> tuple[str, ...]:
    printed, right = totals.cells
    share = f"{100 * right / max(1, printed):.1f}"
    return (_of(totals.cells), share, _of(totals.columns), _of(totals.charts), _of(totals.periods))


def _of(counted: tuple[int, int]) -> str:
    return f"{counted[1]}/{counted[0]}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.screens", description="Aids while the reading is worked on.")
    parser.add_argument("--seed", type=int, default=1, help="2 is the held-out set")
    parser.add_argument("--folder", type=Path, required=True, help="where pictures, models and readings are kept")
    parser.add_argument("--variants", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--step", type=int, default=1, help="take every n-th picture")
    parser.add_argument("--perfect", action="store_true", help="take the truth for the reading: no OCR")
    parser.add_argument("--keep", action="store_true", help="keep readings and take kept ones (remove them yourself)")
    parser.add_argument("--dump", metavar="NAME", help="print what is wrong with pictures whose name begins so")
    return parser.parse_args()


def _aid() -> None:
    options = _options()
    read = readings.perfect if options.perfect else readings.engine(options.folder / "models")
    if options.keep:
        read = readings.kept(read, options.folder / f"readings-{options.seed}")
    if options.dump is None:
        run(options.folder, options.seed, read, step=options.step, variants=options.variants)
        return
    for variant in options.variants:
        for sample, image in dashboards.pictures(variant, options.folder, options.seed):
            if sample.name.startswith(options.dump):
                for line in faults.of(sample, read(sample, image, variant)):
                    say(f"{sample.name} {variant} {line}")


if __name__ == "__main__":
    _aid()
