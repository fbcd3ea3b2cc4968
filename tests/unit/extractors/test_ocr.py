"""The reader of pictures, on real and on drawn pictures."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from extractors import ocr
from extractors.words import Ocr

CONFINED = """
import os, sys
from pathlib import Path
from PIL import Image
from extractors.sandbox_limits import Limits, allow_models, confine
models, picture, folder = sys.argv[1:]
image = Image.open(picture).convert("RGB")
confine(Limits(models=models, threads=2), os.getppid(), Path(folder))
allow_models()
from extractors import ocr
ocr.use(Path(models))
print(ocr.reader(2).read(image).lines[0].text)
"""


@pytest.fixture(scope="session")
def reader(models: Path) -> Ocr:
    """Give a reader whose models are ready."""
    ocr.use(models)
    return ocr.reader(1)


def drawn(
    text: str, size: int = 32, *, place: tuple[int, int] = (30, 30), shape: tuple[int, int] = (640, 200)
) -> Image.Image:
    """Draw text in the font that Pillow carries."""
    image = Image.new("RGB", shape, "white")
    ImageDraw.Draw(image).text(place, text, font=ImageFont.load_default(size), fill="#111")
    return image


def text_of(reader: Ocr, image: Image.Image) -> str:
    """Join what is read."""
    return " ".join(line.text for line in reader.read(image).lines)


def test_an_empty_picture_has_no_lines(reader: Ocr) -> None:
    assert reader.read(Image.new("RGB", (400, 300), "white")).lines == ()


def test_a_picture_of_one_pixel_has_no_lines(reader: Ocr) -> None:
    assert reader.read(Image.new("RGB", (1, 1))).lines == ()


def test_a_line_is_read_with_its_words_in_their_places(reader: Ocr) -> None:
    line = reader.read(drawn("Orders 1,234")).lines[0]
    assert [word.text for word in line.words] == ["Orders", "1,234"]
    assert line.words[0].box[0] < line.words[1].box[0]
    assert abs(line.words[0].box[0] - 30) < 12


def test_a_clear_number_is_trusted(reader: Ocr) -> None:
    assert reader.read(drawn("7,642,728")).lines[0].confidence > 0.95


def test_big_numerals_keep_their_first_digit(reader: Ocr) -> None:
    assert text_of(reader, drawn("7,642,728", 150, shape=(1000, 300))) == "7,642,728"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read(reader: Ocr, turn: int) -> None:
    image = drawn("Average watch time", shape=(500, 120)).rotate(turn, expand=True)
    assert text_of(reader, image) == "Average watch time"


@pytest.mark.parametrize("slope", [-4, 3])
def test_a_sloping_line_is_read(reader: Ocr, slope: int) -> None:
    image = drawn("New followers 2,048").rotate(slope, fillcolor="white", resample=Image.Resampling.BICUBIC)
    assert text_of(reader, image) == "New followers 2,048"


def test_a_page_on_its_head_gives_boxes_of_the_given_picture(reader: Ocr) -> None:
    image = drawn("Average watch time", place=(20, 10), shape=(500, 300)).rotate(180)
    assert reader.read(image).lines[0].box[1] > 200


def test_small_lines_on_a_large_picture_are_found(reader: Ocr) -> None:
    image = drawn("Total sales 1,028", 24, place=(2500, 1500), shape=(3000, 2000))
    assert text_of(reader, image) == "Total sales 1,028"


@pytest.mark.parametrize("sign", ["up", "down"])
def test_a_triangle_before_a_change_is_told_by_its_outline(reader: Ocr, sign: str) -> None:
    image = drawn("18.2%", place=(60, 30))
    corners = {"up": [(32, 60), (44, 40), (56, 60)], "down": [(32, 40), (44, 60), (56, 40)]}[sign]
    ImageDraw.Draw(image).polygon(corners, fill="#111")
    assert text_of(reader, image).replace(" ", "") == {"up": "▲18.2%", "down": "▼18.2%"}[sign]


def test_vertical_japanese_is_read_from_the_right(reader: Ocr, samples: Path) -> None:
    lines = reader.read(Image.open(samples / "images/jpn-vert.jpeg").convert("RGB")).lines
    assert all(line.vertical for line in lines)
    assert lines[0].text.startswith("元来日本語は漢文に倣い")
    assert lines[-1].text == "横書き不能な書体も存在する。"


def test_a_japanese_sign_is_read(reader: Ocr, samples: Path) -> None:
    text = text_of(reader, Image.open(samples / "images/sign_minato.jpg").convert("RGB"))
    assert all(part in text for part in ("ポイ捨て禁止", "NO LITTER", "清潔できれいな港区を", "MINATO CITY"))


def test_noise_is_no_text(reader: Ocr) -> None:
    noise = np.random.default_rng(7).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    assert len(text_of(reader, Image.fromarray(noise))) < 5


def test_a_confined_process_reads_with_two_threads(models: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "tmp").mkdir()
    drawn("Gift revenue 990").save(tmp_path / "in/picture.png")
    command = [sys.executable, "-c", CONFINED, str(models), str(tmp_path / "in/picture.png"), str(tmp_path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(ocr.__file__).parents[1])
    assert answer.stdout.strip() == "Gift revenue 990"
