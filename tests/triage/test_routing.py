"""Routing is written law: topic, then locality, with the article; and nobody falls through."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from huiying import tomlfile
from huiying.contracts import Certainty, Level, Place, Profile, Route, SignalKind, SignalSeen
from tests.factories import NOW, a_case, a_severity
from tests.triage.test_tickets import a_ticket
from tests.triage.texts import place, policy
from triage.policy import Policy, load
from triage.routing import HANDED_OVER, route

ZHENGZHOU = place("郑州市", "中原区")
NOWHERE = Place()


def routed(topic: str, where: Place = ZHENGZHOU, now: datetime = NOW, **more: Any) -> Route:
    return route(a_case(topic=topic, place=where, **more), policy(), now)


def test_one_city_leads_with_the_article_relied_on() -> None:
    found = routed("T01")
    assert found.lead == "zhengzhou"
    assert "《人民防空法》第五条" in found.article
    assert "属地" in found.why
    assert found.assist == ()


def test_from_major_on_the_province_joins() -> None:
    assert routed("T05", severity=a_severity(level=Level.MAJOR)).assist[0] == "henan.zhihuitongxin"
    watched = routed("T05", severity=a_severity(level=Level.LARGER))
    assert watched.assist == ()
    assert watched.inform[0] == "省人防办指挥通信处"


def test_several_cities_are_led_by_the_province() -> None:
    found = routed("T05", profile=Profile(places=("410102", "410300")))
    assert found.lead == "henan.zhihuitongxin"
    assert set(found.assist) >= {"zhengzhou", "luoyang"}


def test_two_districts_of_one_city_are_one_city() -> None:
    assert routed("T05", profile=Profile(places=("410102", "410105"))).lead == "zhengzhou"


@pytest.mark.parametrize(
    ("year", "lead"), [(2013, "zhengzhou"), (2016, "gongyi"), (2023, "gongyi"), (2026, "zhengzhou")]
)
def test_a_county_under_the_province_answers_itself_while_that_holds(year: int, lead: str) -> None:
    gongyi = Place(
        province="河南省", city="郑州市", county="巩义市", code="410181", certainty=Certainty.STATED
    )
    assert routed("T01", gongyi, datetime(year, 6, 1, tzinfo=UTC)).lead == lead


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("航空港区某工地人防门缺失", "hangkonggang"),
        ("郑州铁路局家属院防空洞积水", "tielu"),
        ("新郑机场地下车库渗水", "jichang"),
    ],
)
def test_airport_railway_and_airport_zone_answer_for_themselves(title: str, lead: str) -> None:
    assert routed("T06", title=title).lead == lead


def test_jiyuan_has_a_city_office() -> None:
    assert routed("T01", Place(city="济源市", code="419001", certainty=Certainty.STATED)).lead == "jiyuan"


def test_a_place_without_a_code_is_known_by_its_name() -> None:
    assert routed("T01", Place(city="开封市", certainty=Certainty.STATED)).lead == "kaifeng"


def test_an_unknown_place_goes_to_the_province_first() -> None:
    found = routed("T01", NOWHERE)
    assert found.lead == "henan.zhengcefagui"
    assert "henan.gongcheng" in found.assist
    assert "地点未明" in found.why


def test_a_place_in_another_province_is_known_and_said_and_seen_by_the_province() -> None:
    found = routed(
        "T01", Place(province="黑龙江省", city="哈尔滨市", code="230100", certainty=Certainty.STATED)
    )
    assert found.lead == "henan.zhengcefagui"
    assert "henan.gongcheng" in found.assist
    assert "地点在本省以外" in found.why and "黑龙江省" in found.why
    assert "地点未明" not in found.why


def test_the_province_alone_is_no_city() -> None:
    assert routed("T01", Place(province="河南省", code="410000")).lead == "henan.zhengcefagui"


@pytest.mark.parametrize("where", [ZHENGZHOU, NOWHERE])
def test_nothing_falls_through(where: Place) -> None:
    found = routed("", where)
    assert found.lead in {"zhengzhou", "henan.zhengcefagui"}
    assert found.article
    assert found.rule == "兜底"


CORRUPTION = (SignalSeen(kind=SignalKind.CORRUPTION, amount=None, claimed=True, detail="", evidence=("p",)),)


def test_corruption_never_reaches_the_unit_named() -> None:
    found = routed("T11", units=("郑州市人防办",), signals=CORRUPTION)
    assert found.restricted
    assert found.lead == "henan.jiguanjiwei"
    assert "zhengzhou" not in (found.lead, *found.assist)
    accused = routed("T11", units=("机关纪委",), signals=CORRUPTION)
    assert accused.lead == "henan"


def test_a_topic_that_only_looks_like_corruption_is_seen_by_the_province_and_goes_no_further_down() -> None:
    found = routed("T11", units=("郑州市人防办",))
    assert not found.restricted
    assert found.lead == "henan.zhengcefagui"


def test_that_nobody_did_it_closes_no_door() -> None:
    none = SignalSeen(kind=SignalKind.CORRUPTION, amount=0.0, claimed=False, detail="", evidence=())
    assert not route(a_case(topic="T11", signals=(none,)), policy(), NOW).restricted


def test_a_restricted_channel_overrules_the_topic() -> None:
    found = routed("T06", severity=a_severity(restricted="保密通道"))
    assert (found.lead, found.assist, found.told) == ("henan.baomi", (), ())
    assert found.restricted


def test_conduct_is_for_the_superior_of_the_unit() -> None:
    assert routed("T14").lead == "henan.renshi"


def test_every_topic_has_a_route_with_article_and_basis() -> None:
    for code in policy().topics:
        found = routed(code)
        assert found.rule.startswith(code)
        assert found.article
        assert found.basis
        assert route(replace(a_case(), topic=code, place=NOWHERE), policy(), NOW).lead


MAJOR, EXTREME = a_severity(level=Level.MAJOR), a_severity(level=Level.EXTREME)


def test_from_major_on_the_division_for_joint_action_helps_and_two_departments_are_told() -> None:
    below = routed("T01", severity=a_severity(level=Level.LARGER))
    assert "henan.zhihuitongxin" not in below.assist and "宣传部门" not in below.told
    found = routed("T01", severity=MAJOR)
    assert found.lead == "zhengzhou"
    assert "henan.zhihuitongxin" in found.assist
    assert {"宣传部门", "网信部门"} <= set(found.told)
    assert found.by_level == ("重大联动",)
    assert "重大以上，省人防办指挥通信处配合，通报宣传部门、网信部门（豫人防综〔2017〕7号" in found.why


def test_the_gravest_are_told_to_the_government_too() -> None:
    found = routed("T01", severity=EXTREME)
    assert found.by_level == ("重大联动", "特别重大")
    assert "本级政府办公厅（室）" in found.told


def test_who_leads_does_not_help_itself_and_who_is_told_is_told_once() -> None:
    found = routed("T05", NOWHERE, severity=MAJOR, profile=Profile(places=("410102", "410300")))
    assert found.lead == "henan.zhihuitongxin"
    assert found.lead not in found.assist
    assert found.told.count("网信部门") == 1
    assert next(one for one in found.bodies if one.body == "网信部门").ground == "网络信息内容的管理和监督"


def test_a_restricted_matter_brings_in_nobody_by_its_level() -> None:
    found = routed("T06", severity=a_severity(restricted="保密通道", level=Level.EXTREME))
    assert (found.assist, found.told, found.by_level) == ((), (), ())


def test_every_body_that_is_told_has_its_own_ground_and_article() -> None:
    rows = [one for row in policy().routes.route for one in row.inform]
    rows += [one for row in policy().routes.level for one in row.inform]
    assert rows
    for one in rows:
        assert one.ground and one.article and one.basis
    assert {one.body for one in rows if one.clue} == {"公安机关", "纪检监察机关"}


@pytest.fixture
def district(tmp_path: Path) -> Policy:
    """An office of one district, that has nobody under it but its own divisions."""
    folder = Path(shutil.copytree(tomlfile.DEFAULTS, tmp_path / "policy"))
    (folder / "units.toml").write_text(
        """version = 1
