"""What stands at a picture's edge and belongs to the phone or the browser: clock, battery, signal."""

import re
from collections.abc import Sequence

from extractors.dashboard_boxes import bottom, level, same_row
from extractors.dashboard_pieces import Piece

_CLOCK = re.compile(r"(?:午前|午後|[AP]M)?\s?\d{1,2}[:：]\d{2}\s?(?:[AP]M)?", re.IGNORECASE)
_SIGNAL = re.compile(r"(?:5G|4G|LTE|3G|Wi-?Fi|docomo|au|SoftBank|Rakuten|\d{1,3}\s?%?|\s)+", re.IGNORECASE)


def without_status_bar(found: Sequence[Piece], height: int) -> list[Piece]:
    """Leave the phone's status bar out: a row at the top edge that begins with a clock."""
    top = [piece for piece in found if level(piece.box) < 0.05 * height]
    clocks = [piece for piece in top if _CLOCK.fullmatch(piece.text.strip()) and not _has_label(piece, found)]
    if not clocks:
        return list(found)
    bar = min(clocks, key=lambda piece: piece.box[1])
    return [piece for piece in found if not _is_in_bar(piece, bar)]


def _has_label(piece: Piece, found: Sequence[Piece]) -> bool:
    return any(one.kind == "label" and same_row(one.box, piece.box) for one in found)


def _is_in_bar(piece: Piece, bar: Piece) -> bool:
    if piece is bar:
        return True
    return bool(_SIGNAL.fullmatch(piece.text.strip())) and level(piece.box) < bottom(bar.box) + 0.3 * bar.box[3]
