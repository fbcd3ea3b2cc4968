"""Cells of a column or a row agree on how they are written."""

import pytest

from extractors.ocr_columns import agreed
from extractors.words import Line, Word


def column(*texts: str, x: float = 100, right: bool = False) -> list[Line]:
    """Give lines below each other, each a word."""
    made = []
    for row, text in enumerate(texts):
        width = 9.0 * len(text)
        box = (x - width if right else x, 30.0 * row, width, 16.0)
        made.append(Line(text, box, 0.99, (Word(text, box, 0.99),)))
    return made


def read(lines: list[Line]) -> list[str]:
    return [line.text for line in agreed(lines)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("188s", "695", "31s"), "69s"),
        (("12.34%", "9.9996", "8.01%"), "9.99%"),
        (("$842.10", "57,052.46", "$12,345.00", "$61,111.11"), "$7,052.46"),
        (("¥1,200", "V980", "¥3,400", "¥450"), "¥980"),
        (("12:00", "12.30", "13:00"), "12:30"),
        (("11,202", "7274", "8,190"), "7,274"),
        (("1.5K", "2,4K", "3.1K"), "2.4K"),
        (("1.5万", "1.15", "3.1万"), "1.1万"),
        (("40.1%", "18.81", "9.5%"), "18.8%"),
    ],
)
def test_a_doubtful_cell_is_read_as_the_column_is_written(texts: tuple[str, ...], expected: str) -> None:
    assert read(column(*texts, x=300, right=True))[1] == expected


def test_rows_agree_as_columns_do() -> None:
    lines = [
        Line(t, (90.0 * at, 0, 40, 12), 0.99, (Word(t, (90.0 * at, 0, 40, 12), 0.99),))
        for at, t in enumerate(("8s", "125", "9s"))
    ]
    assert read(lines) == ["8s", "12s", "9s"]


@pytest.mark.parametrize(
    "texts",
    [
        ("695", "120", "31s", "44s"),  # a count stands among them: this is no column of seconds
        ("695", "31s"),  # one neighbour proves nothing
        ("1996", "2005", "2011"),
        ("515", "525", "535"),
        ("12.30", "8.50", "3.10"),
    ],
)
def test_what_is_not_proved_stays(texts: tuple[str, ...]) -> None:
    assert read(column(*texts, x=300, right=True)) == list(texts)


def test_a_cell_that_was_changed_is_trusted_less() -> None:
    line = agreed(column("188s", "695", "31s", x=300, right=True))[1]
    assert (line.confidence, line.words[0].text, line.words[0].confidence) == (0.9, "69s", 0.9)


def test_cells_elsewhere_or_of_another_size_say_nothing() -> None:
    assert read([*column("188s", "31s"), *column("695", x=500)]) == ["188s", "31s", "695"]
