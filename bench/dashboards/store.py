"""The pictures of a seed on disk: rendered once, read back as samples."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from PIL import Image

from bench.dashboards.model import Sample, TrueChart, TrueField, TrueGrid, TrueString
from extractors.model import Box

_DONE = "fonts.json"


def load(folder: Path, seed: int = 1, *, suffix: str = "", only: Collection[str] = ()) -> list[Sample]:
    """Give the pictures of this seed; they are rendered into the folder when they are not there yet.

    With `only` the folder gets no more than the pictures of these names.
    """
    own = folder / f"seed-{seed}{suffix}"
    if not (own / _DONE).exists():
        from bench.dashboards import browser

        own.mkdir(parents=True, exist_ok=True)
        (own / _DONE).write_text(
            json.dumps(browser.render(own, seed, zoom=2 if suffix else 1, only=only)), encoding="utf-8"
        )
    return [_sample(path) for path in sorted(own.glob("*-??.json"), key=_by_language)]


def fonts(folder: Path, seed: int = 1) -> list[str]:
    """Give the font families that the pictures of this seed were drawn from."""
    found: list[str] = json.loads((folder / f"seed-{seed}" / _DONE).read_text(encoding="utf-8"))
    return found


def _by_language(path: Path) -> tuple[str, str]:
    """Order by language first: whoever takes every n-th picture gets both, whatever n is."""
    return path.stem[-2:], path.stem


def _sample(path: Path) -> Sample:
    truth = json.loads(path.read_text(encoding="utf-8"))
    picture = path.with_suffix(".png")
    with Image.open(picture) as image:
        size = image.size
    scale = truth["scale"]
    return Sample(
        name=truth["name"],
        image_path=picture,
        language=truth["language"],
        strings=tuple(TrueString(one["text"], _box(one["box"], scale)) for one in truth["strings"]),
        fields=tuple(_field(one, scale) for one in truth["fields"]),
        grids=tuple(_grid(one, scale) for one in truth["grids"]),
        charts=tuple(_chart(one, scale) for one in truth["charts"]),
        kind=truth["kind"],
        size=size,
        marks=tuple(TrueString(one["text"], _box(one["box"], scale)) for one in truth["marks"]),
        period=truth["period"],
        account=truth["account"],
    )


def _box(box: list[float], scale: float) -> Box:
    x, y, width, height = (value * scale for value in box)
    return (x, y, width, height)


def _field(one: dict[str, Any], scale: float) -> TrueField:
    return TrueField(**(one | {"box": _box(one["box"], scale)}))


def _grid(one: dict[str, Any], scale: float) -> TrueGrid:
    boxes = tuple(tuple(_box(box, scale) for box in row) for row in one["boxes"])
    return TrueGrid(tuple(tuple(row) for row in one["rows"]), tuple(one["columns"]), boxes, one["panel"])


def _chart(one: dict[str, Any], scale: float) -> TrueChart:
    axis, legend, values = (tuple(one[name]) for name in ("axis", "legend", "values"))
    return TrueChart(axis, legend, values, _box(one["box"], scale), one["panel"])
