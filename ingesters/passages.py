"""The passages of a screenshot: one for each value, then its text and tables in pieces of bounded size."""

from collections.abc import Sequence

from db.chunks import NewChunk
from db.metrics import Metric
from extractors.chunking import Chunk, CountTokens, estimate
from extractors.chunking import chunk as chunks_of
from extractors.model import Block, Box, Page
from extractors.screenshot_model import ScreenshotRead
from ingesters.storable import storable
from retrieval.terms import document_weights


def metric_chunk(metric: Metric, above: Sequence[str]) -> NewChunk:
    """Say a value in words as it counts now; `above` is what the screenshot says of itself: account, period."""
    text = f"{metric.label or metric.name}: {shown(metric)}"
    path = [*above, metric.name]
    return NewChunk(
        ordinal=metric.ordinal,
        text=text,
        tokens=estimate(text),
        weights=document_weights(text, path),
        bbox=metric.bbox,
        heading_path=path,
    )


def shown(metric: Metric) -> str:
    """Write a value as it is printed, or as a person says it should be."""
    if metric.status != "corrected":
        return metric.raw
    if metric.effective_text is not None:
        return metric.effective_text
    if metric.effective_value is None:
        return "—"
    number = f"{metric.effective_value:,.6f}".rstrip("0").rstrip(".")
    if metric.currency:
        return f"{'¥' if metric.currency == 'JPY' else metric.currency + ' '}{number}"
    return number + {"%": "%", "s": " s"}.get(metric.unit, "")


def text_chunks(found: ScreenshotRead, count_tokens: CountTokens) -> list[NewChunk]:
    """Cut the text into passages: lines that stand in no table, then the tables with their header rows."""
    free = [line for line in found.lines if not any(_inside(line.box, grid.box) for grid in found.grids)]
    blocks = [Block("paragraph", line.text, bbox=line.box, source="ocr") for line in free]
    for grid in found.grids:
        if grid.title:
            blocks.append(Block("heading", grid.title, level=2, source="ocr"))
        text = "\n".join("\t".join(row) for row in grid.rows)
        blocks.append(Block("table", text, bbox=grid.box, rows=grid.rows, header=grid.header, source="ocr"))
    page = Page(1, None, found.width, found.height, "", tuple(blocks))
    above = [part for part in (found.account, found.period) if part]
    return [_passage(chunk, above) for chunk in chunks_of([page], count_tokens=count_tokens)]


def _passage(chunk: Chunk, above: Sequence[str]) -> NewChunk:
    path = [storable(part) for part in (*above, *chunk.heading_path)]
    text = storable(chunk.text)
    return NewChunk(
        ordinal=chunk.ordinal,
        text=text,
        tokens=chunk.tokens_estimate,
        weights=document_weights(text, path),
        bbox=chunk.bbox,
        heading_path=path,
    )


def _inside(box: Box, outer: Box) -> bool:
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return outer[0] <= x <= outer[0] + outer[2] and outer[1] <= y <= outer[1] + outer[3]
