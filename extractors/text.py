"""Plain text: kept exactly as it was written; only very long files are cut into parts."""

from collections.abc import Iterator
from pathlib import Path

from extractors import media_type
from extractors.encodings import decode
from extractors.errors import DocumentEmptyError
from extractors.language import language_of
from extractors.model import Block, DocumentInfo, ExtractionWarning, Part
from extractors.options import Options
from extractors.parts import PART_CHARACTERS, part

MAX_BYTES = 64 << 20


def extract(path: Path, _options: Options) -> Iterator[Part]:
    """Read the text; a part is one block, so that a short document stays whole down to its spaces."""
    text, warnings = read(path)
    pieces = list(_pieces(text))
    yield DocumentInfo(media_type.TEXT, None, language_of(text), len(pieces), warnings)
    for number, piece in enumerate(pieces, 1):
        yield part(number, (Block("paragraph", piece),))


def read(path: Path) -> tuple[str, tuple[ExtractionWarning, ...]]:
    """Read and decode a text file; one that holds only white space is empty."""
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    decoded = decode(data[:MAX_BYTES])
    text = decoded.text.replace("\x00", "")
    if not text.strip():
        raise DocumentEmptyError
    warnings = []
    if len(data) > MAX_BYTES:
        warnings.append(ExtractionWarning("text_truncated"))
    if decoded.guessed:
        warnings.append(ExtractionWarning("encoding_guessed", decoded.encoding))
    return text, tuple(warnings)


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > 2 * PART_CHARACTERS:
        near = start + PART_CHARACTERS
        cut = max(text.find("\n\n", near, near + PART_CHARACTERS), text.find("\n", near, near + PART_CHARACTERS))
        end = cut + 1 if cut > 0 else near
        yield text[start:end]
        start = end
    yield text[start:]
