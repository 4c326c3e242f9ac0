from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from huiying.tables import open_table
from tests.huiying.tables.books import handmade, row


def shown(source: Path | bytes) -> list[str]:
    """The first column, below the first line."""
    with open_table(source, name="a") as table:
        return [next(iter(one.values.values())) for one in table.rows()]


def numbered(*values: str, style: int = 0, styles: str = "", properties: str = "") -> list[str]:
    data = row(1, "数") + "".join(
        row(at, f'<c s="{style}"><v>{value}</v></c>') for at, value in enumerate(values, 2)
    )
    return shown(handmade(data, styles=styles, properties=properties))


def formatted(id: int, code: str = "") -> str:
    known = f'<numFmts><numFmt numFmtId="{id}" formatCode="{code}"/></numFmts>' if code else ""
    return f'{known}<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="{id}"/></cellXfs>'


def test_a_whole_number_has_no_point_and_no_exponent() -> None:
    assert numbered("1", "20261120000123", "2.026112E+13", "7.0", "0.1", "0.30000000000000004", "-5") == [
        "1", "20261120000123", "20261120000000", "7", "0.1", "0.3", "-5",
    ]  # fmt: skip


@pytest.mark.parametrize("long", ["12345678901234567", "1.2345678901234568E+17", "1234567890123450"])
def test_a_number_longer_than_excel_keeps_shows_that_its_end_is_gone(long: str) -> None:
    (one,) = numbered(long)
    assert one.startswith("1.2345678901234") and "E+1" in one


@pytest.mark.parametrize("id", [14, 22, 27, 31, 57, 58])
def test_dates_are_dates_also_in_the_formats_that_only_a_chinese_excel_knows(id: int) -> None:
    assert numbered("45000", "45000.5", style=1, styles=formatted(id)) == [
        "2023-03-15",
        "2023-03-15 12:00:00",
    ]


def test_what_the_file_says_of_a_format_goes_before_what_it_usually_means() -> None:
    assert numbered("45000", style=1, styles=formatted(50, "000000000")) == ["000045000"]
    assert numbered("45000", style=1, styles=formatted(14, "#,##0")) == ["45000"]


@pytest.mark.parametrize(
    "code", ["yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;", "[$-804]yyyy/m/d;@", "yyyy/m/d\\ h:mm"]
)
def test_formats_of_an_office_are_dates(code: str) -> None:
    assert numbered("45000", style=1, styles=formatted(176, code)) == ["2023-03-15"]


@pytest.mark.parametrize("code", ["General", "0.00&quot;元&quot;", "#,##0_);[Red](#,##0)", "G/通用格式", "@"])
def test_other_formats_are_none(code: str) -> None:
    assert numbered("45000", style=1, styles=formatted(176, code)) == ["45000"]


def test_zeros_before_a_number_that_its_format_adds_are_shown() -> None:
    assert numbered("123", "1.5", style=1, styles=formatted(176, "00000000")) == ["00000123", "1.5"]


def test_a_workbook_may_count_its_days_from_1904() -> None:
    assert numbered("43538", style=1, styles=formatted(14), properties='date1904="1"') == ["2023-03-15"]


def test_times_alone_spans_and_what_is_no_day_at_all() -> None:
    assert numbered("0.5", "-1", "99999999", style=1, styles=formatted(20)) == ["12:00:00", "-1", "99999999"]
    assert numbered("1.5", style=1, styles=formatted(46)) == ["36:00:00"]


def test_days_before_march_1900_are_those_that_excel_shows() -> None:
    assert numbered("1", "59", "61", style=1, styles=formatted(14)) == [
        "1900-01-01",
        "1900-02-28",
        "1900-03-01",
    ]


def test_what_openpyxl_writes_comes_back() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    at = datetime(2026, 11, 20, 8, 30, 15)  # noqa: DTZ001 - a sheet knows no zones
    for value in ("值", at, at.date(), date(2026, 1, 1), timedelta(hours=27), True, 3, 2.5, None, "末"):
        sheet.append([value])
    packed = BytesIO()
    workbook.save(packed)
    told = ["2026-11-20 08:30:15", "2026-11-20", "2026-01-01", "27:00:00", "TRUE", "3", "2.5", "末"]
    assert shown(packed.getvalue()) == told
