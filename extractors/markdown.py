"""Markdown: headings, paragraphs, lists, tables, code and embedded HTML; a link keeps its address."""

import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from extractors import media_type, tables
from extractors.html import read_html
from extractors.language import language_of
from extractors.model import Block, DocumentInfo, Part
from extractors.options import Options
from extractors.parts import parts
from extractors.text import read

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.S)
_FIELDS = re.compile(r"\A(?:[ \t]*+(?:#.*+)?+\n)*+[\w-]+\s*:")
_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.M)


def extract(path: Path, _options: Options) -> Iterator[Part]:
    """Read the document; its title is the front matter's or the first heading."""
    text, warnings = read(path)
    front = _front(text)
    blocks = list(_blocks(text[front.end() :] if front else text))
    pages = list(parts(([Block("note", front.group(1))] if front else []) + blocks))
    named = _TITLE.search(front.group(1)) if front else None
    first = next((block.text for block in blocks if block.kind == "heading"), None)
    yield DocumentInfo(media_type.MARKDOWN, named.group(1) if named else first, language_of(text), len(pages), warnings)
    yield from pages


def _front(text: str) -> re.Match[str] | None:
    """Find front matter: fields between two lines of dashes (not a rule above a heading)."""
    found = _FRONT.match(text)
    return found if found and _FIELDS.match(found.group(1)) else None


def _blocks(text: str) -> Iterator[Block]:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"]).parse(text)
    listed: list[str] = []
    level, at = 0, 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "list_item_open":
            listed.append(f"{token.info}{token.markup} " if token.info else "- ")
        elif token.type == "inline":
            yield from _inline(token, level, listed)
            level, listed = 0, []
        elif token.type in ("fence", "code_block"):
            yield Block("paragraph", token.content.rstrip("\n"))
        elif token.type == "html_block":
            yield from read_html(token.content)[1]
        elif token.type == "table_open":
            at = yield from _table(tokens, at)
        at += 1


def _inline(token: "Token", level: int, listed: list[str]) -> Iterator[Block]:
    text = _text(token)
    if not text:
        return
    if level:
        yield Block("heading", text, level=level)
    elif listed:
        yield Block("list_item", listed[-1] + text)
    else:
        yield Block("paragraph", text)


def _table(tokens: "list[Token]", at: int) -> Generator[Block, None, int]:
    """Yield the table that opens here; return where it closes."""
    rows: list[list[str]] = []
    while tokens[at].type != "table_close":
        if tokens[at].type == "tr_open":
            rows.append([])
        elif tokens[at].type == "inline":
            rows[-1].append(_text(tokens[at]))
        at += 1
    cells = tables.clean(rows)
    if cells:
        yield Block("table", tables.render(cells), rows=cells, header=len(cells) > 1)
    return at


def _text(token: "Token") -> str:
    pieces: list[str] = []
    addresses: list[str] = []
    for child in token.children or ():
        if child.type in ("text", "code_inline", "image"):
            pieces.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif child.type == "link_open":
            addresses.append(str(child.attrGet("href") or ""))
        elif child.type == "link_close":
            address = addresses.pop() if addresses else ""
            if address.startswith(("http://", "https://")) and not "".join(pieces).endswith(address):
                pieces.append(f" ({address})")
    return "".join(pieces).strip()