citations = ["三定方案"]
[[unit]]
id = "jianxi"
name = "涧西区人防办"
kind = "county"
codes = ["410305"]
[[unit]]
id = "jianxi.gongcheng"
name = "工程科"
kind = "division"
parent = "jianxi"
[[unit]]
id = "jianxi.zonghe"
name = "综合科"
kind = "division"
parent = "jianxi"
""",
        "utf-8",
    )
    for name in ("routes.toml", "in_force.toml", "notices.toml"):
        path = folder / name
        words = path.read_text("utf-8").replace('"henan.gongcheng"', '"jianxi.gongcheng"')
        words = re.sub(r'"henan\.[a-z]+"|"zhengzhou"', '"jianxi.zonghe"', words).replace(
            '"henan"', '"jianxi"'
        )
        path.write_text(words, "utf-8")
    return load(folder)


def _in_luoyang(county: str, code: str) -> Place:
    return Place(province="河南省", city="洛阳市", county=county, code=code, certainty=Certainty.STATED)


def test_in_the_territory_of_the_top_unit_its_divisions_lead(district: Policy) -> None:
    for level in (Level.GENERAL, Level.MAJOR):
        case = a_case(topic="T01", place=_in_luoyang("涧西区", "410305"), severity=a_severity(level=level))
        found = route(case, district, NOW)
        assert (found.lead, found.assist) == ("jianxi.gongcheng", ("jianxi.zonghe",))
        assert "属地管理" in found.why and "省办" not in found.why


def test_a_place_beside_the_territory_is_outside_and_one_around_it_is_unknown(district: Policy) -> None:
    beside = route(a_case(topic="T01", place=_in_luoyang("西工区", "410303")), district, NOW)
    assert (
        beside.lead == "jianxi.zonghe" and "（洛阳市西工区）" in beside.why and "地点未明" not in beside.why
    )
    around = Place(province="河南省", city="洛阳市", code="410300", certainty=Certainty.STATED)
    assert "地点未明" in route(a_case(topic="T01", place=around), district, NOW).why
    far = Place(province="黑龙江省", city="哈尔滨市", code="230100", certainty=Certainty.STATED)
    assert "（黑龙江省）" in route(a_case(topic="T01", place=far), district, NOW).why


def test_what_a_hotline_handed_to_an_office_of_one_territory_lies_there(district: Policy) -> None:
    handed = {"topic": "T01", "place": NOWHERE, "tickets": (a_ticket(),)}
    found = route(a_case(**handed), district, NOW)
    assert found.lead == "jianxi.gongcheng"
    assert HANDED_OVER in found.why and "地点未明" not in found.why
    for other in (
        {"tickets": ()},
        {"place": _in_luoyang("西工区", "410303")},
        {"place": Place(province="黑龙江省", city="哈尔滨市", certainty=Certainty.STATED)},
        {"profile": Profile(places=("230100",))},
    ):
        elsewhere = route(a_case(**handed | other), district, NOW)
        assert elsewhere.lead == "jianxi.zonghe" and HANDED_OVER not in elsewhere.why
    assert route(a_case(**handed), policy(), NOW).lead == "henan.zhengcefagui", (
        "which of its cities it is, nobody knows"
    )


def test_what_the_top_unit_keeps_is_said_by_its_name(district: Policy) -> None:
    assert "由涧西区人防办承办" in route(a_case(topic="T14"), district, NOW).why
