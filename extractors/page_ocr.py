"""From a reading to blocks: lines of a picture become headings, paragraphs and tables, each marked as read by OCR."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractors.model import Block, Box
from extractors.pdf_layout import Style, blocks_of
from extractors.pdf_text import Segment
from extractors.words import Line, Reading, Word

_COLUMN_GAP = 1.6
"""Widths of a character between two words from which on they stand in two columns."""
_EVEN = (0.7, 1.35)
"""Line heights of one size of type, against their middle: a line of "a c e" is less tall than one of "Apply"."""
_LEADING = 0.12
"""What OCR boxes lack above and below, against those of a text layer, whose lines nearly touch."""
_OVER = 2
_UNSURE = 0.35
"""Below it, what was read is a texture rather than a text."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a picture lies on its page: its top left corner, and how wide and high one of its pixels is."""

    x: float = 0.0
    y: float = 0.0
    across: float = 1.0
    down: float = 1.0


def segments(reading: Reading, frame: Frame) -> list[Segment]:
    """Place what was read on its page; a line is divided where its words stand in columns."""
    found: list[Segment] = []
    for line in reading.lines:
        if line.confidence >= _UNSURE and line.text.strip():
            found.extend(_placed(piece, frame) for piece in _pieces(line))
    return found


def blocks(found: Sequence[Segment], number: int, *, headings: bool) -> list[Block]:
    """Order a picture's segments as a page's; only one that is a page has headings."""
    style, even = evened(found)
    return [_marked(block, headings=headings) for block in blocks_of(even, number, style)]


def body_of(found: Sequence[Segment]) -> float:
    """Return the height of most of the text; 0 when there is none."""
    weighed = sorted((segment.size, len(segment.text)) for segment in found)
    half, seen = sum(weight for _, weight in weighed) / 2, 0
    for size, weight in weighed:
        seen += weight
        if seen >= half:
            return size
    return 0.0


def turns_of(reading: Reading) -> int:
    """Tell how many quarter turns to the left bring what was read upright, by the way its lines run."""
    runs: Counter[int] = Counter()
    for line in reading.lines:
        if len(line.text) > 2 and line.confidence >= _UNSURE:
            runs[_run_of(line)] += len(line.text)
    return runs.most_common(1)[0][0] if runs else 0


def turned_left(reading: Reading, turns: int) -> Reading:
    """Turn the places of what was read, so that a picture on its side is laid out like an upright one."""
    sides = (float(reading.width), float(reading.height))
    lines = []
    for line in reading.lines if turns else ():
        words = tuple(Word(word.text, left(word.box, turns, sides), word.confidence) for word in line.words)
        stays = line.vertical and turns == _OVER
        lines.append(Line(line.text, left(line.box, turns, sides), line.confidence, words, stays))
    size = (reading.width, reading.height) if turns % 2 == 0 else (reading.height, reading.width)
    return Reading(*size, tuple(lines)) if turns else reading


def left(box: Box, turns: int, sides: tuple[float, float]) -> Box:
    """Turn a box to the left so many times, with the page or picture of these sides that it lies on."""
    for turn in range(turns):
        x, y, wide, tall = box
        box = (y, sides[turn % 2] - x - wide, tall, wide)
    return box


def _run_of(line: Line) -> int:
    """Tell how a line runs; vertical writing is upright, and Latin letters are not written so."""
    _, _, width, height = line.box
    (x0, y0, *_), (x1, y1, *_) = (line.words or (line,))[0].box, (line.words or (line,))[-1].box
    if height > 1.5 * width:
        lying = not line.vertical or sum(letter.isascii() for letter in line.text) > len(line.text) / 2
        return 3 if y0 > y1 else int(lying)
    return 2 if x1 < x0 else 0


def _marked(block: Block, *, headings: bool) -> Block:
    if block.kind == "heading" and not headings:
        return replace(block, kind="paragraph", level=None, source="ocr")
    return replace(block, source="ocr")


def evened(found: Sequence[Segment]) -> tuple[Style, list[Segment]]:
    """Give lines of about the same height the same size, so that only a real difference makes a heading."""
    body = body_of([segment for segment in found if not segment.vertical] or found)
    sizes: list[float] = []
    even: list[Segment] = []
    for segment in found:
        size = body if _EVEN[0] * body < segment.size < _EVEN[1] * body else segment.size
        size = next((known for known in sizes if _EVEN[0] * known < size < _EVEN[1] * known), size)
        if size not in sizes and size != body:
            sizes.append(size)
        even.append(replace(segment, size=size))
    larger = sorted((size for size in sizes if size > body), reverse=True)
    return Style(body, tuple(larger[:5])), even


def _pieces(line: Line) -> Iterator[Line]:
    """Divide a line at gaps as wide as a column's."""
    if line.vertical or len(line.words) < 2:
        yield line
        return
    run: list[Word] = []
    at = 0
    for word in line.words:
        if run and word.box[0] - run[-1].box[0] - run[-1].box[2] > _COLUMN_GAP * line.box[3]:
            text, at = _written(line.text, run, at)
            yield _piece(run, text)
            run = []
        run.append(word)
    yield _piece(run, _written(line.text, run, at)[0])


def _written(whole: str, run: Sequence[Word], at: int) -> tuple[str, int]:
    """Find the words as they stand in the line's text, with its spaces; give the place behind them."""
    begin = whole.find(run[0].text, at)
    end = begin
    for word in run:
        end = whole.find(word.text, end)
        if begin < 0 or end < 0:
            return " ".join(word.text for word in run), at
        end += len(word.text)
    return whole[begin:end], end


def _piece(run: Sequence[Word], text: str) -> Line:
    x, y = min(word.box[0] for word in run), min(word.box[1] for word in run)
    right, bottom = max(word.box[0] + word.box[2] for word in run), max(word.box[1] + word.box[3] for word in run)
    confidence = sum(word.confidence for word in run) / len(run)
    return Line(text, (x, y, right - x, bottom - y), confidence, tuple(run))


def _placed(line: Line, frame: Frame) -> Segment:
    x, y, width, height = line.box
    x0, y0 = frame.x + x * frame.across, frame.y + y * frame.down
    wide, tall = width * frame.across, height * frame.down
    more = 0.0 if line.vertical else _LEADING * tall
    size = wide if line.vertical else tall
    return Segment(
        line.text.strip(), x0, max(0.0, y0 - more), x0 + wide, y0 + tall + more, max(size, 1.0), vertical=line.vertical
    )
