"""Turn the pixels of any mode into plain RGB, a band of rows at a time, so that a huge picture needs little memory."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BAND_PIXELS = 4_000_000
WHITE, DARK = (255, 255, 255), (24, 24, 24)
LIGHT = 140
"""Edges lighter than this on average belong to text that was made for a dark page."""
_DEEP = ("I", "I;16", "I;16B", "I;16L", "F")


def flattened(image: Image.Image, factor: int) -> Image.Image:
    """Give an RGB picture, `factor` times smaller on each side."""
    flat = _rule(image)
    size = -(-image.width // factor), -(-image.height // factor)
    if factor == 1 and image.width * image.height <= BAND_PIXELS:
        return flat(image)
    out = Image.new("RGB", size)
    for top, band in _bands(image, factor):
        out.paste(flat(band).reduce(factor), (0, top // factor))
    return out


def _bands(image: Image.Image, step: int) -> Iterator[tuple[int, Image.Image]]:
    """Cut the picture into bands of rows, each but the last a multiple of `step` high."""
    rows = max(step, BAND_PIXELS // image.width // step * step)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _rule(image: Image.Image) -> Callable[[Image.Image], Image.Image]:
    """Choose once for the whole picture how its pixels become RGB."""
    if image.mode in _DEEP:
        low, high = _range(image)
        return lambda band: _shallow(band, low, high)
    if image.has_transparency_data:
        page = background(image)
        return lambda band: _on(band.convert("RGBA"), page)
    return lambda band: band.convert("RGB")


def background(image: Image.Image) -> tuple[int, int, int]:
    """Choose a page for a picture with holes: white, or dark when what borders on them is light, as light text is."""
    weight = light = 0.0
    for _, band in _bands(image, 2):
        pixels = np.asarray(band.convert("RGBA").reduce(2), dtype=np.float32)
        alpha = pixels[..., 3]
        edge = alpha * (255 - alpha)
        weight += float(edge.sum())
        light += float((edge * (pixels[..., :3] @ np.array((0.299, 0.587, 0.114), dtype=np.float32))).sum())
    return DARK if weight and light / weight > LIGHT else WHITE


def _on(band: Image.Image, page: tuple[int, int, int]) -> Image.Image:
    out = Image.new("RGB", band.size, page)
    out.paste(band, mask=band.getchannel("A"))
    return out


def _range(image: Image.Image) -> tuple[float, float]:
    """Tell which values are black and white: those of 8 bits stay as they are, deeper ones fill the range."""
    bounds = [(float(np.nanmin(values)), float(np.nanmax(values))) for values in map(_values, _only(image))]
    low, high = min(bound[0] for bound in bounds), max(bound[1] for bound in bounds)
    if image.mode == "F" and high <= 1:
        return 0.0, 1.0
    return min(low, 0.0), high if high > 255 else 255.0


def _only(image: Image.Image) -> Iterator[Image.Image]:
    return (band for _, band in _bands(image, 1))


def _values(band: Image.Image) -> NDArray[np.float32]:
    return np.asarray(band).astype(np.float32)


def _shallow(band: Image.Image, low: float, high: float) -> Image.Image:
    values = np.nan_to_num((_values(band) - low) * (255 / (high - low)), nan=0.0)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)).convert("RGB")
