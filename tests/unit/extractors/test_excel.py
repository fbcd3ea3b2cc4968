"""Workbooks as people really make them: merged grids, hidden sheets, old dates, claims of a million rows."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from extractors.errors import DocumentBombError, DocumentBrokenError
from extractors.excel_format import shown
from extractors.model import Block, DocumentInfo, Page

Blocks = Callable[[Path], list[Block]]
Read = Callable[[Path], tuple[DocumentInfo, list[Page]]]


def first(workbook: openpyxl.Workbook) -> Worksheet:
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    return sheet


@pytest.fixture
def book(tmp_path: Path) -> tuple[openpyxl.Workbook, Path]:
    """Give an empty workbook and the place to save it."""
    return openpyxl.Workbook(), tmp_path / "book.xlsx"


def test_a_real_report_comes_as_tables_with_ranges_and_folded_headers(small: Path, blocks: Blocks) -> None:
    table = next(b for b in blocks(small / "2023-half-year-analyses-by-segment.xlsx") if b.kind == "table")
    assert table.rows is not None
    assert table.cell_range == "A6:J18"
    assert table.rows[0][1] == "Sales (a)"
    assert table.rows[1][:3] == ("Zone NA", "12,553", "2,713")
    assert table.sheet == "OS-Rev.and results 30 06 2023"


def test_a_grid_of_merged_cells_becomes_a_table_without_holes(
    book: tuple[openpyxl.Workbook, Path], blocks: Blocks
) -> None:
    workbook, path = book
    sheet = first(workbook)
    rows: list[tuple[str | int, ...]] = [("項目", "型", "桁数"), ("企業コード", "NCHAR", 5), ("備考", "NVARCHAR2", 200)]
    for row, cells in enumerate(rows, 3):
        for cell, column in zip(cells, (2, 8, 14), strict=True):
            sheet.cell(row, column, cell)
            sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=column + 5)
    workbook.save(path)
    (table,) = blocks(path)
    assert table.rows == (("項目", "型", "桁数"), ("企業コード", "NCHAR", "5"), ("備考", "NVARCHAR2", "200"))
    assert table.cell_range == "B3:S5"
    assert table.header


def test_a_title_merged_over_columns_names_each_of_them(book: tuple[openpyxl.Workbook, Path], blocks: Blocks) -> None:
    workbook, path = book
    sheet = first(workbook)
    for row in (("店舗", "売上", None), (None, "4月", "5月"), ("千葉", 10, 20), ("東京", 30, 40)):
        sheet.append(row)
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:C1")
    workbook.save(path)
    (table,) = blocks(path)
    assert table.rows is not None
    assert table.rows[0] == ("店舗", "売上 4月", "売上 5月")


def test_two_tables_on_a_sheet_are_two_blocks(book: tuple[openpyxl.Workbook, Path], blocks: Blocks) -> None:
    workbook, path = book
    sheet = first(workbook)
    for row in range(1, 5):
        for column in (1, 2, 6, 7):
            sheet.cell(row, column, f"r{row}c{column}" if row == 1 else row * column)
    workbook.save(path)
    assert [block.cell_range for block in blocks(path)] == ["A1:B4", "F1:G4"]


def test_hidden_sheets_are_kept_and_marked(book: tuple[openpyxl.Workbook, Path], read: Read) -> None:
    workbook, path = book
    first(workbook).append(["見える"])
    hidden = workbook.create_sheet("原価")
    hidden.append(["原価率", 0.4])
    hidden.sheet_state = "hidden"
    workbook.save(path)
    _, pages = read(path)
    assert [(page.label, page.hidden) for page in pages] == [("Sheet", False), ("原価", True)]
    assert "原価率" in pages[1].text


def test_dates_count_from_1904_where_the_workbook_says_so(book: tuple[openpyxl.Workbook, Path], blocks: Blocks) -> None:
    workbook, path = book
    workbook.epoch = CALENDAR_MAC_1904
    first(workbook).append(["開始日", dt.date(2024, 12, 20)])
    workbook.save(path)
    assert "2024-12-20" in blocks(path)[0].text


def test_a_million_claimed_rows_cost_nothing(book: tuple[openpyxl.Workbook, Path], blocks: Blocks) -> None:
    workbook, path = book
    sheet = first(workbook)
    sheet["A1"], sheet["A1048496"] = "先頭", "末尾"
    workbook.save(path)
    assert [(block.text, block.cell_range) for block in blocks(path)] == [("先頭", "A1"), ("末尾", "A1048496")]


def test_a_formula_without_a_saved_result_is_shown_as_written(
    book: tuple[openpyxl.Workbook, Path], blocks: Blocks
) -> None:
    workbook, path = book
    first(workbook).append(["合計", "=SUM(B2:B9)"])
    workbook.save(path)
    assert "SUM(B2:B9)" in blocks(path)[0].text


def test_an_entity_bomb_is_refused(small: Path, blocks: Blocks) -> None:
    with pytest.raises(DocumentBombError):
        blocks(small / "poc-xmlbomb-empty.xlsx")


def test_a_workbook_without_its_parts_is_broken(tmp_path: Path, small: Path, blocks: Blocks) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes((small / "2023-half-year-analyses-by-segment.xlsx").read_bytes()[:20_000])
    with pytest.raises(DocumentBrokenError):
        blocks(path)


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (12553, r"#,##0\ ;\(#,##0\)", "12,553"),
        (-81, r"#,##0\ ;\(#,##0\)", "-81"),
        (0, '_(* #,##0_);_(* (#,##0);_(* "—"_);_(@_)', "—"),
        (0.085, "0.0%", "8.5%"),
        (1234.5, '"¥"#,##0', "¥1,234"),
        (980, "[$¥-411]#,##0", "¥980"),
        (7, "000", "007"),
        (3, '0"個"', "3個"),
        (0.1 + 0.2, "General", "0.3"),
        (5.0, "General", "5"),
        (True, "General", "TRUE"),
        (dt.datetime.fromisoformat("2024-01-02"), "yyyy/mm/dd", "2024-01-02"),
        (dt.datetime.fromisoformat("2024-01-02T09:30"), "yyyy/mm/dd hh:mm", "2024-01-02 09:30"),
        (None, "General", ""),
    ],
)
def test_a_value_is_shown_as_excel_shows_it(value: object, number_format: str, expected: str) -> None:
    assert shown(value, number_format) == expected  # type: ignore[arg-type] # one list holds all kinds of values


def test_a_workbook_is_read_under_a_name_without_extension(small: Path, tmp_path: Path, read: Read) -> None:
    blob = tmp_path / "3f9a"
    blob.write_bytes((small / "2023-half-year-analyses-by-segment.xlsx").read_bytes())
    assert read(blob)[1]
