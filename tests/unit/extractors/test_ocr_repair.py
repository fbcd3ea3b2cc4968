"""What is mended by the text alone."""

import pytest

from extractors.ocr_recognise import Character
from extractors.ocr_repair import mended


def after(text: str) -> str:
    """Mend a line whose characters are all certain."""
    characters = [Character(one, (at + 0.5) / len(text), 1.0) for at, one in enumerate(text)]
    return "".join(one.text for one in mended(characters))


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("V291,340", "¥291,340"),
        ("Y5,872", "¥5,872"),
        ("1.234,567", "1,234,567"),
        ("¥2.566", "¥2,566"),
        ("1O,0O0", "10,000"),
        ("l2:3O", "12:30"),
        ("11.26%6", "11.26%"),
        ("↓80.196", "↓80.1%"),
        ("†55.5%", "↑55.5%"),
        ("2026/03/1520:00", "2026/03/15 20:00"),
        ("ー3.5%", "-3.5%"),
        ("ロコミ件数", "口コミ件数"),
        ("▼-24,2%", "▼-24.2%"),
        ("(+93.296)", "(+93.2%)"),
        ("V2.4%", "▼2.4%"),
        (".47.2%", "-47.2%"),
        ("1.2憶円", "1.2億円"),
    ],
)
def test_a_damaged_figure_is_mended(read: str, meant: str) -> None:
    assert after(read) == meant


@pytest.mark.parametrize(
    "text", ["2.566", "Vol.2", "VISA", "100%", "3.50", "1.234.", "コーヒー", "Level 10", "O型", "iOS17"]
)
def test_what_may_be_right_stays(text: str) -> None:
    assert after(text) == text


def test_a_mended_character_is_trusted_less() -> None:
    characters = [Character(one, at / 8, 1.0) for at, one in enumerate("V291,340")]
    assert min(one.likelihood for one in mended(characters)) < 0.95
