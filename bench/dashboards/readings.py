"""Where readings come from: the platform's OCR, readings kept from an earlier run, or a perfect reader."""

import pickle
from collections.abc import Callable
from pathlib import Path

from PIL.Image import Image

from bench.dashboards.model import Sample, TrueString
from extractors.words import Line, Reading, Word

Read = Callable[[Sample, Image, str], Reading]


def engine(models: Path) -> Read:
    """Read with the platform's own reader."""
    from extractors import ocr, ocr_model

    ocr.use(ocr_model.ensure(models))
    reader = ocr.reader(2)
    return lambda _sample, image, _variant: reader.read(image)


def kept(read: Read, folder: Path) -> Read:
    """Read each picture once and keep what was read in the folder, for work on what comes behind the OCR."""
    folder.mkdir(parents=True, exist_ok=True)

    def again(sample: Sample, image: Image, variant: str) -> Reading:
        path = folder / f"{sample.name}-{variant}.pickle"
        if not path.exists():
            path.write_bytes(pickle.dumps(read(sample, image, variant)))
        reading: Reading = pickle.loads(path.read_bytes())
        return reading

    return again


def perfect(sample: Sample, _image: Image, _variant: str) -> Reading:
    """Give the truth as if it had been read: what is left is the fault of the dashboard reading."""
    return Reading(*sample.size, tuple(_line(one) for one in sample.strings))


def _line(one: TrueString) -> Line:
    return Line(one.text, one.box, 0.99, (Word(one.text, one.box, 0.99),))
