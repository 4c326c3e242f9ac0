from __future__ import annotations

from collections.abc import Sequence

import pytest

from huiying.tables.lines import Line, below, find, headings


def lines(*each: Sequence[str]) -> list[Line]:
    return [Line(number=number, cells=cells) for number, cells in enumerate(each, 1)]


def fits(cells: Sequence[str]) -> bool:
    return "内容" in cells


def found(*each: Sequence[str]) -> int:
    header = find(lines(*each), fits)
    return header.number if header else 0


def test_the_headings_are_the_first_line_that_fits() -> None:
    assert (
        found(["工单明细"], ["单位：某局", "", "11月"], ["编号", "内容", "时间"], ["1", "路灯", "昨天"]) == 3
    )


def test_headings_of_two_storeys_are_those_of_the_lower_one() -> None:
    assert found(["编号", "内容", "诉求"], ["编号", "内容", "标题"], ["1", "路灯", "灯"]) == 2


def test_where_nothing_fits_a_title_is_not_taken_for_headings() -> None:
    assert found(["工单明细", "", ""], [], ["甲", "乙", "丙"], ["1", "2", "3"]) == 3
    assert found(["甲", "乙"], ["1", "2"]) == 1
    assert found([" "], []) == 0


def test_headings_lose_the_line_breaks_of_narrow_columns() -> None:
    assert headings(Line(number=1, cells=["\ufeff编号 ", "诉求\r\n 内容", ""])) == ("编号", "诉求内容", "")


@pytest.mark.parametrize(
    "last", [["合计", "2"], ["总 计：", "", "12 件"], ["", "共计 20 条"], ["小计", "98.5%", "1,024"]]
)
def test_a_sum_at_the_end_is_no_row(last: list[str]) -> None:
    header, *rest = lines(["编号", "内容"], ["1", "路灯"], last, [])
    assert [line.number for line in below(rest, header)] == [2]


@pytest.mark.parametrize("last", [["合计", "要求公示收费"], ["合计费用太高", "2"], ["3", "合计"]])
def test_words_at_the_end_are_a_row(last: list[str]) -> None:
    header, *rest = lines(["编号", "内容"], ["1", "路灯"], last)
    assert [line.number for line in below(rest, header)] == [2, 3]


def test_a_sum_between_the_rows_is_kept_and_so_is_everything_that_is_broken() -> None:
    broken = Line(number=1, fault="引号没有配对")
    header = Line(number=2, cells=["编号", "内容"])
    rest = [Line(number=3, cells=["小计", "1"]), Line(number=4, cells=["1", "路灯"])]
    dark = Line(number=5, cells=["", ""], unread={1: "是公式"})
    kept = below([broken, header, *rest, Line(number=6, cells=["", " "]), dark], header)
    assert [line.number for line in kept] == [1, 3, 4, 5]
