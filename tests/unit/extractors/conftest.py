"""What the extractors' tests share: the small real files, and a shortcut that reads a made-up one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from extractors import ocr, ocr_model
from extractors.documents import extract
from extractors.model import Block, DocumentInfo, Page
from extractors.options import Options

Read = Callable[[Path], tuple[DocumentInfo, list[Page]]]


@pytest.fixture(scope="session")
def small() -> Path:
    """Give the folder of small real files."""
    return Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="session")
def read() -> Read:
    """Give a function that reads a whole document without page images."""

    def run(path: Path) -> tuple[DocumentInfo, list[Page]]:
        info, *pages = extract(path, path.name, options=Options(path.name, images=False))
        assert isinstance(info, DocumentInfo)
        return info, [page for page in pages if isinstance(page, Page)]

    return run


@pytest.fixture(scope="session")
def blocks(read: Read) -> Callable[[Path], list[Block]]:
    """Give a function that reads a document's blocks."""

    def run(path: Path) -> list[Block]:
        return [block for page in read(path)[1] for block in page.blocks]

    return run


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the models that read pictures, once for the run, and give their folder."""
    return ocr_model.ensure(tmp_path_factory.mktemp("models")).parent


@pytest.fixture
def reading(models: Path) -> Read:
    """Give a function that reads a whole document and the pictures in it."""
    ocr.use(models)

    def run(path: Path) -> tuple[DocumentInfo, list[Page]]:
        info, *pages = extract(path, path.name, options=Options(path.name, images=False, ocr=ocr.reader))
        assert isinstance(info, DocumentInfo)
        return info, [page for page in pages if isinstance(page, Page)]

    return run
