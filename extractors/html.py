"""HTML: the main content with its headings, lists and tables; menus, scripts and what is hidden are left out."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from extractors import media_type
from extractors.encodings import decode
from extractors.errors import DocumentEmptyError
from extractors.html_walk import Walk, main_of
from extractors.language import language_of
from extractors.model import Block, DocumentInfo, Part
from extractors.options import Options
from extractors.parts import parts
from extractors.text import MAX_BYTES

_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)""", re.I)
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")


def extract(path: Path, _options: Options) -> Iterator[Part]:
    """Read the page; it arrives in parts like every format without pages."""
    with path.open("rb") as file:
        text = decode_html(file.read(MAX_BYTES))
    title, blocks = read_html(text)
    pages = list(parts(blocks))
    if not any(page.blocks for page in pages):
        raise DocumentEmptyError
    yield DocumentInfo(media_type.HTML, title, language_of(" ".join(b.text for b in blocks[:200])), len(pages))
    yield from pages


def decode_html(data: bytes) -> str:
    """Decode by the declared charset if the bytes agree with it, else by their look."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = declared.group(1).decode("ascii", "replace")
        try:
            return data.decode("cp932" if name.lower() in ("shift_jis", "x-sjis", "sjis") else name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data).text


def read_html(text: str) -> tuple[str | None, list[Block]]:
    """Return the title and the blocks of the main content."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if tree is None:
        return None, []
    found = tree.find(".//title")
    title = _SPACE.sub(" ", str(found.xpath("string()"))).strip() if found is not None else ""
    return title or None, Walk().read(main_of(tree))
