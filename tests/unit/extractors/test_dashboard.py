"""Values find their labels whatever the layout; what is no value of the stream stays out of the metrics."""

import time

import pytest

from extractors import dashboard
from extractors.dashboard import Dashboard, Metric
from extractors.words import Reading
from tests.unit.extractors.made_reading import reading

CARDS = """
ライブGMV @ 40,100,110,20
注文数 @ 340,100,70,20
視聴者数 @ 640,100,90,20
¥1,234,567 @ 40,128,200,36
345 @ 340,128,70,36
1.2万 @ 640,128,90,36
+18.2% @ 40,172,70,18
-3.4% @ 340,172,60,18
平均視聴時間 @ 40,240,130,20
クリック率 (CTR) @ 340,240,150,20
新規フォロワー @ 640,240,150,20
3分12秒 @ 40,268,130,36
4.52% @ 340,268,110,36
89 @ 640,268,50,36
"""


def named(board: Dashboard) -> dict[str, Metric]:
    """Give the metrics by name."""
    return {one.name: one for one in board.metrics}


def values(board: Dashboard) -> dict[str, float | None]:
    """Give the values by name."""
    return {one.name: one.value for one in board.metrics}


def test_cards_with_the_label_above_are_read() -> None:
    found = values(dashboard.read(reading(CARDS)))
    assert found == {
        "gmv": 1234567,
        "orders": 345,
        "viewers": 12000,
        "avg_watch_seconds": 192,
        "ctr": 4.52,
        "new_followers": 89,
    }


def test_cards_with_the_label_below_are_read() -> None:
    rows = """
    12,345 @ 40,100,120,36
    678 @ 340,100,70,36
    Viewers @ 40,142,90,20
    Likes @ 340,142,60,20
    901 @ 40,220,70,36
    23 @ 340,220,50,36
    Comments @ 40,262,110,20
    Shares @ 340,262,80,20
    """
    assert values(dashboard.read(reading(rows))) == {"viewers": 12345, "likes": 678, "comments": 901, "shares": 23}


def test_a_list_with_values_at_the_right_edge_is_read() -> None:
    rows = """
    売上金額 @ 40,100,100,24
    ¥98,700 @ 900,100,110,24
    注文件数 @ 40,160,100,24
    47件 @ 950,160,60,24
    客単価 @ 40,220,80,24
    ¥2,100 @ 920,220,90,24
    """
    found = named(dashboard.read(reading(rows)))
    assert {name: one.value for name, one in found.items()} == {"gmv": 98700, "orders": 47, "aov": 2100}
    assert "check_agreed:aov" in found["aov"].notes


def test_several_pairs_in_one_line_are_read() -> None:
    found = values(dashboard.read(reading("GMV ¥1.2万 注文数 34 視聴数 5,678 @ 40,100,600,24")))
    assert found == {"gmv": 12000, "orders": 34, "views": 5678}


def test_a_value_before_its_label_is_read() -> None:
    assert values(dashboard.read(reading("153 current viewers @ 40,100,260,24"))) == {"current_viewers": 153}


def test_a_change_is_kept_beside_its_value() -> None:
    found = named(dashboard.read(reading(CARDS)))
    changes = {name: one.change.value for name, one in found.items() if one.change}
    assert changes == {"gmv": 18.2, "orders": -3.4}


def test_an_earlier_value_is_no_metric() -> None:
    rows = """
    Viewers @ 40,100,90,20
    12,345 @ 40,128,150,36
    vs. last LIVE 10,000 @ 40,172,200,18
    """
    board = dashboard.read(reading(rows))
    assert [(one.name, one.value) for one in board.metrics] == [("viewers", 12345)]


def test_a_label_of_two_lines_is_joined() -> None:
    rows = """
    Peak concurrent @ 40,100,150,20
    viewers @ 40,122,70,20
    1,024 @ 40,150,100,36
    """
    assert values(dashboard.read(reading(rows))) == {"pcu": 1024}


