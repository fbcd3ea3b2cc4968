"""Every real and every hostile sample file ends with pages or with a coded refusal, within bounded memory."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from extractors.chunking import MAX_TOKENS, chunk
from extractors.errors import ExtractionError
from extractors.model import DocumentInfo, Page
from extractors.sandbox import MAX_RSS_BYTES, Sandbox

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
FOLDERS = ("docs_ja", "docs_en", "tables", "hostile")
FILES = [path for folder in FOLDERS for path in sorted((SAMPLES / folder).glob("*")) if path.is_file()]
GROWTH = 64 << 20

REFUSED = {
    "PasswordProtected.doc": "document_encrypted",
    "bomb_256MiB.zip": "document_bomb",
    "empty.pdf": "document_empty",
    "poc-xmlbomb-empty.xlsx": "document_bomb",
    "truncated62886.docx": "document_broken",
    "zipslip.zip": "archive_unsafe",
    "simple.tiff": "document_unsupported",
    "broken.png": "document_unsupported",
    "no_timescale.mp4": "document_unsupported",
    "invalid.xlsx": "document_empty",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Give one sandbox for all files, as a worker has."""
    with Sandbox() as made:
        yield made


def test_the_samples_are_there() -> None:
    assert len(FILES) > 80


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_gives_pages_or_a_coded_refusal(sandbox: Sandbox, path: Path) -> None:
    before = psutil.Process(os.getpid()).memory_info().rss
    code, pages = None, 0
    try:
        with sandbox.stream("documents", path, {"filename": path.name, "images": False}) as parts:
            info = next(parts)
            assert isinstance(info, DocumentInfo)
            for part in parts:
                assert isinstance(part, Page)
                pages += 1
                assert all(piece.tokens_estimate <= MAX_TOKENS + 1 for piece in chunk([part]))
        assert pages == info.pages
    except ExtractionError as error:
        code = error.code
    assert code == REFUSED.get(path.name, code if path.parent.name == "hostile" else None)
    assert (pages > 0) != (code is not None)
    assert psutil.Process(os.getpid()).memory_info().rss - before < GROWTH
    for child in psutil.Process().children():
        assert child.memory_info().rss < MAX_RSS_BYTES
