"""Screenshots: read in the bounded child; values to trust or to review, and passages that search finds in place.

Each value is a passage of its own ("label: value"), so a hit points at the number; the rest of the text follows in
larger passages. A value that a person corrects changes its passage at once (ingesters.review).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isfinite
from typing import Any

import db
from db import chunks, documents, grids, lines, metrics, screenshots
from db.chunks import NewChunk
from db.documents import NewDocument
from db.grids import GridRow
from db.jobs import Job
from db.lines import LineRow
from db.metrics import NewMetric
from db.screenshots import NewScreenshot
from extractors.chunking import CountTokens
from extractors.dashboard_model import REVIEW_LINE, Metric
from extractors.screenshot_model import ScreenshotRead
from ingesters import document
from ingesters.knowledge import save_vectors
from ingesters.passages import metric_chunk, text_chunks
from ingesters.stages import Part, Stage, Tools
from ingesters.storable import short, storable

FAILED_CHECK = "check_failed"
"""Begins the note of a cross-check that contradicts a value: it waits for a person's look, however sure it is."""


@dataclass(frozen=True)
class Reading:
    """What was read, with its preview already stored and its text already cut into passages."""

    read: ScreenshotRead
    preview_key: str
    chunks: Sequence[NewChunk]


def read(job: Job, tools: Tools, _done: int) -> Iterator[Part]:
    """Read the picture."""
    assert job.asset is not None
    with (
        tools.blobs.local_copy(job.asset.blob_key) as path,
        tools.sandbox.stream("screenshot", path, {"filename": job.asset.filename}) as parts,
    ):
        for part in parts:
            assert isinstance(part, ScreenshotRead)
            yield Part(_reading(part, tools), 1.0)


def save_read(connection: db.Connection, job: Job, value: Reading) -> Mapping[str, Any]:
    """Store what was read, in place of what an earlier try had read; decisions of people stay in effect."""
    found, workspace = value.read, job.workspace_id
    documents.begin(connection, workspace, _document(job))
    screenshots.put(connection, workspace, job.id, _screenshot(job, value))
    lines.put(connection, workspace, job.id, _lines(found))
    grids.put(connection, workspace, job.id, _grids(found))
    metrics.put(connection, workspace, job.id, new_metrics(found.metrics))
    stored = metrics.of_screenshot(connection, job.id)
    above = [part for part in (short(found.account), short(found.period)) if part]
    chunks.add(connection, job.id, [metric_chunk(metric, above) for metric in stored])
    behind = max((metric.ordinal for metric in stored), default=-1) + 1
    chunks.add(connection, job.id, [_moved(chunk, behind) for chunk in value.chunks])
    if found.warnings:
        documents.add_warnings(connection, job.id, [{"code": w.code, "place": w.place} for w in found.warnings])
    waiting = sum(metric.status == "needs_review" for metric in stored)
    return {"screenshot_id": str(job.id), "outcome": found.outcome, "needs_review": waiting}


STAGES = (
    Stage("read", read, save_read, weight=3.0),
    Stage(
        "embed", document.embed, save_vectors, weight=1.0,
        done=document.mark_ready, forget=document.forget_vectors, resumes=True,
    ),
)  # fmt: skip


def new_metrics(found: Sequence[Metric]) -> list[NewMetric]:
    """Give each value its key, and decide which ones need a person's look."""
    seen: Counter[str] = Counter()
    made = []
    for ordinal, metric in enumerate(found):
        name = short(metric.name) or "other"
        seen[name] += 1
        made.append(_metric(metric, name if seen[name] == 1 else f"{name}#{seen[name]}", ordinal))
    return made


def _metric(metric: Metric, key: str, ordinal: int) -> NewMetric:
    value = metric.value if metric.value is not None and isfinite(metric.value) else None
    confidence = min(max(metric.confidence, 0.0), 1.0)
    contradicted = any(note.startswith(FAILED_CHECK) for note in metric.notes)
    return NewMetric(
        key=key,
        ordinal=ordinal,
        name=short(metric.name) or "other",
        label=storable(metric.label),
        raw=storable(metric.raw),
        value=value,
        text=storable(metric.text) if metric.text is not None else None,
        unit=metric.unit,
        currency=metric.currency,
        confidence=confidence,
        bbox=metric.box,
        label_bbox=metric.label_box,
        change={**asdict(metric.change), "raw": storable(metric.change.raw)} if metric.change else None,
        period=short(metric.period),
        panel=metric.panel,
        notes=[storable(note) for note in metric.notes],
        needs_review=confidence < REVIEW_LINE or contradicted,
    )


def _reading(found: ScreenshotRead, tools: Tools) -> Reading:
    count: CountTokens = tools.embedder(None, None).count_tokens
    return Reading(found, tools.blobs.put(found.preview).key, text_chunks(found, count))


def _document(job: Job) -> NewDocument:
    assert job.asset is not None
    said = job.parameters
    happened = said.get("started_at") or said.get("taken_at")
    return NewDocument(
        id=job.id,
        asset_id=job.asset.id,
        filename=job.asset.filename,
        media_type=job.asset.media_type,
        title=said.get("title"),
        language=said.get("language"),
        pages=1,
        product=said.get("product"),
        liver=said.get("liver"),
        occurred_at=datetime.fromisoformat(happened) if happened else None,
        metadata=said,
        kind=screenshots.KIND,
    )


def _screenshot(job: Job, value: Reading) -> NewScreenshot:
    found, said = value.read, job.parameters
    return NewScreenshot(
        width=found.width,
        height=found.height,
        text=storable("\n".join(line.text for line in found.lines)),
        outcome=found.outcome,
        account=short(found.account),
        period=short(found.period),
        layout=short(found.layout),
        panels=found.panels,
        charts=[_chart(found, at) for at in range(len(found.charts))],
        stream_id=said.get("stream_id"),
        taken_at=datetime.fromisoformat(said["taken_at"]) if "taken_at" in said else None,
        preview_key=value.preview_key,
    )


def _chart(found: ScreenshotRead, at: int) -> dict[str, Any]:
    chart = found.charts[at]
    return {
        "panel": chart.panel,
        "title": short(chart.title),
        "axis": [storable(text) for text in chart.axis],
        "legend": [storable(text) for text in chart.legend],
        "values": [storable(text) for text in chart.values],
        "bbox": list(chart.box),
    }


def _lines(found: ScreenshotRead) -> list[LineRow]:
    return [
        LineRow(
            ordinal, storable(line.text), list(line.box), line.confidence, line.vertical,
            [(storable(word.text), list(word.box), round(word.confidence, 4)) for word in line.words],
        )
        for ordinal, line in enumerate(found.lines)
    ]  # fmt: skip


def _grids(found: ScreenshotRead) -> list[GridRow]:
    return [
        GridRow(
            ordinal=ordinal,
            panel=grid.panel,
            title=short(grid.title),
            header=grid.header,
            columns=list(grid.columns),
            rows=[[storable(cell) for cell in row] for row in grid.rows],
            bbox=list(grid.box),
            boxes=[[list(box) if box else None for box in row] for row in grid.boxes],
            confidences=[[round(sure, 4) for sure in row] for row in grid.confidences],
        )
        for ordinal, grid in enumerate(found.grids)
    ]


def _moved(chunk: NewChunk, by: int) -> NewChunk:
    return NewChunk(**{**vars(chunk), "ordinal": chunk.ordinal + by})
