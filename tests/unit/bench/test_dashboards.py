"""Made pictures: what is said to be printed is printed, where it is said to be, and the same at every call."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench import dashboards
from bench.dashboards import Sample, variants
from bench.dashboards.matching import overlap
from bench.dashboards.wordings import NAMES
from extractors.model import Box

ONLY = ("overview-ja", "recap-en", "board-ja", "products-en", "pair-ja", "gallery-ja")
Load = Callable[[Path, int], list[Sample]]


def draw(folder: Path, seed: int, only: tuple[str, ...] = ONLY) -> list[Sample]:
    """Render in a thread of its own: another test's browser may own this thread's event loop."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(dashboards.load, folder, seed, only=only).result()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made")


@pytest.fixture(scope="module")
def made(folder: Path) -> list[Sample]:
    return draw(folder, 1)


def is_inside(box: Box, size: tuple[int, int]) -> bool:
    x, y, width, height = box
    return x >= -2 and y >= -2 and x + width <= size[0] + 2 and y + height <= size[1] + 2


def ink(image: Image.Image, box: Box) -> float:
    """Give how much the brightness of this place varies: nothing is printed where it doesn't."""
    x, y, width, height = box
    return float(np.asarray(image.convert("L").crop((int(x), int(y), int(x + width) + 1, int(y + height) + 1))).std())


def test_every_box_lies_in_its_picture(made: list[Sample]) -> None:
    outside = [(one.name, text) for one in made for text in one.strings if not is_inside(text.box, one.size)]
    assert outside == []


def test_no_string_is_printed_over_another(made: list[Sample]) -> None:
    over = [
        (one.name, a.text, b.text)
        for one in made
        for a, b in combinations(one.strings, 2)
        if overlap(a.box, b.box) > 0.3
    ]
    assert over == []


def test_something_is_printed_in_every_box(made: list[Sample]) -> None:
    for one in made:
        with Image.open(one.image_path) as image:
            assert [text.text for text in one.strings if ink(image, text.box) < 8] == []


def test_the_values_and_the_cells_are_among_the_strings(made: list[Sample]) -> None:
    for one in made:
        printed = {text.text for text in one.strings}
        assert {field.raw for field in one.fields} <= printed
        assert {cell for grid in one.grids for row in grid.rows for cell in row} <= printed


def test_values_have_names_of_the_platform_or_are_other(made: list[Sample]) -> None:
    assert {field.name for one in made for field in one.fields} <= {*NAMES, "other"}


def test_two_dashboards_in_one_picture_are_two_panels(made: list[Sample]) -> None:
    pair = next(one for one in made if one.name == "pair-ja")
    assert {field.panel for field in pair.fields} == {1, 2}


def test_the_same_seed_gives_the_same_pictures(made: list[Sample], tmp_path: Path) -> None:
    again = draw(tmp_path, 1, ("recap-en",))[0]
    first = next(one for one in made if one.name == "recap-en")
    assert (again.strings, again.fields) == (first.strings, first.fields)
    assert again.image_path.read_bytes() == first.image_path.read_bytes()


def test_another_seed_gives_other_pictures(made: list[Sample], tmp_path: Path) -> None:
    other = draw(tmp_path, 2, ("recap-en",))[0]
    assert other.fields != next(one for one in made if one.name == "recap-en").fields


@pytest.mark.parametrize("variant", ["q60", "720p", "half", "photo"])
def test_the_boxes_of_a_variant_stay_on_their_text(made: list[Sample], folder: Path, variant: str) -> None:
    for sample, image in variants.pictures(variant, folder):
        assert image.size == sample.size
        assert all(is_inside(text.box, image.size) for text in sample.strings)
        assert [text.text for text in sample.strings if ink(image, text.box) < 6] == []


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_all_pictures_of_a_seed_are_sound(tmp_path: Path) -> None:
    everything = draw(tmp_path, 3, ())
    assert len(everything) >= 40
    test_every_box_lies_in_its_picture(everything)
    test_no_string_is_printed_over_another(everything)
    test_something_is_printed_in_every_box(everything)
    test_the_values_and_the_cells_are_among_the_strings(everything)


@pytest.mark.parametrize("step", [2, 3])
def test_every_nth_picture_has_both_languages(made: list[Sample], step: int) -> None:
    assert {one.language for one in made[::step]} == {"ja", "en"}
