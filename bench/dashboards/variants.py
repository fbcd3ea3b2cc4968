"""What happens to a picture before it arrives: sizes, JPEG, wear, a photograph of the screen. Boxes move along."""

import io
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.dashboards.model import Sample
from bench.dashboards.store import load
from extractors.model import Box

Pixels = NDArray[np.float32]
Matrix = NDArray[np.float64]
Move = Callable[[Box], Box]
NAMES = ("clean", "2x", "q60", "720p", "half", "photo")


def pictures(variant: str, folder: Path, seed: int = 1) -> Iterator[tuple[Sample, Image.Image]]:
    """Give every sample of the seed in this variant, with its boxes where the text is now."""
    for sample in load(folder, seed, suffix="@2x" if variant == "2x" else ""):
        with Image.open(sample.image_path) as opened:
            image = opened.convert("RGB")
        yield apply(variant, sample, image, random.Random(f"{seed} {variant} {sample.name}"))


def apply(variant: str, sample: Sample, image: Image.Image, rng: random.Random) -> tuple[Sample, Image.Image]:
    """Make the variant of one picture."""
    match variant:
        case "clean" | "2x":
            return sample, image
        case "q60":
            return sample, _jpeg(image, 60)
        case "720p":
            return _scaled(sample, image, 2 / 3)
        case "half":
            smaller, shrunk = _scaled(sample, image, 1 / 2)
            return smaller, _jpeg(shrunk, rng.randint(60, 75))
        case "photo":
            return _photographed(sample, image, rng)
    raise ValueError(f"no variant is called {variant}; there are {', '.join(NAMES)}")


def moved(sample: Sample, move: Move, size: tuple[int, int]) -> Sample:
    """Move every box of a sample."""
    return replace(
        sample,
        strings=tuple(replace(one, box=move(one.box)) for one in sample.strings),
        fields=tuple(replace(one, box=move(one.box)) for one in sample.fields),
        grids=tuple(replace(one, boxes=tuple(tuple(map(move, row)) for row in one.boxes)) for one in sample.grids),
        charts=tuple(replace(one, box=move(one.box)) for one in sample.charts),
        marks=tuple(replace(one, box=move(one.box)) for one in sample.marks),
        size=size,
    )


def _scaled(sample: Sample, image: Image.Image, factor: float) -> tuple[Sample, Image.Image]:
    size = (round(image.width * factor), round(image.height * factor))
    across, down = size[0] / image.width, size[1] / image.height

    def move(box: Box) -> Box:
        return (box[0] * across, box[1] * down, box[2] * across, box[3] * down)

    return moved(sample, move, size), image.resize(size, Image.Resampling.LANCZOS)


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=quality)
    return Image.open(io.BytesIO(kept.getvalue())).convert("RGB")


def _photographed(sample: Sample, image: Image.Image, rng: random.Random) -> tuple[Sample, Image.Image]:
    matrix, size = _view(image.size, rng)
    backdrop = tuple(rng.randint(30, 90) for _ in range(3))
    pixels = cv2.warpPerspective(
        np.asarray(image), matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=backdrop
    ).astype(np.float32)
    pixels = _glare(_moire(pixels, rng), rng)
    pixels = cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.5, 0.9)).astype(np.float32)
    noise = np.random.default_rng(rng.randint(0, 2**31)).standard_normal(pixels.shape, np.float32)
    done = Image.fromarray(np.clip(pixels + noise * np.float32(rng.uniform(2, 5)), 0, 255).astype(np.uint8))
    return moved(sample, lambda box: _through(matrix, box), size), _jpeg(done, rng.randint(78, 90))


def _view(size: tuple[int, int], rng: random.Random) -> tuple[Matrix, tuple[int, int]]:
    """Choose where the camera stands: a turn of up to 1.5 degrees and corners that come closer by up to 3 %."""
    width, height = size
    edge = round(0.05 * max(size))
    turn = math.radians(rng.uniform(-1.5, 1.5))
    corners = []
    for x, y in ((0, 0), (width, 0), (width, height), (0, height)):
        dx, dy = x - width / 2, y - height / 2
        shrink = 1 - rng.uniform(0, 0.03)
        corners.append(
            (
                edge + width / 2 + shrink * (dx * math.cos(turn) - dy * math.sin(turn)),
                edge + height / 2 + shrink * (dx * math.sin(turn) + dy * math.cos(turn)),
            )
        )
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(source, np.array(corners, np.float32))
    return np.asarray(matrix, np.float64), (width + 2 * edge, height + 2 * edge)


def _moire(pixels: Pixels, rng: random.Random) -> Pixels:
    """Lay the beat between the screen's grid and the sensor's over the picture, a little shifted in each colour."""
    height, width = pixels.shape[:2]
    y, x = np.ogrid[0:height, 0:width]
    y, x = y.astype(np.float32), x.astype(np.float32)
    angle, fine, wide = rng.uniform(0, math.pi), rng.uniform(3.1, 4.6), rng.uniform(40, 120)
    along = x * math.cos(angle) + y * math.sin(angle)
    bend = 6 * np.sin(y / rng.uniform(150, 300))
    for channel in range(3):
        beat = np.sin(2 * math.pi * (along + bend + channel * wide / 5) / wide)
        grid = np.sin(2 * math.pi * (along + channel) / fine)
        pixels[:, :, channel] *= 1 + rng.uniform(0.02, 0.05) * beat + rng.uniform(0.01, 0.035) * grid
    return pixels


def _glare(pixels: Pixels, rng: random.Random) -> Pixels:
    """Add the reflection of a lamp and let the corners fall off."""
    height, width = pixels.shape[:2]
    y, x = np.ogrid[0:height, 0:width]
    y, x = y.astype(np.float32), x.astype(np.float32)
    across, down = (
        (x - rng.uniform(0.1, 0.9) * width) / (0.3 * width),
        (y - rng.uniform(0.1, 0.9) * height) / (0.25 * height),
    )
    lamp = np.exp(-(across**2 + down**2))[:, :, None] * rng.uniform(0.15, 0.4)
    fall = 1 - 0.18 * (((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2)[:, :, None]
    lit: Pixels = (pixels * (1 - lamp) + 255 * lamp) * fall
    return lit


def _through(matrix: Matrix, box: Box) -> Box:
    x, y, width, height = box
    corners = np.array([[(x, y), (x + width, y), (x + width, y + height), (x, y + height)]], np.float64)
    seen = cv2.perspectiveTransform(corners, matrix)[0]
    left, top = (float(value) for value in seen.min(axis=0))
    right, bottom = (float(value) for value in seen.max(axis=0))
    return (left, top, right - left, bottom - top)
