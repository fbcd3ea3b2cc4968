"""The texts of an analysis, in pieces that search can find: figures, phases, then everything else that is said.

Nothing that somebody wrote is left out: unknown fields become sections under their names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.analysis_phases import Phase
from db.chunks import NewChunk
from db.sales import PRODUCT, SESSION, Figure
from extractors.chunking import CountTokens
from extractors.chunking import chunk as chunks_of
from extractors.model import Block, Page
from ingesters.storable import short, storable
from retrieval.terms import document_weights

UNTITLED = "analysis"
SHORTEST = 2
DEEPEST = 40
READ_AS_PHASE = frozenset({
    "label", "name", "title", "phase", "summary", "description", "content", "transcript", "speech", "text", "metrics",
    "sales", "start", "end", "start_ms", "end_ms", "start_time", "end_time", "start_seconds", "end_seconds", "index",
})  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A text and the headings it stands under."""

    headings: tuple[str, ...]
    text: str


def sections(
    title: str | None, analysis: Mapping[str, Any], figures: Sequence[Figure], phases: Sequence[Phase]
) -> tuple[Section, ...]:
    """Put an analysis into words."""
    above = (title or UNTITLED,)
    found = [Section((*above, "sales"), "\n".join(lines))] if (lines := _lines(figures)) else []
    for phase in phases:
        texts = [text for text in (phase.summary, phase.transcript) if text and text.strip()]
        if texts:
            found.append(Section((*above, _heading(phase)), "\n".join(texts)))
    rest = {name: value for name, value in analysis.items() if name != "phases"}
    given = analysis.get("phases")
    for phase, raw in zip(phases, given if isinstance(given, list) else (), strict=False):
        more = {name: value for name, value in raw.items() if name not in READ_AS_PHASE}
        found += _walk(more, (*above, _heading(phase)))
    return (*found, *_walk(rest, above))


def passages(found: Sequence[Section], count_tokens: CountTokens) -> list[NewChunk]:
    """Cut sections into passages of bounded size under their headings."""
    blocks: list[Block] = []
    before: tuple[str, ...] = ()
    for section in found:
        headings = tuple(storable(text)[:200] for text in section.headings)
        start = _shared(before, headings)
        blocks += [Block("heading", text, level=at + 1) for at, text in enumerate(headings) if at >= start]
        blocks.append(Block("paragraph", storable(section.text)))
        before = headings
    page = Page(1, None, None, None, "", tuple(blocks))
    return [
        NewChunk(
            ordinal=chunk.ordinal,
            text=storable(chunk.text),
            tokens=chunk.tokens_estimate,
            weights=document_weights(chunk.text, list(chunk.heading_path)),
            heading_path=list(chunk.heading_path),
        )
        for chunk in chunks_of([page], count_tokens=count_tokens)
    ]


def _shared(before: tuple[str, ...], now: tuple[str, ...]) -> int:
    """Count the headings that go on standing; the last one is said again when what stood under it ends."""
    same = next((at for at, (old, new) in enumerate(zip(before, now, strict=False)) if old != new), None)
    start = min(len(before), len(now)) if same is None else same
    return start - 1 if start == len(now) < len(before) and now else start


def _walk(value: Any, headings: tuple[str, ...], depth: int = 0) -> Iterator[Section]:
    """Give every text below, under the names that lead to it; short values of one object stand together."""
    if isinstance(value, str):
        if len(value.strip()) >= SHORTEST:
            yield Section(headings, value)
    elif isinstance(value, Mapping) and depth < DEEPEST:
        plain = [f"{name}: {_plain(part)}" for name, part in value.items() if _plain(part)]
        if plain:
            yield Section(headings, "\n".join(plain))
        for name, part in value.items():
            if not _plain(part):
                yield from _walk(part, (*headings, str(name)), depth + 1)
    elif isinstance(value, list) and depth < DEEPEST:
        texts = [text for part in value if (text := _plain(part))]
        if texts:
            yield Section(headings, "\n".join(texts))
        for part in value:
            if not _plain(part):
                yield from _walk(part, headings, depth + 1)


def _plain(value: Any) -> str:
    """Write a value that stands in one line; nothing for one that has parts or is long."""
    if isinstance(value, str):
        return value.strip() if len(value) <= 120 and "\n" not in value.strip() else ""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _lines(figures: Sequence[Figure]) -> list[str]:
    return [
        f"{figure.item + ' ' if figure.item else ''}{figure.name}: {_amount(figure)}"
        for figure in figures
        if figure.scope in (SESSION, PRODUCT)
    ]


def _amount(figure: Figure) -> str:
    number = f"{figure.value:,.6f}".rstrip("0").rstrip(".")
    return f"{number} {figure.currency}" if figure.currency else number + {"%": "%", "s": " s"}.get(figure.unit, "")


def _heading(phase: Phase) -> str:
    label = short(phase.label) or f"phase {phase.ordinal + 1}"
    if phase.start_ms is None:
        return label
    return f"{label} ({_clock(phase.start_ms)}–{_clock(phase.end_ms or phase.start_ms)})"


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
