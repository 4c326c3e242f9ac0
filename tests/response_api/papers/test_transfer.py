"""转办函: to one body outside, on its own ground, with what was said, nobody named, and nothing of what we owe."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import Case, OutsideBody, Referral
from huiying.ports import Engine
from response_api.papers.addressees import Addressee, addressee, addressees
from response_api.papers.transfer import MOST_POSTS, transfer
from tests.factories import NOW, a_line
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


PRICES = Addressee(
    to=OutsideBody(body="价格主管部门", ground="停车收费的价格管理", article="《价格法》第五条", basis="L")
)


def letter(engine: Engine, case: Case, to: Addressee = PRICES) -> str:
    return text_of(transfer(material(engine, case), to))


def test_the_letter_is_for_one_body_and_says_why_it_is_theirs(engine: Engine, case: Case) -> None:
    told = letter(engine, case)
    assert "\n价格主管部门：" in told
    assert "上述情况涉及停车收费的价格管理，依据《价格法》第五条，属于贵单位职责。" in told
    for other in ("住房城乡建设", "市场监管", "自然资源"):
        assert other not in told
    assert "（网传，待核实）" in told
    for blank in ("文号：", "请于以下时间前反馈：", "联系人：", "电话："):
        assert blank in told
    assert told.index("联系人：") < told.index("河南省人民防空办公室\n2026年11月23日")
    assert_nobody_stands_in(transfer(material(engine, case), PRICES))


def test_it_tells_nothing_of_why_the_matter_is_ours_or_what_we_owe_by_when(
    engine: Engine, case: Case
) -> None:
    told = letter(engine, case)
    assert case.clocks, "there is something to keep to ourselves"
    for inside in ("时限", "签收", "办内要求", "法定", case.route.article, "牵头", "属地管理"):
        assert inside not in told
    assert not any(clock.rule.citation in told for clock in case.clocks)


def test_the_day_that_was_asked_for_and_a_rule_that_is_not_verified_are_said(
    engine: Engine, case: Case
) -> None:
    told = letter(
        engine,
        case,
        replace(PRICES, to=replace(PRICES.to, basis="L,K"), due_at=NOW + timedelta(days=10)),
    )
    assert "依据《价格法》第五条（待核），属于贵单位职责" in told
    assert "请于2026年12月3日10时00分前反馈。" in told and "请于以下时间前反馈" not in told


def test_where_the_rules_name_the_body_alone_the_ground_is_left_to_fill_in(
    engine: Engine, case: Case
) -> None:
    told = letter(engine, case, Addressee(to=OutsideBody(body="价格主管部门")))
    assert "属于贵单位的职责：" in told and "所依据的规定：" in told


def test_a_lead_for_an_inquiry_is_a_letter_of_its_own_kind(engine: Engine, case: Case) -> None:
    told = letter(engine, case, Addressee(to=replace(PRICES.to, body="公安机关", clue=True)))
    assert "线索的函" in told and "关于移交" in told and "依法核查处理" in told
    assert "转办" not in told


def test_a_case_has_a_letter_for_each_body_as_it_was_handed_over(engine: Engine, case: Case) -> None:
    named = addressees(case)
    assert [one.number for one in named] == list(range(1, len(named) + 1))
    assert len({one.to.body for one in named}) == len(named) >= 4
    sent = Referral(
        id="r1",
        to=replace(named[1].to, ground="另写的职责"),
        by="duty",
        at=NOW,
        due_at=NOW + timedelta(days=3),
    )
    other = replace(sent, id="r2", to=OutsideBody(body="市水利局", ground="河道管理", article="某条例"))
    case = replace(case, referrals=(sent, other))
    assert len(addressees(case)) == len(named) + 1
    found = addressee(case, named[1].to.body)
    assert found and (found.to.ground, found.due_at) == ("另写的职责", NOW + timedelta(days=3))
    assert addressee(case, "") is None and addressee(case, "没有的单位") is None
    assert addressees(replace(case, route=replace(case.route, restricted=True))) == ()


def test_excerpts_are_of_what_can_be_read_a_few_and_masked(engine: Engine, case: Case) -> None:
    (table,) = opened(transfer(material(engine, case), PRICES)).tables
    (row,) = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert row[1] == "社交平台“本地生活公众号”" and "（手机号码略）" in row[2] and "（账号略）" in row[2]
    filled = material(engine, case)
    many = tuple(a_line(reading=said(f"第{number}号楼的车位也只租不售")) for number in range(9))
    (table,) = opened(transfer(replace(filled, lines=many), PRICES)).tables
    assert len(table.rows) == MOST_POSTS + 1
    assert opened(transfer(replace(filled, lines=()), PRICES)).tables == []
