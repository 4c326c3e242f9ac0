from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

import pytest

from huiying.tables.lines import Line, below, find, headings
from tests.quick import within


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
    assert headings(Line(number=1, cells=["\ufeff\n编号\r", "诉求 \n\n\t内 容"])) == ("编号", "诉求内 容")


@pytest.mark.parametrize(
    "last",
    [
        ["合计", "2"],
        ["总 计：", "", "12 件"],
        ["", "共计 20 条"],
        ["小计", "98.5%", "1,024"],
        ["合   计 ： 3  件", "5 %"],
    ],
)
def test_a_sum_at_the_end_is_no_row(last: list[str]) -> None:
    header, *rest = lines(["编号", "内容"], ["1", "路灯"], last, [])
    assert [line.number for line in below(rest, header)] == [2]


@pytest.mark.parametrize(
    "last",
    [["合计", "要求公示收费"], ["合计费用太高", "2"], ["3", "合计"], ["合计", "1 2"], ["合计", "1" * 50]],
)
def test_words_at_the_end_are_a_row(last: list[str]) -> None:
    header, *rest = lines(["编号", "内容"], ["1", "路灯"], last)
    assert [line.number for line in below(rest, header)] == [2, 3]


@pytest.mark.parametrize("cells", [["合计" + " " * 50_000 + "x"], ["合计", "1" + " " * 50_000 + "x"]])
def test_a_cell_made_to_look_like_a_sum_without_end_is_a_row_and_read_at_once(cells: list[str]) -> None:
    header, *rest = lines(["编号", "内容"], cells)
    assert [line.number for line in below(rest, header)] == [2]
    assert within(0.02, repeat(lambda: list(below(rest, header))))


def test_a_heading_of_blanks_without_end_is_read_at_once() -> None:
    line = Line(number=1, cells=["编" + " " * 50_000 + "号", "编" + "\r\n " * 20_000 + "号"])
    assert headings(line)[1] == "编号"
    assert within(0.1, repeat(lambda: headings(line)))


def test_a_sum_between_the_rows_is_kept_and_so_is_everything_that_is_broken() -> None:
    broken = Line(number=1, fault="引号没有配对")
    header = Line(number=2, cells=["编号", "内容"])
    rest = [Line(number=3, cells=["小计", "1"]), Line(number=4, cells=["1", "路灯"])]
    dark = Line(number=5, cells=["", ""], unread={1: "是公式"})
    kept = below([broken, header, *rest, Line(number=6, cells=["", " "]), dark], header)
    assert [line.number for line in kept] == [1, 3, 4, 5]
