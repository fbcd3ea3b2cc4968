"""Excel: each sheet is a page; tables keep their cell range, hidden sheets are kept and marked."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from extractors import excel_pictures, media_type, ranges, tables
from extractors.errors import DocumentBrokenError
from extractors.excel_regions import Region, regions
from extractors.excel_sheet import Sheet, read
from extractors.language import language_of
from extractors.model import Block, DocumentInfo, ExtractionWarning, Kind, Page, Part
from extractors.options import Options
from extractors.page_ocr_pictures import Pictures
from extractors.zip_safety import check_xml, open_zip

_MAX_TITLE = 80
_NOTE_SIGNS = ("(", "（", "*", "※", "注")


def extract(path: Path, options: Options) -> Iterator[Part]:
    """Read the workbook sheet by sheet: values as shown, formulas by their saved results."""
    with open_zip(path) as archive:
        check_xml(archive)
    with (
        path.open("rb") as file,  # by file: openpyxl refuses names without .xlsx
        open_zip(path) as archive,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # openpyxl warns of every extension that it leaves out
        with closing(_open(file)) as workbook:
            sheets = [sheet for sheet in workbook.worksheets if hasattr(sheet, "_get_source")]
            title = (workbook.properties.title or "").strip() or None
            yield DocumentInfo(media_type.EXCEL, title, _language(sheets), len(sheets))
            shown = _Shown(archive, Pictures(options.ocr), options)
            for number, sheet in enumerate(sheets, 1):
                yield shown.added(_page(workbook, sheet, number), sheet)


class _Shown:
    """Adds what the pictures on a sheet say; those before the first page wanted are only noted."""

    def __init__(self, archive: zipfile.ZipFile, pictures: Pictures, options: Options) -> None:
        self._archive = archive
        self._pictures = pictures
        self._options = options

    def added(self, page: Page, worksheet: Any) -> Page:
        """Put a picture's blocks after the regions that begin above it."""
        if self._options.ocr is None:
            return page
        blocks = list(page.blocks)
        for found in excel_pictures.pictures(self._archive, worksheet._worksheet_path):
            place = Block("paragraph", "", page=page.number, sheet=page.label, cell_range=found.cell_range)
            read = self._pictures.blocks(found.data, place, reading=page.number >= self._options.first_page)
            at = sum(ranges.top(block.cell_range) <= found.row for block in blocks)
            blocks[at:at] = read
        text = "\n\n".join(block.text for block in blocks)
        notes = (*page.warnings, *self._pictures.news())
        return replace(page, blocks=tuple(blocks), text=text, warnings=notes)


def _open(file: BinaryIO) -> Any:
    from openpyxl import load_workbook

    try:
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except (KeyError, ValueError, TypeError, AttributeError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise DocumentBrokenError(str(error)) from error


def _language(sheets: list[Any]) -> str | None:
    names = " ".join(sheet.title for sheet in sheets)
    strings = sheets[0]._shared_strings if sheets else []
    return language_of(" ".join(str(text) for text in strings[:2_000]) or names)


def _page(workbook: Any, worksheet: Any, number: int) -> Page:
    name = worksheet.title
    hidden = worksheet.sheet_state != "visible"
    try:
        sheet = read(workbook, worksheet)
    except (KeyError, ValueError, TypeError, IndexError, SyntaxError, zipfile.BadZipFile, EOFError) as error:
        warning = ExtractionWarning("page_unreadable", f"{name}: {type(error).__name__}")
        return Page(number, name, None, None, "", (), hidden=hidden, warnings=(warning,))
    blocks = tuple(_block(region, sheet, number, name) for region in regions(sheet))
    notes = (ExtractionWarning("sheet_truncated", name),) if sheet.truncated else ()
    text = "\n\n".join(block.text for block in blocks)
    return Page(number, name, None, None, text, blocks, hidden=hidden, warnings=notes)


def _block(region: Region, sheet: Sheet, number: int, name: str) -> Block:
    rows = tables.fold_header(region.rows, region.header_rows)
    place = {"page": number, "sheet": name, "cell_range": region.cell_range}
    text = tables.render(rows)
    if len(rows) > 1 and len(rows[0]) > 1:
        return Block("table", text, rows=rows, header=region.header_rows > 0, **place)  # type: ignore[arg-type]
    kind = _kind(region, sheet, text)
    return Block(kind, text, level=2 if kind == "heading" else None, **place)  # type: ignore[arg-type]


def _kind(region: Region, sheet: Sheet, text: str) -> Kind:
    if (region.top, region.left) in sheet.numbers or len(region.rows) > 1 or len(region.rows[0]) > 1:
        return "paragraph"
    if text.startswith(_NOTE_SIGNS):
        return "note"
    return "heading" if len(text) <= _MAX_TITLE and not text.endswith(("。", ".")) else "paragraph"
