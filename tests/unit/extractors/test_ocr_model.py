"""The models, made once for a machine."""

import multiprocessing
from pathlib import Path

import pytest

from extractors import ocr_model
from extractors.ocr_charset import belongs
from extractors.ocr_pairs import Pairs
from extractors.ocr_recognise import Character


@pytest.fixture(scope="session")
def ocr_models(models: Path) -> Path:
    """Give the folder with the models themselves."""
    return models / ocr_model.FOLDER


@pytest.fixture(scope="session")
def alphabet(ocr_models: Path) -> list[str]:
    """Give the characters that can be read."""
    return (ocr_models / ocr_model.CHARACTERS).read_text(encoding="utf-8").split("\n")


def settled(pairs: Pairs, text: str) -> str:
    """Settle characters the network is sure of."""
    return "".join(one.text for one in pairs.settle([Character(one, 0.5, 1.0) for one in text]))


def test_two_processes_at_once_make_the_models_once(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        first, second = pool.map(ocr_model.ensure, [tmp_path, tmp_path])
    assert first == second
    assert ocr_model.whole(first)


def test_a_broken_model_is_no_model(tmp_path: Path, ocr_models: Path) -> None:
    for file in ocr_models.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert ocr_model.whole(tmp_path)
    (tmp_path / ocr_model.RECOGNISER).write_bytes(b"cut short")
    assert not ocr_model.whole(tmp_path)


def test_chinese_look_alikes_are_left_out(alphabet: list[str]) -> None:
    assert "売" in alphabet
    assert "卖" not in alphabet
    assert all(belongs(one) for one in "¥▲▼→%あア売")


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("カ一ト追加", "カート追加"),
        ("カ士", "力士"),
        ("スニ一カ一", "スニーカー"),
        ("一番人気", "一番人気"),
        ("すベて", "すべて"),
    ],
)
def test_neighbours_settle_look_alikes(ocr_models: Path, alphabet: list[str], read: str, meant: str) -> None:
    assert settled(Pairs(ocr_models, alphabet), read) == meant
