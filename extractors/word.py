"""Word: headings, paragraphs, lists, tables and text boxes in document order; headers and footers once."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from extractors import media_type
from extractors.errors import DocumentBrokenError
from extractors.language import language_of
from extractors.model import Block, DocumentInfo, Part
from extractors.options import Options
from extractors.page_ocr_pictures import Pictures
from extractors.parts import parts
from extractors.word_pictures import WordPictures
from extractors.word_table import blocks_of_table
from extractors.zip_safety import check_xml, open_zip

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HEADING = re.compile(r"^(?:heading|見出し)\s*(\d)$", re.I)
_SKIPPED = (f"{_W}del", f"{_W}moveFrom", f"{_MC}Fallback", f"{_W}instrText", f"{_W}rt")
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_CONTENTS_STYLE = re.compile(r"^(toc|目次)\s*\d", re.I)
_CONTENTS = -1
"""The level of a table of contents' lines: they repeat the headings with page numbers and are left out."""
_HOLDERS = (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins")
_MAX_HEADING = 150
_MAX_DEPTH = 60


def extract(path: Path, options: Options) -> Iterator[Part]:
    """Read the whole document; it arrives in parts, for a Word file has no pages until it is printed."""
    document = _open(path)
    pictures = Pictures(options.ocr)
    body = _Body(_styles(document), WordPictures(document.part, pictures))
    blocks = [*_margins(document), *body.blocks(document.element.body), *_notes(document)]
    pages = list(parts(blocks))
    title = (document.core_properties.title or "").strip() or None
    sample = " ".join(block.text for block in blocks[:300])
    yield DocumentInfo(media_type.WORD, title, language_of(sample), len(pages), pictures.news())
    yield from pages


def _open(path: Path) -> Any:
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    with open_zip(path) as archive:
        check_xml(archive)
    try:
        return docx.Document(str(path))
    except (OpcError, LxmlError, KeyError, ValueError, OSError, AttributeError) as error:
        raise DocumentBrokenError(str(error)) from error


def text_of(element: Any) -> str:
    """Return an element's text, without deleted text and without the text boxes inside it."""
    pieces: list[str] = []
    _gather(element, pieces, 0)
    return "".join(pieces)


def _gather(element: Any, pieces: list[str], depth: int) -> None:
    for child in element:
        tag = child.tag
        if tag == f"{_W}t":
            pieces.append(child.text or "")
        elif tag in _BREAKS:
            pieces.append(_BREAKS[tag])
        elif tag not in _SKIPPED and tag != f"{_W}txbxContent" and depth < _MAX_DEPTH:
            _gather(child, pieces, depth + 1)


class _Body:
    """Reads what stands in the body and in text boxes."""

    def __init__(self, styles: dict[str, int | None], pictures: WordPictures) -> None:
        self._styles = styles
        self._pictures = pictures

    def blocks(self, body: Any, depth: int = 0) -> Iterator[Block]:
        """Yield the blocks in the order of the document; a picture's text follows the paragraph that holds it."""
        for element in body:
            if element.tag == f"{_W}p":
                yield from _paragraph(element, self._styles)
                yield from self._pictures.blocks(element)
                for box in _boxes(element):
                    yield from self.blocks(box, depth + 1)
            elif element.tag == f"{_W}tbl":
                yield from blocks_of_table(element, text_of)
                yield from self._pictures.blocks(element)
            elif element.tag in _HOLDERS and depth < _MAX_DEPTH:
                yield from self.blocks(element, depth + 1)


def _boxes(paragraph: Any) -> Iterator[Any]:
    """Yield the outermost text boxes of a paragraph, each once (Word saves a second copy for old versions)."""
    for box in paragraph.iter(f"{_W}txbxContent"):
        above = [parent.tag for parent in box.iterancestors()]
        inner = above[: above.index(f"{_W}p") if f"{_W}p" in above else None]
        if f"{_MC}Fallback" not in above and f"{_W}txbxContent" not in inner:
            yield box


def _paragraph(element: Any, styles: dict[str, int | None]) -> Iterator[Block]:
    text = text_of(element).strip()
    properties = element.find(f"{_W}pPr")
    style = _value(properties, "pStyle") or ""
    if not text or styles.get(style) == _CONTENTS:
        return
    own = _outline(properties)
    level = styles.get(style) if own is None else own
    if level and len(text) <= _MAX_HEADING and not text.endswith("。"):
        yield Block("heading", text, level=level)
    elif _is_listed(properties, style):
        yield Block("list_item", f"- {text}")
    else:
        yield Block("paragraph", text)


def _is_listed(properties: Any, style: str) -> bool:
    numbering = properties.find(f"{_W}numPr/{_W}numId") if properties is not None else None
    if numbering is not None:
        return str(numbering.get(f"{_W}val")) != "0"
    return style.lower().startswith(("listbullet", "listnumber"))


def _outline(properties: Any) -> int | None:
    """Return a heading level, 0 for body text, None where nothing is said."""
    level = _value(properties, "outlineLvl")
    if not level or not level.isdigit():
        return None
    return int(level) + 1 if int(level) < 9 else 0


def _value(properties: Any, name: str) -> str | None:
    found = properties.find(f"{_W}{name}") if properties is not None else None
    return found.get(f"{_W}val") if found is not None else None


def _styles(document: Any) -> dict[str, int | None]:
    """Map style ids to heading levels, followed through the styles they are based on."""
    levels: dict[str, int | None] = {}
    for style in document.styles.element.findall(f"{_W}style"):
        name = style.find(f"{_W}name")
        named = name.get(f"{_W}val", "") if name is not None else ""
        match = _HEADING.match(named)
        level = 1 if named.lower() == "title" else int(match.group(1)) if match else None
        level = _CONTENTS if _CONTENTS_STYLE.match(named) else level
        levels[style.get(f"{_W}styleId", "")] = level or _outline(style.find(f"{_W}pPr"))
    for style in document.styles.element.findall(f"{_W}style"):
        based = style.find(f"{_W}basedOn")
        identifier = style.get(f"{_W}styleId", "")
        if based is not None and levels.get(identifier) is None:
            levels[identifier] = levels.get(based.get(f"{_W}val", ""))
    return levels


def _margins(document: Any) -> Iterator[Block]:
    """Yield each different header and footer once."""
    seen: set[str] = set()
    for section in document.sections:
        for margin in (section.header, section.footer, section.first_page_header, section.first_page_footer):
            if margin.is_linked_to_previous:
                continue
            lines = (text_of(line).strip() for line in margin._element.iter(f"{_W}p"))
            text = " ".join(line for line in lines if line)
            if sum(map(str.isalpha, text)) > 2 and text not in seen:
                seen.add(text)
                yield Block("note", text)


def _notes(document: Any) -> Iterator[Block]:
    """Yield footnotes and endnotes."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for relation in document.part.rels.values():
        if not relation.reltype.endswith(("/footnotes", "/endnotes")) or relation.is_external:
            continue
        for note in etree.fromstring(relation.target_part.blob, parser):
            text = text_of(note).strip()
            if text:
                yield Block("note", text)
