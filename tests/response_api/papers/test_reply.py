"""处置情况报告: what was found and done, and where the public can read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from huiying import retention
from huiying.contracts import (
    Appearance,
    Case,
    DeliveryState,
    Publicity,
    StatementKind,
    StopReason,
    Suspension,
)
from huiying.ports import Engine
from huiying.tomlfile import DEFAULTS
from response_api.papers.brief import brief
from response_api.papers.reply import reply
from tests.factories import NOW
from tests.response_api import office
from tests.response_api.papers.matters import (
    ADDRESS,
    FINDING,
    HOUR,
    answered,
    assert_nobody_stands_in,
    closed,
    heard,
    material,
    opened,
    text_of,
)
from tests.triage.people import WORDS
from tests.triage.statements import owed
from triage.erasure import Erasure
from triage.publishing import Part


@pytest.fixture
def case(engine: Engine) -> Case:
    return answered(engine, heard(engine))


def facts(engine: Engine, case: Case) -> dict[str, str]:
    filled = material(engine, case)
    table = opened(reply(replace(filled, published=case.statements))).tables[0]
    return {row.cells[0].text: row.cells[1].text for row in table.rows}


def test_where_else_the_answer_stands_is_told_with_its_address(engine: Engine, case: Case) -> None:
    there = Appearance(
        number=1,
        channel="wechat",
        where="示例公众号",
        url="https://a.example/1",
        at=NOW,
        by="fa",
        noted_at=NOW,
    )
    paper = replace(there, number=2, channel="press", where="示例日报", url="")
    gone = replace(there, number=3, where="旧账号", removed_at=NOW)
    (one,) = case.statements
    told = facts(engine, replace(case, statements=(replace(one, appearances=(there, paper, gone)),)))
    assert "示例公众号：https://a.example/1" in told["网址"] and "旧账号" not in told["网址"]
    assert "示例日报：2026-11-23 10:00登载" in told["网址"]


def test_findings_measures_and_plan_are_those_that_people_wrote(engine: Engine, case: Case) -> None:
    told = text_of(reply(material(engine, case)))
    assert "关于“中原区锦绣花园开发商把人防车位只租不售" in told
    for words in (FINDING, WORDS[Part.FACTS], WORDS[Part.MEASURES], WORDS[Part.NEXT]):
        assert words in told
    assert "尚未发布处理结果。" in told
    assert "0371-12345678" not in told, "how to reach whoever writes is for them to fill in"
    assert_nobody_stands_in(reply(material(engine, case)))


def test_the_public_answer_has_its_address_time_and_digest(engine: Engine, case: Case) -> None:
    (one,) = case.statements
    told = facts(engine, case)
    assert told["网址"] == f"本系统公开页：{ADDRESS}/public/statements/{one.id}"
    assert told["内容哈希"] == f"SHA-256 {one.sha256}"
    assert told["发布时间"] == "2026-11-23 12:00:00"
    assert told["签发"] == "主要负责人，2026-11-23 11:00:00"
    assert told["类型"] == "回应；主动公开"


def test_other_outlets_are_named_with_where_it_stands_there(engine: Engine, case: Case) -> None:
    (one,) = case.statements
    sent = replace(owed("webhook"), state=DeliveryState.DELIVERED, url="http://127.0.0.1/news/1\u202e")
    both = replace(case, statements=(replace(one, publications=(sent,)),))
    assert facts(engine, both)["网址"].endswith("单位网站：http://127.0.0.1/news/1")
    failed = replace(case, statements=(replace(one, publications=(owed("webhook"),)),))
    assert facts(engine, failed)["网址"].endswith("单位网站：未上网")


def test_what_is_not_for_the_public_has_its_ground_and_neither_address_nor_digest(
    engine: Engine, case: Case
) -> None:
    (one,) = case.statements
    hidden = replace(case, statements=(replace(one, publicity=Publicity.CLOSED, publicity_reason="privacy"),))
    told = facts(engine, hidden)
    assert told["不主动公开理由"].startswith("涉及商业秘密、个人隐私")
    assert "网址" not in told and "内容哈希" not in told


def test_of_several_answers_the_result_speaks(engine: Engine) -> None:
    case = answered(engine, heard(engine), StatementKind.RESULT)
    told = text_of(reply(material(engine, case)))
    assert "处理结果已形成，见公开答复中的第1号文稿。" in told and "尚未发布" not in told


def test_follow_up_and_kept_hours_stand_in_it_once_it_is_closed(engine: Engine) -> None:
    case = closed(engine, heard(engine))
    told = text_of(reply(material(engine, case, NOW + 32 * HOUR)))
    assert "2026年11月24日16时00分，已经解决。业主说已经能按月租" in told
    terms = opened(reply(material(engine, case, NOW + 32 * HOUR))).tables[-1]
    rows = {row.cells[0].text: row.cells[4].text for row in terms.rows[1:]}
    assert rows["回应"] == "按时" and rows["签收"] == "按时"


def test_bytes_that_are_lost_or_spoilt_are_not_made_up(engine: Engine, case: Case) -> None:
    filled = material(engine, case)
    (one,) = case.statements
    for body in (None, b"something else"):
        told = text_of(reply(replace(filled, bodies={one.sha256: body})))
        assert "已发布文稿的原文不在库里，未知（待核）。" in told
        assert WORDS[Part.FACTS] not in told
    assert "库中缺失" in text_of(reply(replace(filled, bodies={})))


def test_an_erased_file_gives_what_was_published_and_what_is_counted(engine: Engine, tmp_path: Path) -> None:
    case = closed(engine, heard(engine))
    erasure = Erasure(engine, office.names(), retention.load(DEFAULTS), tmp_path)
    erasure.announce(NOW)
    later = NOW + timedelta(days=366 * 11)
    assert erasure.sweep(later) == 1
    filled = material(engine, engine.cases.get(case.id), later)
    told = text_of(reply(filled))
    assert "内容已清除" in told and "本件只载留存的时间、等级、数量和办理经过" in told
    assert "关于一件内容已清除的事项的处置情况报告" in told
    assert WORDS[Part.MEASURES] in told and case.statements[0].sha256 in told, "what is public stays"
    for gone in (FINDING, "据反映", "业主说已经能按月租", "地下车库塌了"):
        assert gone not in told and gone not in text_of(brief(filled))


def test_a_finding_that_was_erased_is_said_to_be(engine: Engine, case: Case) -> None:
    told = text_of(reply(replace(material(engine, case), read=lambda _: None)))
    assert "（原文已按规定清除）" in told and FINDING not in told


def test_what_is_hidden_is_quoted_in_no_paper(engine: Engine, case: Case) -> None:
    (one,) = case.statements
    stop = Suspension(at=NOW, by="baomi", reason=StopReason.PERSONAL, words="")
    silent = replace(one, suspensions=(stop,))
    hidden = replace(material(engine, case), published=(silent,))
    told = text_of(reply(hidden))
    for words in (one.title, WORDS[Part.FACTS], WORDS[Part.MEASURES], WORDS[Part.NEXT]):
        assert words not in told
    assert "已暂停公开，不在这里引用" in told and "涉及个人信息" in told and one.sha256 in told
    assert f"/public/statements/{one.id}" not in told
    new = replace(one, id=f"{one.id}x", number=2, corrects=one.id)
    told = text_of(reply(replace(hidden, published=(new, silent))))
    assert "更正第1号" in told and "见第2号" in told and WORDS[Part.FACTS] in told
