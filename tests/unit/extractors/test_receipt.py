"""Receipts and invoices give company, date, total and what else is printed, in English and Japanese."""

from extractors import dashboard, receipt
from extractors.words import Reading
from tests.unit.extractors.made_reading import reading

ENGLISH = """
BLUE LAKE TRADING SDN. BHD. (123456-X) @ 50,20,400,24
12, JALAN MAWAR 3, 81100 JOHOR BAHRU @ 50,60,380,20
TAX INVOICE @ 180,100,120,20
INVOICE NO : BL-000123 @ 50,140,230,20
DATE : 25/12/2018 8:13:39 PM @ 50,170,280,20
NOTEBOOK A5 @ 50,210,120,20
10.00 @ 380,210,60,20
SUBTOTAL @ 50,250,100,20
10.00 @ 380,250,60,20
GST 6% @ 50,280,80,20
0.60 @ 390,280,50,20
TOTAL (RM) @ 50,310,110,20
10.60 @ 380,310,60,20
CASH @ 50,340,50,20
20.00 @ 380,340,60,20
CHANGE @ 50,370,80,20
9.40 @ 390,370,50,20
"""
JAPANESE = """
領収書 @ 180,20,120,30
株式会社潮見商店 @ 50,70,200,24
2026年11月20日 19:05 @ 50,110,220,20
美容液 @ 50,150,60,20
¥3,000 @ 380,150,60,20
小計 @ 50,190,50,20
¥3,000 @ 380,190,60,20
消費税 @ 50,220,60,20
¥300 @ 390,220,50,20
合計 @ 50,250,50,20
¥3,300 @ 380,250,60,20
お預り @ 50,280,60,20
¥5,000 @ 380,280,60,20
お釣り @ 50,310,60,20
¥1,700 @ 380,310,60,20
"""


def test_an_english_receipt_is_read() -> None:
    found = {one.name: one.text or one.value for one in receipt.read(reading(ENGLISH))}
    assert found == {
        "company": "BLUE LAKE TRADING SDN. BHD.",
        "date": "25/12/2018",
        "total": 10.6,
        "subtotal": 10.0,
        "tax": 0.6,
        "invoice_number": "BL-000123",
    }


def test_a_japanese_receipt_is_read() -> None:
    found = {one.name: one.text or one.value for one in receipt.read(reading(JAPANESE))}
    assert found == {
        "company": "株式会社潮見商店",
        "date": "2026年11月20日",
        "total": 3300,
        "subtotal": 3000,
        "tax": 300,
    }


def test_sums_carry_the_currency_of_the_paper() -> None:
    assert {one.currency for one in receipt.read(reading(ENGLISH)) if one.value} == {"MYR"}


def test_a_total_that_cash_and_change_prove_is_surer() -> None:
    total = {one.name: one for one in receipt.read(reading(ENGLISH))}["total"]
    alone = {one.name: one for one in receipt.read(reading("TOTAL @ 50,310,60,20\n10.60 @ 380,310,60,20"))}["total"]
    assert total.confidence > alone.confidence


def test_a_total_behind_the_rounding_is_what_was_paid() -> None:
    rows = """
    TOTAL @ 50,310,60,20
    28.31 @ 380,310,60,20
    ROUNDING @ 50,340,90,20
    -0.01 @ 380,340,60,20
    TOTAL @ 50,370,60,20
    28.30 @ 380,370,60,20
    """
    assert receipt.read(reading(rows))[0].value == 28.30


def test_an_empty_paper_gives_nothing() -> None:
    assert receipt.read(Reading(100, 100, ())) == ()


def test_a_picture_of_a_receipt_is_known_as_one() -> None:
    board = dashboard.read(reading(JAPANESE))
    assert board.layout == "receipt"
    assert {one.name for one in board.metrics} >= {"company", "date", "total"}
