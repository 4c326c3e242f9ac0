"""Excel workbooks that go out of the house: every text is written as text, for what people wrote may begin like a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_TEXT = 32_000
"""Characters of a cell; the format allows 32,767."""
Value = str | int | float | None


_TOP, _BOLD = Alignment(wrap_text=True, vertical="top"), Font(bold=True)


def blank() -> Workbook:
    """One that is written row by row: ten thousand rows take no more memory than one."""
    return Workbook(write_only=True)


def add(book: Workbook, title: str, rows: Iterable[Sequence[Value]], widths: Sequence[int]) -> None:
    """One more sheet; the first of the rows names the columns."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for at, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, value, head=not number) for value in row])


def _cell(sheet: Worksheet, value: Value, *, head: bool) -> Cell:
    cell: Cell = WriteOnlyCell(sheet, _plain(value))
    if isinstance(value, str):
        cell.data_type = "s"
    cell.alignment = _TOP
    if head:
        cell.font = _BOLD
    return cell


def saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _plain(value: Value) -> Value:
    """Without what the format cannot hold."""
    if not isinstance(value, str):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", value).encode("utf-8", "replace").decode()[:MOST_TEXT]
