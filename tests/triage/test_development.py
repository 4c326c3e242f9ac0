"""What a post brings that its story did not know: it is told from one that says the same again."""

from __future__ import annotations

from dataclasses import replace

from huiying.contracts import Case, Channel, Reading, Signal, SignalKind, Tier
from tests.factories import NOW
from tests.triage.texts import place, policy, reading
from triage.development import brought
from triage.gather import Joining, absorb
from triage.lifecycle import open_case
from triage.stories import Relation

FLOOD = "安阳市城南一处地下车库进水，三人失联，消防正在抽水"


def told(text: str, *signals: Signal, **changes: object) -> Reading:
    return replace(reading(text, **changes), signals=signals)  # type: ignore[arg-type]


def missing(amount: float, *, claimed: bool = True) -> Signal:
    return Signal(kind=SignalKind.MISSING, amount=amount, claimed=claimed)


def opened() -> Case:
    return open_case(told(FLOOD, missing(3)), policy(), NOW)


def test_who_says_the_same_again_brings_nothing() -> None:
    assert brought(opened(), told("听说地库进水了，三个人没联系上", missing(3))) == ()


def test_another_number_is_news() -> None:
    assert brought(opened(), told("失联者增至五人", missing(5))) == ("失联人数 3 → 5人",)


def test_a_number_of_another_kind_is_news() -> None:
    dead = Signal(kind=SignalKind.DEATHS, amount=2)
    assert brought(opened(), told("两人遗体找到", dead)) == ("死亡人数 2人",)


def test_a_claim_that_the_office_confirms_is_news() -> None:
    told_by_office = told(
        "通报：三人失联",
        missing(3, claimed=False),
        post={"tier": Tier.GOVERNMENT, "channel": Channel.GOVERNMENT},
    )
    assert brought(opened(), told_by_office) == ("官方首次发声", "失联人数得到证实")


def test_the_second_word_of_the_office_is_told_from_the_first() -> None:
    official = {"tier": Tier.GOVERNMENT, "channel": Channel.GOVERNMENT}
    first = told("正在核查", post=official)
    case = absorb(opened(), Joining(reading=first, relation=Relation.SAME_EVENT))
    assert brought(case, told("核查结果", post=official)) == ("官方再次发声",)


def test_another_place_is_news_and_the_wider_name_of_a_known_one_is_not() -> None:
    case = open_case(reading(FLOOD, where=place(county="中原区")), policy(), NOW)
    assert brought(case, reading(FLOOD, where=place(county="金水区"))) == ("新地点 金水区",)
    assert brought(case, reading(FLOOD, where=place("郑州市"))) == ()


def test_people_on_the_street_are_news() -> None:
    march = Signal(kind=SignalKind.OFFLINE_ACTION)
    assert brought(opened(), told("业主去了区政府门口", march)) == ("线下行动",)
