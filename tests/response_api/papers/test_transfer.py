"""转办函: to whom outside, on what article, with what was said, and nobody named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiying.contracts import Case
from huiying.ports import Engine
from response_api.papers.transfer import MOST_POSTS, transfer
from tests.factories import a_line
from tests.response_api.papers.matters import (
    assert_nobody_stands_in,
    heard,
    material,
    opened,
    said,
    text_of,
)


@pytest.fixture
def case(engine: Engine) -> Case:
    return heard(engine)


def test_the_letter_names_whom_it_is_for_and_the_article_relied_on(engine: Engine, case: Case) -> None:
    told = text_of(transfer(material(engine, case)))
    assert "住房城乡建设（物业）、发展改革（价格）、市场监管、自然资源：" in told
    assert (
        "《人民防空法》第五条；《河南省实施〈人民防空法〉办法》第十八条（依据法律法规、比照办理、按惯例，待核实）"
        in told
    )
    assert "（网传，待核实）" in told
    for blank in ("文号：", "请于以下时间前反馈：", "联系人：", "电话："):
        assert blank in told
    assert told.index("联系人：") < told.index("河南省人民防空办公室\n2026年11月23日")
    assert_nobody_stands_in(transfer(material(engine, case)))


def test_excerpts_are_of_what_can_be_read_a_few_and_masked(engine: Engine, case: Case) -> None:
    (table,) = opened(transfer(material(engine, case))).tables
    (row,) = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert row[1] == "社交平台“本地生活公众号”" and "（手机号码略）" in row[2] and "（账号略）" in row[2]
    filled = material(engine, case)
    many = tuple(a_line(reading=said(f"第{number}号楼的车位也只租不售")) for number in range(9))
    (table,) = opened(transfer(replace(filled, lines=many))).tables
    assert len(table.rows) == MOST_POSTS + 1
    assert opened(transfer(replace(filled, lines=()))).tables == []
