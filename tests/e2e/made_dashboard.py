"""A dashboard drawn by the browser, which knows where it put each value; stored as if its job had read it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from playwright.sync_api import Browser

import db
from db import chunks, documents, grids, lines, metrics, screenshots
from db.blobs import blobs
from db.documents import NewDocument
from db.grids import GridRow
from db.lines import LineRow
from db.metrics import NewMetric
from db.screenshots import NewScreenshot
from extractors import picture
from ingesters import intake
from ingesters.intake import Upload
from ingesters.passages import metric_chunk

Box = list[float]
CARDS = (
    ("gmv", "ライブGMV", "¥1,284,500", 1_284_500, "JPY", 0.991), ("orders", "注文数", "1,032", 1_032, "count", 0.62),
    ("viewers", "視聴者数", "1.2万", 12_000, "count", 0.97), ("pcu", "最高同時視聴者数", "842", 842, "count", 0.41),
    ("avg_watch_seconds", "平均視聴時間", "3分12秒", 192, "s", 0.98), ("ctr", "クリック率", "12.5%", 12.5, "%", 0.83),
)  # fmt: skip
ROWS = [
    ["商品", "注文数", "売上"], ["保湿クリーム 50g", "412", "¥618,000"], ["抹茶ラテ 12包", "320", "¥384,000"],
    ["冷感タオル 3枚組", "300", "¥282,500"],
]  # fmt: skip
CHANGE = {"gmv": "+18.2%"}
STYLE = """
body { margin: 0; padding: 28px; background: #f3f4f7; font: 15px "Noto Sans CJK JP", sans-serif; color: #16181d; }
h1 { font-size: 20px; margin: 0 0 2px; } p { margin: 0 0 18px; color: #777; }
.cards { display: grid; grid-template-columns: repeat(3, 1fr); gap: 14px; margin-bottom: 22px; }
.card { background: #fff; border-radius: 10px; padding: 16px 18px; } .card i { font-style: normal; color: #777; }
.card b { font-size: 27px; width: max-content; } .card s { text-decoration: none; color: #0a8a52; margin-left: 8px; }
table { width: 100%; border-collapse: collapse; background: #fff; }
td { padding: 9px 18px; border-bottom: 1px solid #eee; }
"""
PLACES = """() => Object.fromEntries([...document.querySelectorAll("[data-at]")].map((found) => {
  const box = found.getBoundingClientRect();
  return [found.dataset.at, [box.x, box.y, box.width, box.height]];
}))"""


@dataclass(frozen=True)
class Drawn:
    """A picture, and where its values, labels and cells are."""

    png: bytes
    width: int
    height: int
    places: dict[str, Box]


def draw(browser: Browser, width: int = 900, height: int = 560) -> Drawn:
    """Draw the dashboard."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_content(f"<style>{STYLE}</style>{_body()}")
    drawn = Drawn(page.screenshot(), width, height, page.evaluate(PLACES))
    page.close()
    return drawn


def store(
    workspace: str, drawn: Drawn, *, filename: str = "ライブ結果.png", sure: float | None = None, **more: Any
) -> UUID:
    """Store it; `sure` is the confidence of all values if not that of each, `more` what differs on the whole."""
    blob = blobs().put(drawn.png + uuid4().bytes)  # one job for each
    stream = more.get("stream_id")
    job = intake.submit(workspace, Upload(filename, blob), "screenshot", {"stream_id": stream} if stream else {}).job
    assert job.asset is not None
    preview = blobs().put(picture.preview(Image.open(io.BytesIO(drawn.png)).convert("RGB"))).key
    seen: dict[str, Any] = {
        "width": drawn.width, "height": drawn.height, "text": "", "outcome": "read", "account": "しおみ商店",
        "period": "2026/11/20 20:00–22:10", "layout": "cards", "panels": 1, "preview_key": preview,
        "charts": [{"panel": 1, "title": "視聴者数の推移", "axis": ["20:00", "21:00", "22:00"], "legend": ["視聴者"],
                    "values": ["842"], "bbox": drawn.places["pcu"]}],
    }  # fmt: skip
    values = more.pop("values", None) or read(drawn, sure)
    with db.transaction(workspace) as connection:
        new = NewDocument(job.id, job.asset.id, filename, "image/png", None, "ja", 1, kind=screenshots.KIND)
        documents.begin(connection, workspace, new)
        screenshots.put(connection, workspace, job.id, NewScreenshot(**seen | more))
        lines.put(connection, workspace, job.id, _lines(drawn))
        grids.put(connection, workspace, job.id, [_grid(drawn)])
        metrics.put(connection, workspace, job.id, values)
        stored = metrics.of_screenshot(connection, job.id)
        chunks.add(connection, job.id, [metric_chunk(metric, ["しおみ商店"]) for metric in stored])
    return job.id


def read(drawn: Drawn, sure: float | None = None) -> list[NewMetric]:
    """Give the values as a reading would."""
    return [_metric(drawn, ordinal, card, sure) for ordinal, card in enumerate(CARDS)]


def _metric(drawn: Drawn, ordinal: int, card: Sequence[Any], sure: float | None) -> NewMetric:
    key, label, raw, value, unit, own = card
    confidence = own if sure is None else sure
    change = (
        {"raw": CHANGE[key], "value": 18.2, "unit": "%", "box": drawn.places["gmv-change"]} if key in CHANGE else None
    )
    return NewMetric(
        key=key, ordinal=ordinal, name=key, label=label, raw=raw, value=float(value), text=None, unit=unit,
        currency=unit if unit == "JPY" else None, confidence=confidence, bbox=drawn.places[key],
        label_bbox=drawn.places[key + "-label"], change=change, period=None, panel=1,
        notes=["check_failed:orders"] if key == "ctr" else [], needs_review=confidence < 0.85,
    )  # fmt: skip


def _grid(drawn: Drawn) -> GridRow:
    boxes: list[list[Box | None]] = [[drawn.places[f"{r},{c}"] for c in range(3)] for r in range(len(ROWS))]
    sure = [[0.99] * 3 for _ in ROWS]
    sure[2][1] = 0.55
    return GridRow(0, 1, "商品ランキング", True, ["product", "orders", "gmv"], ROWS, [0, 0, 9, 9], boxes, sure)


def _lines(drawn: Drawn) -> list[LineRow]:
    said = [(label, drawn.places[key + "-label"], 0.98) for key, label, *_ in CARDS]
    said += [(raw, drawn.places[key], sure) for key, _, raw, _, _, sure in CARDS]
    return [LineRow(at, text, box, sure, False, [(text, box, sure)]) for at, (text, box, sure) in enumerate(said)]


def _body() -> str:
    cards = "".join(
        f'<div class="card"><i data-at="{key}-label">{label}</i><br><b data-at="{key}">{raw}</b>'
        f'<s data-at="{key}-change">{CHANGE.get(key, "")}</s></div>'
        for key, label, raw, *_ in CARDS
    )
    rows = "".join(
        "<tr>" + "".join(f'<td><span data-at="{r},{c}">{cell}</span></td>' for c, cell in enumerate(row)) + "</tr>"
        for r, row in enumerate(ROWS)
    )
    head = "<h1>しおみ商店</h1><p>2026/11/20 20:00–22:10</p>"
    return f'{head}<div class="cards">{cards}</div><table>{rows}</table>'