def test_a_unit_in_a_box_of_its_own_belongs_to_the_number() -> None:
    rows = """
    Average watch time @ 40,100,180,20
    3 @ 40,128,24,36
    分 @ 66,140,20,22
    12 @ 90,128,44,36
    秒 @ 136,140,20,22
    """
    assert values(dashboard.read(reading(rows))) == {"avg_watch_seconds": 192}


def test_a_unit_in_the_label_scales_the_value() -> None:
    found = named(dashboard.read(reading("売上 (千円) @ 40,100,120,20\n1,234 @ 40,128,100,36")))
    assert (found["gmv"].value, found["gmv"].currency) == (1234000, "JPY")


def test_a_label_nobody_knows_is_kept_as_it_is() -> None:
    board = dashboard.read(reading(CARDS + "謎の指標 @ 940,240,90,20\n77 @ 940,268,50,36"))
    assert [(one.label, one.value) for one in board.metrics if one.name == "other"] == [("謎の指標", 77)]


def test_a_value_of_the_wrong_type_stays_blank() -> None:
    assert dashboard.read(reading("視聴者数 @ 40,100,90,20\n¥1,234 @ 40,128,90,36")).metrics == ()


def test_the_phones_status_bar_is_no_metric() -> None:
    board = dashboard.read(reading("9:41 @ 40,10,50,20\n5G 87% @ 1000,10,90,20\n" + CARDS))
    assert len(board.metrics) == 6


TABLE = """
商品名 @ 40,100,70,20
クリック数 @ 400,100,100,20
売上 @ 700,100,50,20
ボタニカル美容液 30ml @ 40,140,220,20
120 @ 450,140,50,20
¥12,000 @ 670,140,80,20
クッション 2個入り @ 40,180,200,20
85 @ 460,180,40,20
¥8,500 @ 680,180,70,20
マルチクッカー @ 40,220,150,20
15 @ 460,220,40,20
¥30,000 @ 670,220,80,20
"""


def test_a_table_becomes_a_grid_and_no_metrics() -> None:
    board = dashboard.read(reading(TABLE))
    assert board.metrics == ()
    assert board.grids[0].columns == ("", "clicks", "gmv")
    assert board.grids[0].rows[1] == ("ボタニカル美容液 30ml", "120", "¥12,000")


def test_the_row_of_totals_gives_metrics_that_the_rows_prove() -> None:
    board = dashboard.read(reading(TABLE + "合計 @ 40,260,50,20\n220 @ 450,260,50,20\n¥50,500 @ 670,260,80,20"))
    assert values(board) == {"clicks": 220, "gmv": 50500}
    assert all("check_agreed:rows" in one.notes for one in board.metrics)


def test_a_total_below_the_sum_of_its_rows_goes_to_review() -> None:
    board = dashboard.read(reading(TABLE + "合計 @ 40,260,50,20\n220 @ 450,260,50,20\n¥50,000 @ 670,260,80,20"))
    assert named(board)["gmv"].confidence < 0.85


def test_a_comparison_gives_the_values_of_this_time() -> None:
    rows = """
    指標 @ 40,100,50,20
    今回 @ 400,100,50,20
    前回 @ 600,100,50,20
    増減 @ 800,100,50,20
    視聴者数 @ 40,140,90,20
    1,200 @ 390,140,60,20
    1,000 @ 590,140,60,20
    +20.0% @ 780,140,70,20
    注文数 @ 40,180,70,20
    30 @ 420,180,30,20
    40 @ 620,180,30,20
    -25.0% @ 780,180,70,20
    """
    board = dashboard.read(reading(rows))
    assert {one.name: (one.value, one.change and one.change.value) for one in board.metrics} == {
        "viewers": (1200, 20.0),
        "orders": (30, -25.0),
    }
    assert board.grids[0].rows[1] == ("視聴者数", "1,200", "1,000", "+20.0%")


