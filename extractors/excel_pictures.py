"""The pictures on the sheets of a workbook, with the cells they lie on: openpyxl leaves them out when it streams."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from openpyxl.utils import get_column_letter

_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MOST_BYTES = 64 << 20
_MOST = 1_000
_UNREADABLE = (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Anchored:
    """A picture's bytes and the range of cells it covers."""

    data: bytes
    row: int
    cell_range: str


def pictures(archive: zipfile.ZipFile, sheet: str) -> Iterator[Anchored]:
    """Yield the pictures of a sheet, given the path of its part, from top to bottom."""
    for kind, drawing in _relations(archive, sheet.lstrip("/")).values():
        if kind.endswith("/drawing"):
            yield from sorted(_of_drawing(archive, drawing), key=lambda found: found.row)


def _of_drawing(archive: zipfile.ZipFile, drawing: str) -> Iterator[Anchored]:
    relations = _relations(archive, drawing)
    root = _parsed(archive, drawing)
    anchors = [] if root is None else [*root.iter(f"{_XDR}twoCellAnchor"), *root.iter(f"{_XDR}oneCellAnchor")]
    for anchor in anchors[:_MOST]:
        for blip in anchor.iter(f"{_A}blip"):
            _, target = relations.get(blip.get(f"{_R}embed", ""), ("", ""))
            data = _read(archive, target) if target else None
            if data:
                yield Anchored(data, *_place(anchor))


def _place(anchor: Any) -> tuple[int, str]:
    first = _corner(anchor.find(f"{_XDR}from")) or (1, 1)
    last = _corner(anchor.find(f"{_XDR}to"))
    cell = f"{get_column_letter(first[1])}{first[0]}"
    if last is None or last == first:
        return first[0], cell
    return first[0], f"{cell}:{get_column_letter(last[1])}{last[0]}"


def _corner(element: Any) -> tuple[int, int] | None:
    if element is None:
        return None
    row, column = element.findtext(f"{_XDR}row") or "", element.findtext(f"{_XDR}col") or ""
    if not (row.isdecimal() and column.isdecimal()):
        return None
    return min(int(row), 1_048_575) + 1, min(int(column), 16_383) + 1


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Map ids to the kind and the path of what a part refers to inside the file."""
    folder, name = posixpath.split(part)
    root = _parsed(archive, f"{folder}/_rels/{name}.rels")
    found = {}
    for relation in root if root is not None else ():
        target = relation.get("Target", "")
        if relation.get("TargetMode") != "External" and target:
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            found[relation.get("Id", "")] = (relation.get("Type", ""), path)
    return found


def _parsed(archive: zipfile.ZipFile, name: str) -> Any:
    data = _read(archive, name)
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True)) if data else None
    except etree.XMLSyntaxError:
        return None


def _read(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """Read a part; None when it isn't there, damaged or too large."""
    try:
        return archive.read(name) if archive.getinfo(name).file_size <= _MOST_BYTES else None
    except _UNREADABLE:
        return None
