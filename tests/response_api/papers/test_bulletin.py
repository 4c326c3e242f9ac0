"""舆情快报: what is known and what is not, on one page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiying.contracts import Case, Level, Occurrence, Place, Publicity, SignalKind, SignalSeen, StatementKind
from huiying.ports import Engine
from response_api.papers.bulletin import bulletin
from tests.factories import NOW, a_case, a_route, a_severity, a_statement, an_answered_case
from tests.response_api.papers.matters import (
    assert_nobody_stands_in,
    heard,
    material,
    opened,
    ordered,
    text_of,
)


@pytest.fixture
def case(engine: Engine) -> Case:
    return heard(engine)


def test_it_says_what_when_where_whence_and_what_is_to_do(engine: Engine, case: Case) -> None:
    told = text_of(bulletin(material(engine, case)))
    for part in (
        "舆情快报",
        "2026年11月23日13时00分",
        "河南省郑州市中原区（原文写明）",
        "据反映：中原区锦绣花园开发商把人防车位只租不售",
        "社交平台“本地生活公众号”",
        "共1条，其中原发1条",
        "由郑州市人民防空办公室牵头办理，依据：《人民防空法》第五条",
        "最先到期：签收",
    ):
        assert part in told
    assert_nobody_stands_in(bulletin(material(engine, case)))


def test_a_claim_is_marked_and_what_nobody_said_is_unknown(engine: Engine, case: Case) -> None:
    told = text_of(bulletin(material(engine, case)))
    assert "“网传地下车库塌了，两个人没出来！”（网传，待核实）" in told
    assert "死亡未知（待核）；受伤未知（待核）" in told
    blank = a_case(place=Place(), occurred=Occurrence(), title="", lead="", units=())
    empty = text_of(bulletin(material(engine, blank)))
    assert empty.count("未知（待核）") >= 6
    assert "系统中尚无处置记录，现场处置情况未知（待核）" in empty


def test_what_was_published_and_not_open_is_called_no_public_answer(engine: Engine) -> None:
    result = a_statement("x", kind=StatementKind.RESULT, publicity=Publicity.ON_REQUEST)
    told = text_of(bulletin(material(engine, an_answered_case(result))))
    assert "日9时30分发布处理结果（依申请公开）" in told and "公开回应" not in told
    assert "日9时30分公开回应" in text_of(bulletin(material(engine, an_answered_case())))


def test_casualties_say_whose_word_they_are(engine: Engine) -> None:
    def seen(kind: SignalKind, amount: float | None, *, claimed: bool) -> SignalSeen:
        return SignalSeen(kind=kind, amount=amount, claimed=claimed, detail="", evidence=())

    case = a_case(
        signals=(
            seen(SignalKind.DEATHS, 2, claimed=True),
            seen(SignalKind.INJURIES, 3, claimed=False),
            seen(SignalKind.MISSING, None, claimed=True),
        )
    )
    told = text_of(bulletin(material(engine, case)))
    assert "死亡2人（网传，待核实）；受伤3人（官方信息）；失联有，数量待核（网传，待核实）" in told


def test_the_level_is_the_offices_own_and_what_it_could_come_to(engine: Engine) -> None:
    case = a_case(severity=a_severity(level=Level.LARGER, possible=Level.MAJOR))
    told = text_of(bulletin(material(engine, case)))
    assert "III级（较大），系统初评；未知各项若取最高可达重大（不是突发事件等级）" in told


def test_what_the_record_has_of_the_handling_stands_in_it(engine: Engine, case: Case) -> None:
    told = text_of(bulletin(material(engine, ordered(engine, case))))
    assert "2026年11月23日10时00分确认；2026年11月23日10时01分交郑州市人民防空办公室办理" in told


def test_what_only_people_can_write_is_left_to_them(engine: Engine, case: Case) -> None:
    document = opened(bulletin(material(engine, case)))
    fields = {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows}
    assert fields["领导批示"] == ""
    texts = [one.text for one in document.paragraphs]
    assert any(text.startswith("报告人：") and "核稿人：" in text for text in texts)
    assert "密级" not in "".join(texts)


def test_a_restricted_matter_says_so_first(engine: Engine, case: Case) -> None:
    restricted = replace(
        case, route=a_route(restricted=True), severity=replace(case.severity, restricted="纪检通道")
    )
    assert "限制知悉事项（纪检通道）" in text_of(bulletin(material(engine, restricted)))
    assert "限制知悉" not in text_of(bulletin(material(engine, case, NOW)))
