"""Pictures as documents: every page of a TIFF is found, with the place in the picture's own pixels."""

from pathlib import Path

import pytest
from PIL import Image

from extractors import media_type
from extractors.documents import extract
from extractors.errors import MediaNotDocumentError, PictureBrokenError
from tests.unit.extractors.conftest import Read
from tests.unit.extractors.made_scan import picture

WORDS = [(20, 30, 12, "The total is 821.14 dollars")]


def test_each_page_of_a_tiff_is_a_page(tmp_path: Path, reading: Read) -> None:
    pages = [picture([(20, 30, 12, f"Sheet number {number}")], 200, 100) for number in (1, 2, 3)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    info, found = reading(tmp_path / "a.tif")
    assert (info.media_type, info.pages, info.language, info.warnings) == ("image/tiff", 3, "en", ())
    assert [(page.number, page.text) for page in found] == [(n, f"Sheet number {n}") for n in (1, 2, 3)]
    assert not any(page.warnings for page in found)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP"])
def test_a_picture_is_a_page_with_boxes_in_its_pixels(tmp_path: Path, reading: Read, kind: str) -> None:
    path = tmp_path / "picture"
    picture(WORDS, 250, 100, pixels=3).save(path, kind)
    _, (page,) = reading(path)
    (block,) = page.blocks
    assert (page.width, page.height, block.text, block.source) == (750, 300, WORDS[0][3], "ocr")
    assert block.bbox is not None
    assert (50 < block.bbox[0] < 70, 80 < block.bbox[1] < 110) == (True, True)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_picture_on_its_side_has_its_boxes_where_they_are_seen(tmp_path: Path, reading: Read, rotation: int) -> None:
    picture(WORDS, 250, 100, pixels=3).rotate(rotation, expand=True).save(tmp_path / "a.png")
    _, (page,) = reading(tmp_path / "a.png")
    assert page.text == WORDS[0][3]
    x, y, wide, tall = page.blocks[0].bbox or (0, 0, 0, 0)
    assert (wide > tall) == (rotation == 180)
    assert (x >= 0, y >= 0, x + wide <= (page.width or 0), y + tall <= (page.height or 0)) == (True,) * 4


def test_a_moving_picture_is_one_page(tmp_path: Path, reading: Read) -> None:
    frames = [picture(WORDS, 200, 100), picture([], 200, 100)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    info, pages = reading(tmp_path / "a.gif")
    assert (info.pages, len(pages)) == (1, 1)


def test_a_broken_picture_is_refused_with_its_own_words(tmp_path: Path, reading: Read) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 100)
    with pytest.raises(PictureBrokenError):
        reading(tmp_path / "a.png")


def test_a_tiff_that_breaks_off_keeps_the_pages_before(tmp_path: Path, reading: Read) -> None:
    pages = [picture(WORDS, 250, 100) for _ in range(3)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:], compression="raw")
    whole = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "a.tif").write_bytes(whole[: len(whole) * 2 // 3])
    _, found = reading(tmp_path / "a.tif")
    assert found[0].text == WORDS[0][3]


def test_without_ocr_and_for_sounds_the_answer_stays_as_it_was(tmp_path: Path, reading: Read) -> None:
    Image.new("RGB", (300, 300)).save(tmp_path / "a.png")
    (tmp_path / "a.mp3").write_bytes(b"ID3" + b"\x00" * 100)
    with pytest.raises(MediaNotDocumentError):
        list(extract(tmp_path / "a.png", "a.png"))
    assert media_type.detect(tmp_path / "a.mp3", "a.mp3").startswith("audio/")
    with pytest.raises(MediaNotDocumentError):
        reading(tmp_path / "a.mp3")
