"""Open any picture within bounds: upright, RGB, on a background its text stands out from, never too large.

Formats are told by content. What a picture can't give in full it gives in part, with a warning: a huge one comes
smaller, an animated one as its first frame, a cut-off one as far as it goes.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFile, UnidentifiedImageError

from extractors import media_type
from extractors.documents import FAULTS
from extractors.errors import (
    DocumentEmptyError,
    PictureBrokenError,
    PictureTooLargeError,
    PictureTooSmallError,
    PictureUnsupportedError,
)
from extractors.model import ExtractionWarning
from extractors.picture_pixels import flattened

MOST_PIXELS = 24_000_000
"""Larger pictures are made smaller: reading more takes long and shows no more."""
MOST_UNPACKED = 720 << 20
"""Bytes a picture may take while it is unpacked; 169 megapixels in colour fit."""
LEAST_SIDE = 8
PREVIEW_PIXELS, PREVIEW_SIDE, PREVIEW_QUALITY = 5_000_000, 12_000, 85
FORMATS = ("PNG", "JPEG", "MPO", "WEBP", "GIF", "TIFF", "BMP", "DIB", "AVIF", "HEIF")
TYPES = frozenset(f"image/{name}" for name in ("png", "jpeg", "webp", "gif", "tiff", "bmp", "avif", "heic"))
_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}
_PROGRESSIVE_BYTES = 4
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture seen upright: `width` and `height` are the original's, `scale` image pixels make one of its pixels."""

    image: Image.Image
    width: int
    height: int
    scale: float
    warnings: tuple[ExtractionWarning, ...] = ()


def read(path: Path, frame: int = 0) -> Picture:
    """Read a picture, or one page of several; raise an ExtractionError that says why it can't be."""
    with _own_rules():
        try:
            return _read(path, frame, forgiving=False)
        except FAULTS:
            return _as_far_as_it_goes(path, frame)
        except MemoryError as error:
            raise PictureTooLargeError from error


def frames(path: Path) -> int:
    """Count the pages of a picture; what moves counts as one."""
    with _own_rules():
        try:
            with _opened(path) as image:
                return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
        except FAULTS:
            return 1


def preview(image: Image.Image) -> bytes:
    """Make a WebP for the browser; a long one stays legible because its area is bounded, not only its side."""
    width, height = image.size
    share = min(1.0, (PREVIEW_PIXELS / (width * height)) ** 0.5, PREVIEW_SIDE / max(width, height))
    shown = image if share == 1.0 else image.resize(_times(image.size, share), Image.Resampling.LANCZOS)
    out = BytesIO()
    shown.save(out, "WEBP", quality=PREVIEW_QUALITY, method=2)
    return out.getvalue()


def _as_far_as_it_goes(path: Path, frame: int) -> Picture:
    """Read what there is of a damaged picture; one that shows nothing at all is refused."""
    try:
        found = _read(path, frame, forgiving=True)
    except FAULTS as error:
        raise PictureBrokenError(f"{type(error).__name__}: {error}"[:300]) from error
    except MemoryError as error:
        raise PictureTooLargeError from error
    if all(low == high for low, high in _extremes(found.image)):
        raise PictureBrokenError("nothing but one colour could be read")
    return Picture(found.image, found.width, found.height, found.scale, (*found.warnings, _warning("picture_damaged")))


def _read(path: Path, frame: int, *, forgiving: bool) -> Picture:
    ImageFile.LOAD_TRUNCATED_IMAGES = forgiving
    with _opened(path) as image:
        image.seek(frame)
        if min(image.size) < LEAST_SIDE:
            raise PictureTooSmallError(f"{image.size}")
        found = [_warning(code) for code in _first_of_many(image)]
        full = _loaded(image)
        orientation = _orientation(image)
        small = flattened(image, _factor(image.size))
    if small.width * small.height > MOST_PIXELS:
        share = (MOST_PIXELS / (small.width * small.height)) ** 0.5
        small = small.resize(_times(small.size, share), Image.Resampling.LANCZOS)
    if orientation in _TURNS:
        small = small.transpose(_TURNS[orientation])
        full = full[::-1] if orientation >= 5 else full
    if small.width < full[0]:
        found.append(_warning("picture_downsized"))
    return Picture(small, full[0], full[1], small.width / full[0], tuple(found))


def _opened(path: Path) -> ImageFile.ImageFile:
    """Open a picture of a known kind; anything else is refused, and so is an empty file."""
    if path.stat().st_size == 0:
        raise DocumentEmptyError
    _know_heic()
    try:
        return Image.open(path, formats=[name for name in FORMATS if name in _available()])
    except UnidentifiedImageError as error:
        kind = media_type.detect(path, "")
        if kind in TYPES and (kind != "image/heic" or "HEIF" in _available()):
            raise PictureBrokenError(kind) from error
        raise PictureUnsupportedError(kind) from error


def _loaded(image: ImageFile.ImageFile) -> tuple[int, int]:
    """Unpack the pixels, a JPEG at a fraction of its size if that is enough; give the full size."""
    full = image.size
    _refuse_too_large(image)
    if image.format in ("JPEG", "MPO") and full[0] * full[1] > MOST_PIXELS:
        image.draft(None, _times(full, (MOST_PIXELS / (full[0] * full[1])) ** 0.5))
    drafted = image.size != full
    image.load()
    return full if drafted else image.size  # a turned TIFF only knows its size now


def _refuse_too_large(image: ImageFile.ImageFile) -> None:
    pixels = image.width * image.height
    if image.format in ("JPEG", "MPO"):
        needed = pixels * _PROGRESSIVE_BYTES if image.info.get("progressive") else 0
    else:
        needed = pixels * _BYTES.get(image.mode, 4)
    if needed > MOST_UNPACKED:
        raise PictureTooLargeError(f"{image.width} x {image.height} {image.mode}")


def _first_of_many(image: ImageFile.ImageFile) -> list[str]:
    if image.format == "MPO":  # a phone's extra views of the same
        return []
    try:
        many = getattr(image, "n_frames", 1) > 1
    except FAULTS:
        return []
    return [] if not many else ["picture_first_page" if image.format == "TIFF" else "picture_first_frame"]


def _orientation(image: Image.Image) -> int:
    """Tell how the camera was held; a damaged note of it means upright."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except FAULTS:
        return 1


def _factor(size: tuple[int, int]) -> int:
    """Give the whole number by which a size can be divided and still be at least as large as wanted."""
    return max(1, int((size[0] * size[1] / MOST_PIXELS) ** 0.5))


def _times(size: tuple[int, int], share: float) -> tuple[int, int]:
    return max(1, int(size[0] * share)), max(1, int(size[1] * share))


def _extremes(image: Image.Image) -> list[tuple[int, int]]:
    return list(image.getextrema())  # type: ignore[arg-type]  # one pair for each band of an RGB picture


def _warning(code: str) -> ExtractionWarning:
    return ExtractionWarning(code)


@contextmanager
def _own_rules() -> Iterator[None]:
    """Bound by our own limits instead of Pillow's warnings; leave its settings as they were."""
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    Image.MAX_IMAGE_PIXELS = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of oddities in files; what matters becomes a warning of ours
            yield
    finally:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = before


@cache
def _know_heic() -> None:
    """Teach Pillow HEIC where the decoder is installed; it bundles no GPL encoder, unlike pillow-heif."""
    if find_spec("pi_heif"):
        import_module("pi_heif").register_heif_opener(thumbnails=False)


@cache
def _available() -> frozenset[str]:
    Image.init()
    return frozenset(Image.OPEN)
