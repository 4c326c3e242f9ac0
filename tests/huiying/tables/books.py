"""Workbooks for tests: those that openpyxl writes, and those whose XML is written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def book(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """As openpyxl writes it."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path


def handmade(
    data: str,
    *,
    behind: str = "",
    strings: str = "",
    styles: str = "",
    links: str = "",
    properties: str = "",
    namespace: str = MAIN,
    name: str = "工单",
    more: dict[str, bytes] | None = None,
) -> bytes:
    """One sheet: ``data`` are its rows, ``behind`` what comes after them."""
    parts = {
        "_rels/.rels": relations(f'Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"'),
        "xl/workbook.xml": f'<workbook xmlns="{namespace}" xmlns:r="{_OFFICE}"><workbookPr {properties}/>'
        f'<sheets><sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            f'Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"',
            f'Id="r2" Type="{_OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"',
            f'Id="r3" Type="{_OFFICE}/styles" Target="styles.xml"',
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{namespace}" xmlns:r="{_OFFICE}"><dimension ref="A1"/>'
        f"<sheetData>{data}</sheetData>{behind}</worksheet>",
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{namespace}">{strings}</sst>'
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{namespace}">{styles}</styleSheet>'
    if links:
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations(links)
    return zipped({name: text.encode() for name, text in parts.items()} | (more or {}))


def relations(*each: str) -> str:
    return (
        f'<Relationships xmlns="{_RELATIONS}">'
        + "".join(f"<Relationship {one}/>" for one in each)
        + "</Relationships>"
    )


def zipped(parts: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return packed.getvalue()


def row(number: int, *cells: str) -> str:
    """``cells``: what a cell holds, as XML, or its words."""
    inside = "".join(
        cell if cell.startswith("<c") else f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells
    )
    return f'<row r="{number}">{inside}</row>'
