"""What a layout draws from: the figures, the style, the words of one picture, marked for the truth."""

import random
from dataclasses import dataclass, field
from html import escape

from bench.dashboards import phrases, shapes, wordings
from bench.dashboards.stream import Stream

_MISSING = 0.025


@dataclass(frozen=True, slots=True)
class Marked:
    """A figure ready to be placed: its label, its value and its change as HTML."""

    label: str
    value: str
    change: str


@dataclass(slots=True)
class Scene:
    """One picture while it is drawn."""

    rng: random.Random
    language: str
    stream: Stream
    style: shapes.Style
    width: int
    fields: int = 0
    said: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def metric(self, name: str) -> Marked:
        """Mark a figure with the label it has throughout this picture."""
        shown, label = self.shown(name), self.label(name)
        if self.rng.random() < _MISSING:
            shown = shapes.Shown(self.rng.choice(("--", "-")), None, shown.unit)
        self.fields += 1
        known = name if name in wordings.NAMES else "other"
        value = (
            f'<span data-field="{self.fields}" data-name="{known}" data-value="{shown.value!r}" '
            f'data-unit="{shown.unit}" data-label="{escape(label)}">{_split(shown.raw)}</span>'
        )
        change = "" if shown.value is None else self._change()
        return Marked(f'<span data-join="1">{escape(label)}</span>', value, change)

    def shown(self, name: str) -> shapes.Shown:
        """Print a figure of the stream."""
        value = self.stream.minutes * 60 + 7 if name == "duration" else self.stream.figures[name]
        return shapes.show(name, value, self.style)

    def label(self, name: str) -> str:
        """Give the wording of a figure, the same for the whole picture."""
        if name not in self.labels:
            free = [one for one in wordings.of(name, self.language) if one not in self.labels.values()]
            self.labels[name] = self.rng.choice(free)
        return self.labels[name]

    def say(self, key: str) -> str:
        """Draw a phrase that this picture has not had yet (or has had, when there are no more)."""
        had = self.said.setdefault(key, [])
        free = [one for one in phrases.of(key, self.language) if one not in had] or list(phrases.of(key, self.language))
        had.append(self.rng.choice(free))
        return escape(had[-1])

    def pick(self, names: tuple[str, ...], many: int) -> list[str]:
        """Draw some of these names, in their order."""
        kept = set(self.rng.sample(names, min(many, len(names))))
        return [name for name in names if name in kept]

    def both(self, japanese: str, english: str) -> str:
        """Choose by the language of the picture."""
        return japanese if self.language == "ja" else english

    def _change(self) -> str:
        value = round(self.rng.uniform(-48, 96), 1) or 0.4
        tone = "up" if value >= 0 else "down"
        text = escape(shapes.change(value, self.style))
        return f'<span class="change {tone}" data-change="{value}" data-of="{self.fields}">{text}</span>'


def _split(raw: str) -> str:
    """Set the unit behind a number a little smaller, as many products do; it stays one string."""
    number = raw.rstrip("億万KMBkmb%円 ")
    tail = raw[len(number) :]
    return f'{escape(number)}<span class="unit">{escape(tail)}</span>' if tail else escape(raw)
