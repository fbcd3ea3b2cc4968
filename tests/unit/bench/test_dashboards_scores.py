"""The measure: nothing is wrong with a perfect reading, and every planted fault is counted."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bench.dashboards import Sample, TrueField, TrueString, scores
from bench.dashboards.matching import distance, spots
from bench.dashboards.model import TrueGrid
from bench.dashboards.readings import perfect
from bench.dashboards.totals import Totals
from extractors.dashboard import Dashboard, Grid, Metric
from extractors.words import Line, Reading

LABEL, VALUE = (10.0, 10.0, 60.0, 14.0), (10.0, 30.0, 90.0, 24.0)
SAMPLE = Sample(
    name="one",
    image_path=Path("one.png"),
    language="en",
    strings=(TrueString("GMV", LABEL), TrueString("¥1,234", VALUE)),
    fields=(TrueField("gmv", 1234.0, "JPY", "¥1,234", VALUE, 1, "GMV"),),
    grids=(),
    charts=(),
    kind="desktop",
    size=(200, 100),
)
METRIC = Metric("gmv", "GMV", "¥1,234", 1234.0, None, "JPY", "JPY", 0.99, VALUE, LABEL)


def board(*metrics: Metric, grids: tuple[Grid, ...] = ()) -> Dashboard:
    return Dashboard(metrics, grids, (), None, None, None, 1, "read")


def read(*lines: tuple[str, tuple[float, float, float, float]]) -> Reading:
    return Reading(200, 100, tuple(Line(text, box, 0.9, ()) for text, box in lines))


def verdict(metric: Metric) -> str:
    return scores.named(SAMPLE, board(metric))[0].verdict


def test_a_perfect_reading_has_no_errors() -> None:
    counted = scores.characters(SAMPLE, perfect(SAMPLE, None, ""))  # type: ignore[arg-type]  # no picture is needed
    assert (counted.printed, counted.errors, counted.fields, counted.exact) == (9, 0, 1, 1)


def test_a_wrong_digit_is_one_error_and_a_lost_field() -> None:
    counted = scores.characters(SAMPLE, read(("GMV", LABEL), ("¥1,284", VALUE)))
    assert (counted.errors, counted.exact) == (1, 0)


def test_a_lost_leading_digit_is_no_exact_field() -> None:
    assert scores.characters(SAMPLE, read(("GMV", LABEL), ("¥11,234", VALUE))).exact == 0


def test_what_nobody_read_is_deleted_and_what_nobody_printed_is_inserted() -> None:
    assert scores.characters(SAMPLE, read(("GMV", LABEL), ("xy", (150, 80, 20, 10)))).errors == 6 + 2


def test_width_and_spaces_make_no_difference() -> None:
    assert scores.characters(SAMPLE, read(("ＧＭＶ", LABEL), ("￥ 1,234", VALUE))).errors == 0


def test_a_line_over_two_strings_is_compared_with_both() -> None:
    strings = (TrueString("Orders", (0, 0, 60, 12)), TrueString("12", (100, 0, 20, 12)))
    found = spots(strings, read(("Orders 12", (0, 0, 120, 12))).lines)
    assert [spot.errors for spot in found] == [0]


def test_a_legend_dot_that_was_read_as_a_dot_is_no_error() -> None:
    marks = (TrueString("●•", (0, 0, 10, 12)),)
    found = spots((TrueString("Likes", (14, 0, 40, 12)),), read(("●Likes", (0, 0, 54, 12))).lines, marks)
    assert sum(spot.errors for spot in found) == 0


def test_a_value_is_right_with_name_number_unit_and_panel() -> None:
    assert verdict(METRIC) == "right"
    assert [verdict(replace(METRIC, **change)) for change in ({"panel": 2}, {"unit": "USD"}, {"value": 123.0})] == [
        "wrong"
    ] * 3


def test_a_value_without_a_name_is_blank_and_another_name_is_wrong() -> None:
    assert verdict(replace(METRIC, name="other")) == "blank"
    assert verdict(replace(METRIC, name="orders")) == "wrong"
    assert scores.named(SAMPLE, board())[0].verdict == "blank"


def test_a_dash_that_became_a_number_is_wrong() -> None:
    dash = replace(SAMPLE, fields=(replace(SAMPLE.fields[0], value=None, raw="--"),))
    assert scores.named(dash, board(METRIC))[0].verdict == "wrong"
    assert scores.named(dash, board())[0].verdict == "right"


def test_a_named_value_beside_all_values_is_invented() -> None:
    assert scores.invented(SAMPLE, board(replace(METRIC, box=(150, 80, 20, 10)))) != []
    assert scores.invented(SAMPLE, board(METRIC)) == []


def test_wrong_values_are_caught_by_low_confidence_or_a_failed_check() -> None:
    wrong = replace(METRIC, value=123.0)
    cases = (wrong, replace(wrong, confidence=0.5), replace(wrong, notes=("check_failed:gpm",)))
    totals = [Totals() for _ in cases]
    for one, metric in zip(totals, cases, strict=True):
        one.add_dashboard(SAMPLE, board(metric))
    assert [(one.wrong, one.caught) for one in totals] == [(1, 0), (1, 1), (1, 1)]


def test_cells_must_be_in_their_row_and_column() -> None:
    boxes = tuple(tuple((50.0 * c, 20.0 * r, 30.0, 12.0) for c in range(2)) for r in range(2))
    truth = TrueGrid((("a", "1"), ("b", "2")), ("", "orders"), boxes, 1)
    sample = replace(SAMPLE, grids=(truth,))
    right = Grid(truth.rows, False, ("", "orders"), (0, 0, 80, 32), boxes, ((1, 1), (1, 1)))
    swapped = replace(right, rows=(("a", "2"), ("b", "1")))
    assert scores.cells(sample, board(grids=(right,))) == (4, 4)
    assert scores.cells(sample, board(grids=(swapped,))) == (4, 2)
    assert scores.columns(sample, board(grids=(right,))) == (1, 1)


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_the_distance_is_a_distance(a: str, b: str, c: str) -> None:
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, c) <= distance(a, b) + distance(b, c)
