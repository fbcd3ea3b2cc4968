"""Lines to blocks: paragraphs, headings, list items and tables without rules, in reading order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors import tables
from extractors.model import Block, Box, Rows
from extractors.pdf_columns import columns, rows
from extractors.pdf_grids import grids, is_mark
from extractors.pdf_lines import join
from extractors.pdf_text import Segment

_BULLET = re.compile(r"^([•・●○■□◆◇▪▶►※‣⁃–—]|[-*](?=\s)|[(（]?\d{1,2}[.)）]\s?(?=\D)|[①-⑳])")
_SYMBOL = re.compile(r"^[•・●○■□▪►‣⁃–—*-]")
_NUMBERED = re.compile(r"^(第?\d{1,3}(\.\d{1,3})*[章節条.]?|Chapter \d+|[A-Z]\.)\s?\S")
_END = re.compile(r"[。．.!?！？:：」）)]$")
_PROSE = re.compile(r"[。．.、,;）)]$|https?://|^[(（]")
_LEADER = re.compile(r"\s*(?:[.․‥…・·]\s?){5,}")
"""The dots between a title and its page number in a table of contents: a token each, and no meaning."""
_MAX_HEADING = 120
_OPEN = 3


@dataclass(frozen=True, slots=True)
class Style:
    """What a document's sampled pages say about its text: body size, heading sizes, outline titles."""

    body: float
    headings: tuple[float, ...] = ()
    outline: dict[tuple[int, str], int] = field(default_factory=dict)
    """(page number, squeezed title) -> level."""


@dataclass(frozen=True, slots=True)
class Line:
    """One visual line of one region."""

    text: str
    box: tuple[float, float, float, float]
    size: float
    bold: bool
    cells: int = 1


def blocks_of(segments: Sequence[Segment], page: int, style: Style) -> list[Block]:
    """Turn a page's segments into blocks in reading order."""
    found: list[Block] = []
    flat = [segment for segment in segments if not segment.vertical]
    for region in columns(flat):
        found.extend(_region(region, page, style))
    return found + _vertical([segment for segment in segments if segment.vertical], page)


def table_block(cells: Rows, box: Box, page: int) -> Block:
    """Make a block of a table's rows."""
    header = tables.has_header(cells)
    return Block("table", tables.render(cells), page=page, bbox=box, rows=cells, header=header)


def squeeze(text: str) -> str:
    """Remove what differs between two spellings of one title: spaces and case."""
    return "".join(text.split()).casefold()


def _vertical(segments: Sequence[Segment], page: int) -> list[Block]:
    """Read vertical writing column by column from right to left; neighbours make one paragraph."""
    groups: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda item: (-round(item.x0 / 3), item.y0)):
        if groups and groups[-1][-1].x0 - segment.x0 < 2.5 * segment.size:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return [Block("paragraph", join(s.text for s in group), page=page, bbox=_box(group)) for group in groups]


def _region(region: Sequence[Segment], page: int, style: Style) -> list[Block]:
    found: list[Block] = []
    lines: list[Line] = []
    for group in grids(rows(region)):
        if isinstance(group, list):
            lines.append(_line(group))
            continue
        found.extend(_paragraphs(lines, page, style))
        lines = []
        found.append(table_block(group.cells, group.box, page))
    return found + _paragraphs(lines, page, style)


def _line(row: Sequence[Segment]) -> Line:
    box = min(s.x0 for s in row), min(s.y0 for s in row), max(s.x1 for s in row), max(s.y1 for s in row)
    widest = max(row, key=lambda segment: segment.x1 - segment.x0)
    text = _LEADER.sub(" … ", " ".join(segment.text for segment in row))
    marks = [segment for segment in row if is_mark(segment.text)]
    bold = all(segment.bold for segment in row if segment not in marks)
    return Line(text, box, widest.size, bold, cells=len(row) - len(marks))


# Paragraphs


def _paragraphs(lines: list[Line], page: int, style: Style) -> list[Block]:
    """Join lines to paragraphs; a remark in the margin doesn't break the paragraph it stands beside."""
    groups: list[list[Line]] = []
    right = max((line.box[2] for line in lines), default=0.0)
    for line in lines:
        group = next((group for group in reversed(groups[-_OPEN:]) if _continues(group, line, right)), None)
        if group is None:
            groups.append([line])
        else:
            group.append(line)
    return [_block(group, page, style) for group in groups]


def _continues(group: list[Line], line: Line, right: float) -> bool:
    last = group[-1]
    gap = line.box[1] - last.box[3]
    if line.cells > 1 or last.cells > 1 or not -0.5 * line.size < gap < 0.55 * line.size:
        return False
    if abs(line.size - last.size) > 0.15 * last.size or line.bold != last.bold or not _beside(group, line):
        return False
    short = _is_short(last, max(last.box[2], line.box[2]), right)
    if _BULLET.match(line.text) or (_NUMBERED.match(line.text) and short):
        return False
    ended = bool(_END.search(last.text))
    if short and (ended or (len(group) == 1 and not _BULLET.match(last.text))):
        return False
    indented = line.box[0] > min(item.box[0] for item in group[1:] or group) + 0.8 * line.size
    return not (indented and (short or ended) and not _BULLET.match(group[0].text))


def _beside(group: list[Line], line: Line) -> bool:
    left, right = min(item.box[0] for item in group), max(item.box[2] for item in group)
    return line.box[0] < right and line.box[2] > left and line.box[1] > group[-1].box[1]


def _is_short(line: Line, longest: float, right: float) -> bool:
    """Tell whether a line ends before its neighbours do; a narrow line is held against the whole region."""
    space = 3 * line.size
    narrow = line.box[2] - line.box[0] < 20 * line.size
    return line.box[2] < longest - space or (narrow and line.box[2] < right - space)


def _block(group: list[Line], page: int, style: Style) -> Block:
    text = join(line.text for line in group)
    x0, y0 = min(line.box[0] for line in group), min(line.box[1] for line in group)
    x1, y1 = max(line.box[2] for line in group), max(line.box[3] for line in group)
    box = (round(x0, 1), round(y0, 1), round(x1 - x0, 1), round(y1 - y0, 1))
    level = _level(text, group[0], page, style)
    if level:
        return Block("heading", text, page=page, bbox=box, level=level)
    return Block("list_item" if _BULLET.match(text) else "paragraph", text, page=page, bbox=box)


def _level(text: str, line: Line, page: int, style: Style) -> int | None:
    outlined = style.outline.get((page, squeeze(text)))
    if outlined:
        return outlined
    if len(text) > _MAX_HEADING or sum(character.isalpha() for character in text) < 2 or _SYMBOL.match(text):
        return None
    if line.size > 1.15 * style.body and not _PROSE.search(text):
        return 1 + sum(size > line.size * 1.05 for size in style.headings)
    numbered = bool(_NUMBERED.match(text)) and line.size >= style.body
    return len(style.headings) + 1 if line.bold and (numbered or (len(text) < 60 and not _END.search(text))) else None


def _box(segments: Sequence[Segment]) -> Box:
    x0, y0 = min(item.x0 for item in segments), min(item.y0 for item in segments)
    x1, y1 = max(item.x1 for item in segments), max(item.y1 for item in segments)
    return (round(x0, 1), round(y0, 1), round(x1 - x0, 1), round(y1 - y0, 1))
