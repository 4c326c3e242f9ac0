from __future__ import annotations

import pytest

from huiying.errors import Misconfigured
from huiying.tables import Row, open_table, sheets
from huiying.tables.strings import LONGEST
from tests.huiying.tables.books import MAIN, STRICT, handmade, row

HEAD = row(1, "编号", "内容", "区县")


def read(data: str, *, behind: str = "", strings: str = "", namespace: str = MAIN) -> list[Row]:
    made = handmade(HEAD + data, behind=behind, strings=strings, namespace=namespace)
    with open_table(made, name="a", fits=lambda headings: "内容" in headings) as table:
        return list(table.rows())


def values(data: str, **more: str) -> list[list[str]]:
    return [list(one.values.values()) for one in read(data, **more)]


def test_a_sheet_that_says_it_is_one_cell_or_a_million_lines_is_read_as_it_is() -> None:
    far = row(1_048_576, "9", "最后一行")
    assert [one.line for one in read(row(2, "1", "路灯") + '<row r="3"/>' + far)] == [2, 1_048_576]


def test_lines_and_cells_without_a_place_follow_each_other_and_gaps_are_empty() -> None:
    data = '<row><c t="str"><v>1</v></c><c r="c2" t="str"><v>甲区</v></c></row>'
    assert values(data) == [["1", "", "甲区"]]


def test_shared_inline_and_computed_words_are_words() -> None:
    data = (
        '<row r="2"><c t="s"><v>0</v></c><c t="inlineStr"><is><r><t>路</t></r><r><t>灯</t></r>'
        '<rPh sb="0" eb="1"><t>lu</t></rPh></is></c><c t="str"><f>A1&amp;B1</f><v>甲_x000D_\n乙</v></c></row>'
    )
    assert values(data, strings="<si><t>W1</t></si>") == [["W1", "路灯", "甲\r\n乙"]]


def test_truths_errors_and_days_in_words() -> None:
    data = row(
        2, '<c t="b"><v>1</v></c>', '<c t="e"><v>#N/A</v></c>', '<c t="d"><v>2026-11-20T08:30:00</v></c>'
    )
    assert values(data) == [["TRUE", "", "2026-11-20 08:30:00"]]


def test_a_formula_counts_with_the_result_that_is_stored() -> None:
    data = row(2, "<c><f>1+1</f><v>2</v></c>", '<c t="str"><f>""</f><v></v></c>', "x")
    (one,) = read(data)
    assert list(one.values.values()) == ["2", "", "x"] and not one.unread


def test_a_formula_without_a_result_and_a_cell_that_makes_no_sense_are_told_by_their_heading() -> None:
    data = row(2, "1", "<c><f>A1</f><v/></c>", '<c t="s"><v>7</v></c>') + row(3, "<c><v>NaN</v></c>", "灯")
    first, second = read(data)
    assert "没有存它的结果" in first.unread["内容"] and "读不出" in first.unread["区县"]
    assert set(second.unread) == {"编号"} and second.values["内容"] == "灯"


def test_a_picture_that_wps_keeps_in_a_cell_is_no_text() -> None:
    cell = '<c t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
    assert values(row(2, "1", "灯", cell)) == [["1", "灯", ""]]


def test_merged_cells_say_their_value_again_downwards_and_not_to_the_right() -> None:
    data = row(2, "1", "灯", "魏都区") + row(3, "2", "路", "") + row(4, "3", "", "") + row(5, "4", "", "")
    merged = '<mergeCells><mergeCell ref="C2:C4"/><mergeCell ref="A5:B5"/></mergeCells>'
    assert values(data, behind=merged) == [
        ["1", "灯", "魏都区"],
        ["2", "路", "魏都区"],
        ["3", "", "魏都区"],
        ["4", "", ""],
    ]


def test_a_record_that_is_merged_over_several_lines_is_one_row() -> None:
    data = row(2, "1", "灯", "魏都区") + row(3, "", "", "") + '<row r="4"/>' + row(5, "2", "路", "")
    merged = "".join(f'<mergeCell ref="{column}2:{column}4"/>' for column in "ABC")
    assert values(data, behind=f"<mergeCells>{merged}</mergeCells>") == [
        ["1", "灯", "魏都区"],
        ["2", "路", ""],
    ]


def test_headings_of_two_storeys_are_read_as_they_are_seen() -> None:
    made = handmade(
        row(1, "编号", "诉求", "") + row(2, "", "标题", "内容") + row(3, "1", "灯", "路灯不亮"),
        behind='<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/></mergeCells>',
    )
    with open_table(made, fits=lambda headings: "内容" in headings) as table:
        assert [one.values for one in table.rows()] == [{"编号": "1", "标题": "灯", "内容": "路灯不亮"}]


def test_the_strict_form_of_the_format_is_read_too() -> None:
    assert values(row(2, "1", "灯", "区"), namespace=STRICT) == [["1", "灯", "区"]]


def test_a_line_with_more_words_than_any_has_is_set_aside_and_the_next_one_read() -> None:
    first, second = read(row(2, "1", "长" * (LONGEST + 1)) + row(3, "2", "灯"))
    assert "超过" in first.fault and second.values["内容"] == "灯"
    many = "".join('<c t="s"><v>0</v></c>' for _ in range(20))
    (one,) = read(f'<row r="2">{many}</row>', strings=f"<si><t>{'长' * (LONGEST // 10)}</t></si>")
    assert "超过" in one.fault, "words that are stored once and said often"


def test_columns_beyond_any_table_are_left_alone() -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>'
    with open_table(handmade(far)) as table:
        assert table.columns == ("1",)


def test_what_is_said_often_is_bounded_in_all() -> None:
    made = handmade(
        HEAD + "".join(row(number, "1", '<c t="s"><v>0</v></c>') for number in range(2, 300)),
        strings=f"<si><t>{'长' * 1000}</t></si>",
    )
    with pytest.raises(Misconfigured, match="解开以后超过"), open_table(made, most=100_000) as table:
        list(table.rows())


def test_merged_cells_without_number_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_MOST_MARKS", 10)
    merged = "".join(f'<mergeCell ref="C{n}:C{n + 1}"/>' for n in range(2, 24, 2))
    with pytest.raises(Misconfigured, match="合并的单元格"):
        read(row(2, "1", "灯"), behind=f"<mergeCells>{merged}</mergeCells>")


@pytest.mark.parametrize("data", ['<row r="0"/>', '<row r="1048577"/>', '<row r="2"><c r="7"/></row>'])
def test_a_place_that_does_not_exist_makes_a_broken_file(data: str) -> None:
    with pytest.raises(Misconfigured, match="损坏"):
        read(data)
