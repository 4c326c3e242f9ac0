from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from huiying.errors import Misconfigured
from huiying.tables import Row, Table, open_table
from tests.huiying.tables.books import book, handmade, row

ROWS = [("编号", "内容"), ("1", "路灯不亮"), ("2", "车位涨价")]


def has_words(headings: Sequence[str]) -> bool:
    return "内容" in headings


def rows(source: Path | bytes, *, time: str = "", url: str = "", sheet: str = "") -> list[Row]:
    with open_table(source, name="a", fits=has_words, sheet=sheet) as table:
        return list(table.rows(time=time, url=url))


def fault(source: Path | bytes, *, sheet: str = "") -> str:
    with pytest.raises(Misconfigured) as told, open_table(source, fits=has_words, sheet=sheet):
        pass
    return str(told.value)


def test_a_workbook_and_a_csv_of_one_table_give_the_same_rows(tmp_path: Path) -> None:
    text = "".join(f"{','.join(each)}\n" for each in ROWS).encode("gb18030")
    assert rows(book(tmp_path / "a.xlsx", {"工单": ROWS})) == rows(text)


def test_what_stands_above_the_headings_and_a_sum_at_the_end_are_no_rows(tmp_path: Path) -> None:
    above = [("12345工单明细表",), ("单位：某局", None, "日期：2026-11-01"), ()]
    file = book(tmp_path / "a.xlsx", {"工单": [*above, *ROWS, (), ("合计", 2)]})
    text = "12345工单明细表,\n单位：某局,日期\n\n编号,内容\n1,路灯不亮\n2,车位涨价\n\n合计,2\n".encode()
    for source in (file, text):
        assert [one.values for one in rows(source)] == [
            {"编号": "1", "内容": "路灯不亮"},
            {"编号": "2", "内容": "车位涨价"},
        ]
    assert [one.line for one in rows(file)] == [5, 6]


def test_the_first_sheet_that_fits_is_read_and_the_others_that_would_have_are_named(tmp_path: Path) -> None:
    other = [("项目", "件数"), ("路灯", "3")]
    sheets: dict[str, Sequence[Sequence[object]]] = {
        "说明": [("看这里",)],
        "汇总": other,
        "十一月": ROWS,
        "十二月": ROWS[:2],
    }
    file = book(tmp_path / "a.xlsx", sheets)
    with open_table(file, fits=has_words) as table:
        assert (table.sheet, table.also, table.line) == ("十一月", ("十二月",), 1)
    assert len(rows(file, sheet="十二月")) == 1
    assert [one.values for one in rows(file, sheet=" 汇总 ")] == [{"项目": "路灯", "件数": "3"}]
    assert "看得见的有：说明、汇总、十一月、十二月" in fault(file, sheet="一月")
    assert "没有工作表，请去掉 --sheet" in fault(b"a,b\n1,2\n", sheet="x")


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    import openpyxl

    file = book(tmp_path / "a.xlsx", {"甲": ROWS, "乙": ROWS[:2]})
    workbook = openpyxl.load_workbook(file)
    workbook["甲"].sheet_state = "veryHidden"
    workbook.save(file)
    assert len(rows(file)) == 1
    assert "隐藏的，请取消隐藏" in fault(file, sheet="甲")


def test_a_sheet_that_nothing_fits_is_read_as_it_begins(tmp_path: Path) -> None:
    with open_table(book(tmp_path / "a.xlsx", {"空": [], "工单": [("甲", "乙"), ("1", "2")]})) as table:
        assert (table.sheet, table.columns) == ("工单", ("甲", "乙"))
    assert "没有一个看得见的工作表有内容" in fault(book(tmp_path / "b.xlsx", {"空": []}))


def test_where_a_cell_leads_is_told_in_the_column_that_is_asked_for_it() -> None:
    data = row(1, "编号", "内容", "链接") + row(2, "1", "路灯", "查看")
    counted = '<c t="str"><f>HYPERLINK("https://example.invalid/2","查看")</f><v>查看</v></c>'
    source = handmade(
        data + row(3, "2", "车位", counted) + row(4, "3", "警报", "见下"),
        behind='<hyperlinks><hyperlink ref="C2" r:id="r9"/><hyperlink ref="C4" r:id="r8"/></hyperlinks>',
        links='Id="r9" Type="x/hyperlink" Target="https://example.invalid/1" TargetMode="External"/>'
        '<Relationship Id="r8" Type="x/hyperlink" Target="sheet2.xml"',
    )
    assert [one.values["链接"] for one in rows(source)] == ["查看", "查看", "见下"]
    told = [one.values["链接"] for one in rows(source, url="链接")]
    assert told == ["https://example.invalid/1", "https://example.invalid/2", "见下"]


@pytest.mark.parametrize(
    ("properties", "day"), [("", "2023-03-15 12:00:00"), ('date1904="1"', "2027-03-16 12:00:00")]
)
def test_a_bare_number_under_a_heading_for_times_is_a_day(properties: str, day: str) -> None:
    data = row(1, "编号", "内容", "时间") + row(2, "45000", "路灯", "<c><v>45000.5</v></c>")
    (one,) = rows(handmade(data, properties=properties), time="时间")
    assert one.values == {"编号": "45000", "内容": "路灯", "时间": day}
    (one,) = rows("编号,内容,时间\n45000,路灯,45000.5\n".encode(), time="时间")
    assert one.values["时间"] == "2023-03-15 12:00:00"


def test_an_error_of_a_spreadsheet_is_no_value() -> None:
    data = row(1, "编号", "内容") + row(2, '<c t="e"><v>#N/A</v></c>', "路灯")
    assert rows(handmade(data))[0].values == rows("编号,内容\n#N/A,路灯\n".encode())[0].values


def test_a_line_may_end_early_where_that_is_allowed() -> None:
    body = "编号,内容,备注\n1,路灯\n".encode()
    assert "有 2 列，表头是 3 列" in rows(body)[0].fault
    with open_table(body, fits=has_words, ragged=True) as table:
        assert [one.values for one in table.rows()] == [{"编号": "1", "内容": "路灯", "备注": ""}]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"),
        (b"PK\x03\x04xx", "损坏.*另存为 .xlsx 或 CSV"),
        (b"\xd0\xcf\x11\xe0xx", ".xls 或 .et.*另存为 .xlsx 或 CSV"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "加了密码.*取消密码"),
        (b"\x00" * 40, "UTF-8 或 GBK"),
        (b"\xff\xfe\x00\x00", "UTF-8 或 GBK"),
        ("\ufeff\n<html><table><tr><td>内容".encode(), "其实是网页"),
    ],
)
@pytest.mark.parametrize("on_disk", [True, False])
def test_what_is_no_table_is_refused_with_a_remedy(
    tmp_path: Path, data: bytes, says: str, on_disk: bool
) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(data)
    with pytest.raises(Misconfigured, match=says), open_table(path if on_disk else data, name="a.xls"):
        pass


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "没有这个文件" in fault(tmp_path / "a.xlsx")


def test_a_table_can_be_read_again_and_in_between(tmp_path: Path) -> None:
    def firsts(table: Table) -> list[str]:
        return [first.values["编号"] for first, _ in zip(table.rows(), table.rows(), strict=True)]

    for source in (book(tmp_path / "a.xlsx", {"工单": ROWS}), "编号,内容\n1,路灯\n2,车位\n".encode()):
        with open_table(source, fits=has_words) as table:
            assert firsts(table) == firsts(table) == ["1", "2"]
            assert table.headings() == ["编号", "内容"]
