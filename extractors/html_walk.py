"""Walk through an HTML tree and gather its blocks; menus, scripts and what is hidden are left out."""

import re
from typing import Any

from extractors import tables
from extractors.html_table import is_data, rows_of
from extractors.model import Block, Kind

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SKIPPED = frozenset(
    (
        "script",
        "style",
        "nav",
        "noscript",
        "template",
        "svg",
        "iframe",
        "object",
        "head",
        "select",
        "button",
        "input",
        "textarea",
        "aside",
        "dialog",
        "math",
    )
)
_BLOCKS = frozenset(
    (
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "li",
        "table",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "caption",
        "blockquote",
        "pre",
        "figure",
        "figcaption",
        "address",
        "hr",
        "form",
        "fieldset",
        "details",
        "summary",
        "body",
        "html",
        "center",
    )
) | frozenset(_HEADINGS)
_MENU_ROLES = frozenset(("navigation", "menu", "menubar", "search", "banner", "contentinfo", "dialog"))
_MENU_WORDS = frozenset(
    (
        "nav",
        "navbar",
        "navbox",
        "navigation",
        "navfooter",
        "navheader",
        "menu",
        "dropdown",
        "breadcrumb",
        "breadcrumbs",
        "cookie",
        "toc",
        "docnav",
        "pagination",
        "sidebar",
    )
)
_MENU_TAGS = frozenset(("div", "ul", "ol", "section", "table", "footer", "header"))
_WORD = re.compile(r"[a-z]+")
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")


def main_of(tree: Any) -> Any:
    """Find the element that holds the content: main or article, if most of the text is in it."""
    body = tree.find(".//body")
    whole = body if body is not None else tree
    size = len("".join(whole.itertext()))
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = whole.findall(path)
        if len(found) == 1 and len("".join(found[0].itertext())) > 0.3 * size:
            return found[0]
    return whole


class Walk:
    """Walk through the tree without recursion and gather blocks."""

    def __init__(self) -> None:
        """Start with nothing gathered."""
        self.blocks: list[Block] = []
        self._words: list[str] = []
        self._kind: Kind = "paragraph"
        self._level: int | None = None
        self._kept = 0

    def read(self, root: Any) -> list[Block]:
        """Return the blocks below an element, in order."""
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                if self._start(element):
                    walk.skip_subtree()
            else:
                self._end(element)
                if element is not root:
                    self._words.append(element.tail or "")
        self._flush()
        return self.blocks

    def _start(self, element: Any) -> bool:
        """Open an element; return whether its inside is to be left out."""
        tag = element.tag
        if tag in _BLOCKS:
            self._flush()
        if tag in _SKIPPED or _is_hidden(element):
            return True
        if tag == "table" and is_data(element):
            self._table(element)
            return True
        if tag in _HEADINGS:
            self._kind, self._level = "heading", _HEADINGS[tag]
        elif tag in ("li", "dd"):
            self._kind = "list_item"
        self._kept += tag == "pre"
        self._words.append("\n" if tag == "br" else element.text or "")
        return False

    def _end(self, element: Any) -> None:
        if element.tag in _BLOCKS:
            self._flush()
        self._kept -= element.tag == "pre" and self._kept > 0

    def _table(self, element: Any) -> None:
        rows = rows_of(element)
        if rows:
            self.blocks.append(Block("table", tables.render(rows), rows=rows, header=_named(element, rows)))

    def _flush(self) -> None:
        raw = "".join(self._words)
        lines = raw.split("\n") if self._kept else [_SPACE.sub(" ", raw).strip()]
        text = "\n".join(line.rstrip() for line in lines).strip("\n")
        if text.strip():
            shown = f"- {text}" if self._kind == "list_item" else text
            self.blocks.append(Block(self._kind, shown, level=self._level))
        self._words, self._kind, self._level = [], "paragraph", None


def _is_hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    hidden = "display:none" in style or element.get("hidden") is not None or element.get("aria-hidden") == "true"
    return hidden or element.get("role") in _MENU_ROLES or _is_menu(element)


def _is_menu(element: Any) -> bool:
    """Believe an element that calls itself a menu, if most of its words are links."""
    if element.tag not in _MENU_TAGS or not _MENU_WORDS & set(_WORD.findall((element.get("class") or "").lower())):
        return False
    linked = sum(len("".join(link.itertext())) for link in element.iter("a"))
    return linked > 0.5 * len("".join("".join(element.itertext()).split()))


def _named(element: Any, rows: tuple[tuple[str, ...], ...]) -> bool:
    first = next(element.iter("tr"), None)
    marked = first is not None and len(rows) > 1 and all(cell.tag == "th" for cell in first)
    return marked or tables.has_header(rows)
