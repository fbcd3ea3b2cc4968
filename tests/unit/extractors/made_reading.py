"""Readings written by hand: one row per line of text, "text @ x,y,width,height", with "~0.8" for its confidence."""

from extractors.model import Box
from extractors.words import Line, Reading, Word

CELL = 20


def reading(rows: str, width: int = 1200, height: int = 800) -> Reading:
    """Build a reading; a word takes its share of the line's width."""
    return Reading(width, height, tuple(_line(row) for row in rows.strip().splitlines() if row.strip()))


def _line(row: str) -> Line:
    text, _, place = row.strip().rpartition(" @ ")
    place, _, sure = place.partition("~")
    box = tuple(float(number) for number in place.split(","))
    confidence = float(sure or 0.999)
    assert len(box) == 4
    return Line(text, box, confidence, tuple(_words(text, box, confidence)))


def _words(text: str, box: Box, confidence: float) -> list[Word]:
    each, found, place = box[2] / len(text), [], 0
    for word in text.split():
        place = text.index(word, place)
        found.append(Word(word, (box[0] + place * each, box[1], len(word) * each, box[3]), confidence))
        place += len(word)
    return found
