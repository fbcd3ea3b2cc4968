"""The models that read pictures, inside the sandbox: loaded when a file first needs them, then kept."""

from functools import cached_property
from pathlib import Path

from PIL.Image import Image

from extractors.sandbox_limits import Limits, allow_models, bound_growth
from extractors.words import Ocr, Reading

_given: list["_Bounded"] = []


def prepare(limits: Limits, statm: int) -> None:
    """Remember what this process may use, and load nothing yet; `statm` is its open /proc/self/statm."""
    _given[:] = [_Bounded(limits, statm)]


def available() -> bool:
    """Tell whether this process was given a folder of models."""
    return bool(_given and _given[0].limits.models)


def reader() -> Ocr:
    """Give the reader of pictures; it loads the models at the first picture."""
    return _given[0]


class _Bounded:
    """Takes the memory that is kept back for the models while they load, and no more of it for any file."""

    def __init__(self, limits: Limits, statm: int) -> None:
        self.limits = limits
        self._statm = statm
        self._loaded = False

    def read(self, image: Image) -> Reading:
        """Read a picture."""
        if self._loaded:
            return self._ocr.read(image)
        allow_models()
        found = self._ocr.read(image)
        bound_growth(self._statm, self.limits.memory_bytes)
        self._loaded = True
        return found

    @cached_property
    def _ocr(self) -> Ocr:
        from extractors import ocr  # pulls in the inference library, which a text document needs not

        ocr.use(Path(self.limits.models or ""))
        return ocr.reader(self.limits.threads)
