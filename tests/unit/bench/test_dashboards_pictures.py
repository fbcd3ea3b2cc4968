"""How other people's pictures are compared: usual for receipts, strict for numbers."""

import pytest

from bench.pictures import missing, same_company, same_day


def test_a_string_is_looked_for_anywhere_in_what_was_read() -> None:
    assert missing("港区", "清潔できれいな港区を") == 0
    assert missing("港区", "清潔できれいな湾区を") == 1
    assert missing("港区", "") == 2


def test_companies_are_compared_without_case_spaces_and_punctuation() -> None:
    assert same_company("S.H.H. MOTOR SDN. BHD.", "SHH Motor Sdn Bhd")
    assert not same_company("S.H.H. MOTOR SDN. BHD.", "SHH Motor")


@pytest.mark.parametrize("read", ["25/12/2018", "2018-12-25", "25-12-18", "25 DEC 2018", "Date: 25/12/2018 8:13 PM"])
def test_a_day_is_the_same_day_however_it_is_written(read: str) -> None:
    assert same_day("25/12/2018", None, read)


def test_another_day_is_another_day() -> None:
    assert not same_day("25/12/2018", "26/12/2018", None)
