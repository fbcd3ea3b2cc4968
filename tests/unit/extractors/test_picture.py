"""Pictures of every kind come out upright, in RGB and bounded, or are refused with a code."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from extractors import picture
from extractors.errors import ERRORS, WARNINGS, ExtractionError
from extractors.picture import Picture
from extractors.picture_pixels import DARK, WHITE

Save = Callable[..., Path]
RED, BLUE = (220, 30, 30), (30, 30, 220)


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Give a function that saves a picture and names its file."""

    def do(image: Image.Image, name: str = "a.png", **options: object) -> Path:
        image.save(tmp_path / name, **options)  # type: ignore[arg-type]  # whatever the format takes
        return tmp_path / name

    return do


def two_colours(width: int = 80, height: int = 40) -> Image.Image:
    """Make a picture that is red above and blue below."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (0, height // 2, width, height))
    return image


def near(image: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    """Tell whether a pixel has about this colour."""
    return bool(np.abs(np.asarray(image)[place[1], place[0]].astype(int) - colour).max() < 30)


def codes(found: Picture) -> list[str]:
    """Name the warnings."""
    return [warning.code for warning in found.warnings]


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.gif", "a.tif", "a.bmp", "a.avif"])
def test_every_common_format_is_read(save: Save, name: str) -> None:
    found = picture.read(save(two_colours(), name))
    assert (found.image.mode, found.image.size, found.scale, codes(found)) == ("RGB", (80, 40), 1.0, [])
    assert near(found.image, (40, 5), RED)
    assert near(found.image, (40, 35), BLUE)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "CMYK", "YCbCr", "RGBA"])
def test_every_mode_becomes_rgb(save: Save, mode: str) -> None:
    name = "a.jpg" if mode in ("CMYK", "YCbCr") else "a.tif" if mode == "PA" else "a.png"
    found = picture.read(save(two_colours().convert(mode), name))
    assert (found.image.mode, found.image.size) == ("RGB", (80, 40))


@pytest.mark.parametrize("highest", [4095, 65535])
def test_sixteen_bits_are_spread_over_eight(save: Save, highest: int) -> None:
    values = np.linspace(0, highest, 64 * 64).astype(np.uint16).reshape(64, 64)
    found = np.asarray(picture.read(save(Image.fromarray(values))).image)
    assert (found.min(), found.max()) == (0, 255)
    assert abs(int(found[32, 0, 0]) - 128) < 4


@pytest.mark.parametrize(("ink", "page"), [((0, 0, 0), WHITE), ((255, 255, 255), DARK)])
def test_text_on_nothing_gets_a_page_it_stands_out_from(
    save: Save, ink: tuple[int, int, int], page: tuple[int, int, int]
) -> None:
    image = Image.new("RGBA", (200, 60), (0, 0, 0, 0))
    ImageDraw.Draw(image).text((10, 10), "GMV 1,234,567", fill=(*ink, 255), font_size=24)
    assert picture.read(save(image)).image.getpixel((0, 0)) == page


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photograph_is_seen_upright(save: Save, orientation: int) -> None:
    upright = two_colours(80, 40)
    back = {5: 5, 6: 8, 8: 6}.get(orientation, orientation)
    stored = upright.transpose(picture._TURNS[back]) if back in picture._TURNS else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = picture.read(save(stored, "a.jpg", exif=exif, quality=95))
    assert (found.image.size, found.width, found.height) == ((80, 40), 80, 40)
    assert near(found.image, (40, 3), RED)
    assert near(found.image, (40, 36), BLUE)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.gif", "picture_first_frame"),
        ("a.png", "picture_first_frame"),
        ("a.webp", "picture_first_frame"),
        ("a.tif", "picture_first_page"),
    ],
)
def test_of_many_frames_the_first_is_read_with_a_warning(save: Save, name: str, code: str) -> None:
    path = save(two_colours(), name, save_all=True, append_images=[Image.new("RGB", (80, 40), "green")])
    found = picture.read(path)
    assert codes(found) == [code]
    assert near(found.image, (40, 5), RED)


@pytest.mark.parametrize(("name", "mode"), [("a.jpg", "RGB"), ("a.png", "L"), ("a.png", "P"), ("a.tif", "RGB")])
def test_a_large_picture_comes_smaller_with_a_warning(
    save: Save, monkeypatch: pytest.MonkeyPatch, name: str, mode: str
) -> None:
    monkeypatch.setattr(picture, "MOST_PIXELS", 20_000)
    found = picture.read(save(two_colours(900, 600).convert(mode), name))
    assert (found.width, found.height, codes(found)) == (900, 600, ["picture_downsized"])
    assert 15_000 < found.image.width * found.image.height <= 20_200
    assert found.scale == found.image.width / 900


def test_a_bomb_of_169_megapixels_is_read_small(save: Save) -> None:
    found = picture.read(save(Image.new("1", (13_000, 13_000), 1), "bomb.png", optimize=True))
    assert (found.width, codes(found)) == (13_000, ["picture_downsized"])
    assert found.image.width * found.image.height <= picture.MOST_PIXELS


def test_more_than_can_be_unpacked_is_refused(samples: Path) -> None:
    with pytest.raises(ExtractionError) as refused:
        picture.read(samples / "hostile/decompression_bomb.gif")
    assert refused.value.code == "picture_too_large"


def test_a_cut_off_picture_is_read_as_far_as_it_goes(save: Save) -> None:
    path = save(Image.effect_noise((400, 400), 80).convert("RGB"), "a.jpg")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    found = picture.read(path)
    assert (codes(found), found.image.size) == (["picture_damaged"], (400, 400))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "document_empty"),
        (b"not a picture at all", "picture_unsupported"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "picture_broken"),
        (b"%PDF-1.7\n", "picture_unsupported"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_code(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(ExtractionError) as refused:
        picture.read(tmp_path / "a.png")
    assert refused.value.code == code
    assert type(refused.value).__name__ in ERRORS


@pytest.mark.parametrize("size", [(1, 1), (7, 500), (2000, 2)])
def test_a_picture_too_small_for_any_text_is_refused(save: Save, size: tuple[int, int]) -> None:
    with pytest.raises(ExtractionError) as refused:
        picture.read(save(Image.new("RGB", size)))
    assert refused.value.code == "picture_too_small"


@pytest.mark.parametrize(
    ("name", "warned"),
    [
        ("broken_data_stream.png", ["picture_damaged"]),
        ("invalid-exif.jpg", []),
        ("syntax_num_frames_invalid.png", []),
    ],
)
def test_damaged_pictures_are_read(samples: Path, name: str, warned: list[str]) -> None:
    assert codes(picture.read(samples / "hostile" / name)) == warned


@pytest.mark.parametrize(
    ("pattern", "code"),
    [("broken.png", "picture_broken"), ("*.j2k", "picture_unsupported"), ("*.sgi", "picture_unsupported")],
)
def test_hostile_pictures_are_refused(samples: Path, pattern: str, code: str) -> None:
    (path,) = (samples / "hostile").glob(pattern)
    with pytest.raises(ExtractionError) as refused:
        picture.read(path)
    assert refused.value.code == code


def test_a_phone_s_heic_is_read(small: Path) -> None:
    found = picture.read(small / "text.heic")
    assert (found.image.size, codes(found)) == ((320, 120), [])


def test_a_preview_is_a_bounded_webp_that_a_long_screenshot_stays_legible_in() -> None:
    with Image.open(BytesIO(picture.preview(Image.new("RGB", (1170, 12_000))))) as shown:
        assert shown.format == "WEBP"
        assert shown.width > 650
        assert shown.width * shown.height <= picture.PREVIEW_PIXELS * 1.01


def test_a_preview_carries_nothing_but_the_picture(save: Save) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCam"
    found = picture.read(save(two_colours(), "a.jpg", exif=exif))
    assert b"SecretCam" not in picture.preview(found.image)


def test_every_warning_has_words_in_both_languages(save: Save) -> None:
    for code in ("picture_downsized", "picture_damaged", "picture_first_frame", "picture_first_page"):
        assert all(WARNINGS[code])
