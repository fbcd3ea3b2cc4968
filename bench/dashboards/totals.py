"""The figures of a whole variant, added up picture by picture."""

from dataclasses import dataclass, field

from bench.dashboards import scores
from bench.dashboards.model import Sample
from extractors.dashboard import Dashboard
from extractors.words import Reading

SURE, REVIEW = 0.95, 0.85
_CHECKED = "check_failed"


@dataclass(slots=True)
class Totals:
    """Counts of a variant; every rate is a property of them."""

    printed: int = 0
    errors: int = 0
    inserted: int = 0
    keys: int = 0
    exact: int = 0
    verdicts: dict[str, int] = field(default_factory=lambda: {"right": 0, "wrong": 0, "blank": 0})
    invented: int = 0
    sure: int = 0
    sure_right: int = 0
    wrong: int = 0
    caught: int = 0
    changes: tuple[int, int] = (0, 0)
    cells: tuple[int, int] = (0, 0)
    columns: tuple[int, int] = (0, 0)
    charts: tuple[int, int] = (0, 0)
    periods: tuple[int, int] = (0, 0)

    def add_reading(self, sample: Sample, reading: Reading) -> None:
        """Add what the OCR made of a picture."""
        counted = scores.characters(sample, reading)
        self.printed += counted.printed
        self.errors += counted.errors
        self.inserted += counted.inserted
        self.keys += counted.fields
        self.exact += counted.exact

    def add_dashboard(self, sample: Sample, board: Dashboard) -> None:
        """Add what the dashboard reading made of a picture."""
        pairs = scores.named(sample, board)
        for pair in pairs:
            self.verdicts[pair.verdict] += 1
            self._trust(pair)
        self.invented += len(scores.invented(sample, board))
        self.changes = _plus(self.changes, scores.changes(pairs))
        self.cells = _plus(self.cells, scores.cells(sample, board))
        self.columns = _plus(self.columns, scores.columns(sample, board))
        self.charts = _plus(self.charts, scores.charted(sample, board))
        self.periods = _plus(self.periods, scores.period(sample, board))

    @property
    def error_rate(self) -> float:
        """Character error rate in percent."""
        return 100 * self.errors / max(1, self.printed)

    @property
    def exact_share(self) -> float:
        """Key fields read exactly, in percent."""
        return 100 * self.exact / max(1, self.keys)

    @property
    def named_share(self) -> float:
        """Printed values with the right name, number, unit and panel, in percent."""
        return 100 * self.verdicts["right"] / max(1, sum(self.verdicts.values()))

    @property
    def sure_share(self) -> float:
        """Values at or above SURE that are right, in percent."""
        return 100 * self.sure_right / max(1, self.sure)

    @property
    def caught_share(self) -> float:
        """Wrong values below the review line or with a failed cross-check, in percent."""
        return 100 * self.caught / self.wrong if self.wrong else 100.0

    def _trust(self, pair: scores.Named) -> None:
        metric = pair.metric
        if metric is None or metric.value is None:
            return
        right = scores.is_right(metric, pair.field) and pair.verdict != "wrong"
        self.sure += metric.confidence >= SURE
        self.sure_right += metric.confidence >= SURE and right
        if not right:
            self.wrong += 1
            self.caught += metric.confidence < REVIEW or any(note.startswith(_CHECKED) for note in metric.notes)


def _plus(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    return (a[0] + b[0], a[1] + b[1])
