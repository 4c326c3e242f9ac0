from __future__ import annotations

from io import StringIO

import pytest

from huiying.tables import Row, open_table
from huiying.tables.delimited import json_rows


def rows(text: str) -> list[Row]:
    with open_table(text.encode(), name="a.csv") as table:
        return list(table.rows())


def test_rows_keep_the_line_they_begin_at() -> None:
    assert [row.line for row in rows('编号,内容\n1,"甲\n乙"\n2,丙\n')] == [2, 4]


@pytest.mark.parametrize(("mark", "format"), [(",", "csv"), ("\t", "tsv"), (";", "ssv")])
def test_what_stands_between_two_cells_is_seen_in_the_first_line(mark: str, format: str) -> None:
    with open_table(f"编号{mark}内容\n1{mark}路灯\n".encode(), name="a.txt") as table:
        assert table.format == format
        assert [row.values for row in table.rows()] == [{"编号": "1", "内容": "路灯"}]


def test_a_quote_left_open_costs_its_own_line_and_no_other() -> None:
    lines = [f"{number},内容{number}" for number in range(1, 21)]
    lines[2] = '3,"没有关上的引号'
    read = rows("编号,内容\n" + "\n".join(lines) + "\n")
    assert [row.line for row in read if row.fault] == [4]
    assert "引号" in read[2].fault
    assert [row.values["编号"] for row in read if not row.fault] == ["1", "2", *map(str, range(4, 21))]


def test_a_quote_left_open_in_a_long_file_is_found_before_its_end() -> None:
    read = rows("编号,内容\n" + '1,"开\n' + "".join(f"{n},好\n" for n in range(2, 2000)))
    assert len([row for row in read if not row.fault]) == 1998


def test_a_line_that_is_no_object_is_told_and_the_next_one_read() -> None:
    read = list(json_rows(StringIO('{"a": \n[1]\n\n{"a": null, "b": [1]}\n{"a": "\udcff"}\n')))
    assert [(row.line, row.fault, row.values) for row in read] == [
        (1, "不是完整的 JSON", {}),
        (2, "这一行不是一个 JSON 对象", {}),
        (4, "", {"a": "", "b": "[1]"}),
        (5, "这一行里有读不出的字节，编码已损坏", {}),
    ]
