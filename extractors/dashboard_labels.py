"""Labels that run over two lines become one before values look for them."""

from collections.abc import Sequence
from dataclasses import replace

from extractors.dashboard_boxes import misaligned, union
from extractors.dashboard_pieces import Piece, close_below
from extractors.vocabulary import Vocabulary


def wrapped(found: Sequence[Piece], words: Vocabulary) -> list[Piece]:
    """Join two stacked texts into one label when together they are a known one and apart they are less."""
    done = list(found)
    texts = sorted(
        (piece for piece in found if piece.kind in ("text", "label", "noise", "compare")), key=lambda one: one.box[1]
    )
    for upper in texts:
        lower = next((one for one in texts if one is not upper and _continues(upper, one)), None)
        if lower is None or not _has(done, upper) or not _has(done, lower):
            continue
        joined = _join(upper, lower, words)
        if joined:
            done = [piece for piece in done if piece is not upper and piece is not lower] + [joined]
    return done


def _has(done: Sequence[Piece], piece: Piece) -> bool:
    return any(one is piece for one in done)


def _continues(upper: Piece, lower: Piece) -> bool:
    alike = max(upper.box[3], lower.box[3]) < 1.3 * min(upper.box[3], lower.box[3])
    return alike and close_below(upper.box, lower.box) and misaligned(upper.box, lower.box) < 0.6 * upper.box[3]


def _join(upper: Piece, lower: Piece, words: Vocabulary) -> Piece | None:
    space = " " if upper.text[-1:].isascii() and lower.text[:1].isascii() else ""
    text = upper.text + space + lower.text
    match = words.label(text, doubtful=False)
    if match is None or (
        upper.match and lower.match and upper.match.score == lower.match.score == 1.0 and match.score < 1.0
    ):
        return None
    sure = min(upper.confidence, lower.confidence)
    return replace(upper, kind="label", text=text, match=match, box=union((upper.box, lower.box)), confidence=sure)