def test_the_ticks_of_a_chart_are_no_metrics() -> None:
    ticks = "\n".join(
        f"{value} @ {60 - 9 * len(value)},{400 + 50 * at},{9 * len(value)},16"
        for at, value in enumerate(["300", "200", "100", "0"])
    )
    times = "\n".join(f"{20 + at}:00 @ {100 + 150 * at},575,50,16" for at in range(4))
    board = dashboard.read(reading(f"{CARDS}\n視聴者の推移 @ 30,350,150,20\n{ticks}\n{times}"))
    assert len(board.metrics) == 6
    assert board.charts[0].axis == ("300", "200", "100", "0", "20:00", "21:00", "22:00", "23:00")
    assert board.charts[0].title == "視聴者の推移"


def test_two_dashboards_in_one_picture_are_two_panels() -> None:
    rows = "\n".join(
        f"{label} @ {x},{y},90,20\n{value} @ {x + 250},{y},70,20"
        for x, more in ((40, 1), (640, 2))
        for y, label, value in (
            (100, "Viewers", f"{more},100"),
            (150, "Likes", f"{more}7"),
            (200, "Shares", f"{more}3"),
            (250, "Orders", f"{more}1"),
        )
    )
    board = dashboard.read(reading(rows))
    assert board.panels == 2
    assert {(one.panel, one.name): one.value for one in board.metrics if one.name == "viewers"} == {
        (1, "viewers"): 1100,
        (2, "viewers"): 2100,
    }


def test_period_and_account_of_the_page_are_found() -> None:
    board = dashboard.read(reading("@hana_beauty @ 40,20,150,24\n2026/11/20 20:00 - 22:13 @ 700,20,300,24\n" + CARDS))
    assert (board.account, board.period) == ("@hana_beauty", "2026/11/20 20:00 - 22:13")
    assert all(one.period == board.period for one in board.metrics)


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        (CARDS, "read"),
        ("こんにちは @ 40,100,200,24\nさようなら @ 40,200,200,24", "no_numbers"),
        ("謎の指標 @ 40,100,90,20\n77 @ 40,128,50,36", "unknown_layout"),
        ("謎の指標 @ 40,100,30,7~0.5\n77 @ 40,108,10,7~0.4", "low_resolution"),
    ],
)
def test_the_outcome_says_why_there_is_nothing(rows: str, outcome: str) -> None:
    assert dashboard.read(reading(rows)).outcome == outcome


def test_a_value_read_badly_has_little_confidence() -> None:
    board = dashboard.read(reading("注文数 @ 40,100,70,20\n345 @ 40,128,70,36~0.6"))
    assert board.metrics[0].confidence < 0.85


def test_an_empty_reading_gives_an_empty_dashboard() -> None:
    board = dashboard.read(Reading(100, 100, ()))
    assert (board.metrics, board.outcome) == ((), "no_numbers")


def test_three_hundred_lines_take_a_blink() -> None:
    rows = "\n".join(f"視聴者数 {at} @ {40 + 380 * (at % 3)},{20 + 30 * (at // 3)},140,18" for at in range(150))
    rows += "\n" + "\n".join(f"{at},123 @ {220 + 380 * (at % 3)},{20 + 30 * (at // 3)},60,18" for at in range(150))
    many = reading(rows, height=1600)
    dashboard.read(many)
    started = time.process_time()
    dashboard.read(many)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("slope", [-0.03, 0.03])
def test_a_leaning_photograph_is_read_and_its_boxes_stay_in_the_picture(slope: float) -> None:
    labels = ["GMV", "Orders", "Viewers", "Likes", "Shares", "Comments", "Items sold"]
    rows = "\n".join(
        f"{label} @ 40,{100 + 50 * at + slope * 85},90,20\n{1000 + at} @ 1000,{100 + 50 * at + slope * 1025},50,20"
        for at, label in enumerate(labels)
    )
    found = named(dashboard.read(reading(rows)))
    names = ["gmv", "orders", "viewers", "likes", "shares", "comments", "items_sold"]
    assert {name: one.value for name, one in found.items()} == {name: 1000 + at for at, name in enumerate(names)}
    assert found["gmv"].box == pytest.approx((1000, 100 + slope * 1025, 50, 20))
