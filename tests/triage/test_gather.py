"""What a story adds up to: evidence that shows different things, and the narrowest place that is as sure."""

from __future__ import annotations

from dataclasses import replace

from huiying.contracts import Attitude, Certainty, Evidence, Place
from tests.factories import NOW
from tests.triage.texts import CALENDAR, place, policy, reading
from triage.clocks import start_clocks
from triage.escalation import escalate
from triage.gather import Joining, absorb, distinct, evidence_of, strongest
from triage.lifecycle import open_case
from triage.stories import Relation

ARTICLE = (
    "锦绣花园小区地下车库的人防车位被开发商只租不售，一次收取二十年租金，业主多次反映没有结果，记者在现场看到"
)
OTHER = "市人防办回应：已经约谈锦绣花园的开发企业，要求月底前恢复按月出租，结果将向社会公布"


def shown(text: str, title: str = "", name: str = "某网") -> Evidence:
    post = {"url": f"https://{name}.example/1", "source_name": name}
    return evidence_of(reading(text, title=title, post=post))


def test_copies_of_one_text_stand_behind_what_says_something_else() -> None:
    copies = [shown(ARTICLE), shown("本报讯 " + ARTICLE + "（转载）"), shown(ARTICLE)]
    other = shown(OTHER)
    found = strongest([*copies, other])
    assert {item.post.id for item in found} == {item.post.id for item in (*copies, other)}
    assert other in found[:2]
    assert distinct(found) == found[:2]


def test_what_is_kept_of_a_post_says_whether_it_is_negative() -> None:
    kept = [evidence_of(reading(ARTICLE, attitude=one)).attitude for one in Attitude]
    assert kept == list(Attitude)


def test_short_texts_and_short_titles_are_no_copies_by_chance() -> None:
    found = [
        shown("人防门坏了", "投诉"),
        shown("人防门呢", "投诉"),
        shown(ARTICLE, "投诉"),
        shown(OTHER, "投诉"),
    ]
    assert distinct(found) == tuple(found)


def test_one_long_title_is_one_article() -> None:
    title = "业主反映锦绣花园人防车位只租不售"
    found = [shown(ARTICLE, title), shown(OTHER, title)]
    assert distinct(found) == (found[0],)


def test_a_notice_links_to_one_copy_of_an_article() -> None:
    case = open_case(reading(ARTICLE, post={"url": "https://a.example/1"}), policy(), NOW)
    for number in range(3):
        copy = reading(ARTICLE, post={"url": f"https://copy{number}.example/1"})
        case = absorb(case, Joining(reading=copy, relation=Relation.DUPLICATE))
    case = absorb(
        case,
        Joining(reading=reading(OTHER, post={"url": "https://b.example/1"}), relation=Relation.SAME_EVENT),
    )
    case = start_clocks(replace(case, clocks=(), outbox=()), NOW, CALENDAR)
    body = escalate(case, policy(), NOW).outbox[0].body
    assert body.count("原文：") == 2 and "https://b.example/1" in body
    assert len(escalate(case, policy(), NOW).outbox[0].evidence) == 2


def test_a_notice_names_the_page_of_a_thread_once() -> None:
    thread = "https://bbs.example/thread/1"
    case = open_case(reading(ARTICLE, post={"url": thread}), policy(), NOW)
    answers = (
        (OTHER, {"url": thread, "floor": 2}),
        ("楼上说的我也遇到了，物业让先交二十年的钱，不交就锁地锁", {"url": "https://b.example/1"}),
    )
    for text, post in answers:
        case = absorb(case, Joining(reading=reading(text, post=post), relation=Relation.SAME_EVENT))
    case = start_clocks(replace(case, clocks=(), outbox=()), NOW, CALENDAR)
    lines = [line for line in escalate(case, policy(), NOW).outbox[0].body.splitlines() if "原文：" in line]
    assert len(lines) == len(set(lines)) == 2


def where(*places: Place) -> Place:
    case = open_case(reading(ARTICLE, where=places[0]), policy(), NOW)
    for one in places[1:]:
        case = absorb(case, Joining(reading=reading(ARTICLE, where=one), relation=Relation.SAME_EVENT))
    return case.place


def test_the_narrower_of_two_places_that_are_as_sure_stands() -> None:
    region = Place(province="河南省", code="410000", certainty=Certainty.INFERRED)
    city = place("洛阳市", certainty=Certainty.INFERRED)
    assert where(region, city) == city
    assert where(city, region) == city
    assert where(place("洛阳市"), place("洛阳市", "洛龙区")).county == "洛龙区"
    assert where(place("洛阳市"), place("郑州市", "中原区")).city == "洛阳市"
    assert where(place("洛阳市"), region).city == "洛阳市"
