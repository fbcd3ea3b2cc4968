from pathlib import Path

import pytest
from PIL import Image

from extractors import picture
from extractors.errors import ExtractionError
from extractors.sandbox_wire import HEADER, decode, encode
from extractors.screenshot import read
from extractors.words import Line, Reading, Word


class Reader:
    """Reads the same line on every picture, or nothing."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, image: Image.Image) -> Reading:
        """Find the line in the middle of the picture."""
        box = (image.width / 4, image.height / 2, image.width / 2, 10.0)
        lines = (Line(self.text, box, 0.9, (Word(self.text, box, 0.9),)),) if self.text else ()
        return Reading(image.width, image.height, lines)


def saved(folder: Path, size: tuple[int, int]) -> Path:
    """Save a plain picture."""
    Image.new("RGB", size, "navy").save(folder / "a.png")
    return folder / "a.png"


def test_boxes_are_in_the_original_s_pixels_even_if_it_was_read_smaller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "MOST_PIXELS", 60_000)
    found = read(saved(tmp_path, (1200, 800)), Reader("hello"))
    assert (found.width, found.height) == (1200, 800)
    assert found.lines[0].box[:3] == pytest.approx((300, 400, 600), abs=3)
    assert found.lines[0].words[0].box == found.lines[0].box
    assert [warning.code for warning in found.warnings] == ["picture_downsized"]


@pytest.mark.parametrize(
    ("size", "code"), [((900, 600), "screenshot_no_text"), ((120, 90), "screenshot_low_resolution")]
)
def test_a_picture_without_text_says_why(tmp_path: Path, size: tuple[int, int], code: str) -> None:
    with pytest.raises(ExtractionError) as refused:
        read(saved(tmp_path, size), Reader(""))
    assert refused.value.code == code


def test_what_was_read_crosses_the_border_of_the_sandbox_whole(tmp_path: Path) -> None:
    found = read(saved(tmp_path, (300, 200)), Reader("売上 ¥1,234"))
    frame = encode(found)
    assert decode(HEADER.unpack(frame[: HEADER.size])[0], frame[HEADER.size :]) == found
