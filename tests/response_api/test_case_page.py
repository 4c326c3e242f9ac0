"""One case laid open, from what is stored."""

from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.contracts import (
    Attitude,
    CaseEvent,
    Category,
    Disposition,
    EventKind,
    Level,
    Tallies,
    Tier,
)
from response_api.case_page import case_view, event_row
from response_api.post_card import is_repost
from tests.factories import (
    NOW,
    PARTS,
    a_case,
    a_line,
    a_post,
    a_reading,
    a_route,
    a_severity,
    an_assessment,
)
from tests.response_api import office
from tests.triage.texts import reading
from triage import echo
from triage.pages import page_of, tag_of


def test_posts_are_parted_into_original_and_repeated() -> None:
    original = a_line()
    of_something_we_never_had = a_line(reading=a_reading(post=a_post(repost_of="p1")))
    repeated = a_line(disposition=Disposition.DUPLICATE)
    lines = [original, of_something_we_never_had, repeated]
    assert [is_repost(line) for line in lines] == [False, False, True]
    view = case_view(a_case(), lines, office.names(), NOW)
    assert (len(view.originals), len(view.reposts)) == (2, 1)


def test_a_page_that_several_sources_brought_says_so_and_counts_as_one() -> None:
    url = "http://news.example.cn/1.html"
    names = {"list": "列表", "feed": "订阅", "map": "站点地图"}
    brought = [
        a_line(
            reading=a_reading(post=a_post(url=url, source=id, source_name=name)),
            at=NOW + timedelta(minutes=n),
            disposition=Disposition.DUPLICATE if n else Disposition.ATTACHED,
        )
        for n, (id, name) in enumerate(names.items())
    ]
    alone = a_line(reading=a_reading(post=a_post(url="http://other.example/1", source="list")))
    counted = Tallies(posts=2, originals=2, again=2, by_source={"news.example.cn": 1, "other.example": 1})
    view = case_view(a_case(tallies=counted), [alone, *reversed(brought)], office.names(), NOW)
    first, same = view.originals[-1], view.originals[0]
    assert (first.routes, first.uncounted) == (("站点地图", "订阅"), "")
    assert (same.routes, same.uncounted) == ((), "")
    assert [(card.routes, card.uncounted) for card in view.reposts] == [
        (("列表", "订阅"), "同一网页，已由其他来源计过"),
        (("列表", "站点地图"), "同一网页，已由其他来源计过"),
    ]
    assert (view.posts_total, view.again_total) == (2, 2)
    assert {name for name, _, _ in view.spread} == {"news.example.cn", "网上信箱"}


def test_the_source_that_a_page_is_counted_as_is_the_one_that_the_case_remembers() -> None:
    lines = [
        a_line(reading=a_reading(post=a_post(url="http://a.example/1", source=id, source_name=id)))
        for id in ("one", "two")
    ]
    page = page_of(lines[0].body or a_post())
    case = a_case(tallies=Tallies(posts=1, pages={page: tag_of("two")}))
    view = case_view(case, lines, office.names(), NOW)
    assert [(card.source, card.routes) for card in view.originals] == [("two", ("one",))]
    assert [card.source for card in view.reposts] == ["one"]


def test_what_repeats_the_answer_says_that_it_is_no_volume() -> None:
    words = "".join(PARTS.values())
    known = (echo.told(NOW - timedelta(hours=1), PARTS.values()),)
    lines = [
        a_line(reading=reading(words, attitude=Attitude.NEUTRAL)),
        a_line(
            reading=reading("市政府通报检查情况", post={"tier": Tier.GOVERNMENT}, attitude=Attitude.NEUTRAL)
        ),
        a_line(reading=reading("办得好，给国动办点赞", attitude=Attitude.POSITIVE)),
        a_line(reading=reading("还是没有人管", attitude=Attitude.NEGATIVE)),
    ]
    case = a_case(told=known, tallies=Tallies(posts=4, echoes=3))
    view = case_view(case, lines, office.names(), NOW)
    assert [card.uncounted for card in view.originals] == [
        "发布之后的官方信息，不计声量",
        "发布之后的夸奖，不计声量",
        "",
    ]
    assert [card.uncounted for card in view.reposts] == ["转述本办声明，不计声量"]
    assert view.echoes_total == 3


def test_an_edited_post_is_shown_once_in_its_newest_version_where_its_first_was_counted() -> None:
    first = a_post(text="警报响了一分钟")
    edited = a_post(id=first.id, version="v2", text="警报响了三分钟", collected_at=NOW)
    copy = a_post(text="转：警报响了一分钟")
    copy_edited = a_post(id=copy.id, version="v2", text="转：警报响了三分钟", collected_at=NOW)
    lines = [
        a_line(reading=a_reading(post=copy_edited)),
        a_line(reading=a_reading(post=edited)),
        a_line(reading=a_reading(post=copy), disposition=Disposition.DUPLICATE),
        a_line(reading=a_reading(post=first)),
    ]
    view = case_view(a_case(), lines, office.names(), NOW)
    assert [(str(card.text), card.edits) for card in view.originals] == [("警报响了三分钟", 1)]
    assert [(str(card.text), card.edits) for card in view.reposts] == [("转：警报响了三分钟", 1)]


def test_evidence_that_is_not_on_this_page_is_not_linked() -> None:
    case = office.seed_case()
    assert any(
        row.evidence
        for row in case_view(case, [a_line(body=office.opening_of(case))], office.names(), NOW).points
    )
    assert not any(row.evidence for row in case_view(case, [a_line()], office.names(), NOW).points)


@pytest.mark.parametrize(
    ("level", "possible", "shown"),
    [
        (Level.GENERAL, Level.MAJOR, "重大"),
        (Level.MAJOR, Level.MAJOR, ""),
        (Level.EXTREME, Level.LARGER, ""),
    ],
)
def test_a_possible_level_is_told_of_only_where_it_is_higher(
    level: Level, possible: Level, shown: str
) -> None:
    view = case_view(a_case(severity=a_severity(level=level, possible=possible)), [], office.names(), NOW)
    assert (view.possible.word if view.possible else "") == shown


def test_the_class_is_the_one_that_people_assessed() -> None:
    case = a_case(assessment=an_assessment(category=Category.UNTRUE))
    view = case_view(case, [], office.names(), NOW)
    assert (view.categories, view.guessed) == ("不实信息", "实际困难")
    view = case_view(a_case(), [], office.names(), NOW)
    assert (view.categories, view.guessed) == ("实际困难", "")
    case = a_case(assessment=an_assessment(category=Category.DIFFICULTY))
    assert case_view(case, [], office.names(), NOW).guessed == ""


def test_classes_with_commas_in_their_names_can_be_told_apart() -> None:
    case = a_case(categories=(Category.UNCLEAR, Category.MAJOR))
    assert case_view(case, [], office.names(), NOW).categories == "不了解情况、模糊认识；重大问题"


def test_sources_and_grounds_are_shown_in_words() -> None:
    case = a_case(route=a_route(basis="L,A"))
    case = replace(case, tallies=replace(case.tallies, by_source={"site": 3, "forum": 2, "gone": 1}))
    line = a_line(reading=a_reading(post=a_post(source="site", source_name="门户网站")))
    view = case_view(case, [line], office.names(), NOW, sources={"site": "旧名", "forum": "城事论坛"})
    assert [name for name, _, _ in view.spread] == ["门户网站", "城事论坛", "gone"]
    assert view.route_basis == "依据法律法规、比照办理"


def told(kind: EventKind, what: str) -> CaseEvent:
    return office.an_event(a_case(), 1, NOW, what, kind)


def test_another_case_in_the_record_is_led_to() -> None:
    other = "a" * 32
    merged = told(EventKind.MERGED, f"事件 {other} 并入本事件（2 条信息）")
    row = event_row(merged, NOW)
    assert (row.what, row.other, row.rest) == ("事件 ", other, " 并入本事件（2 条信息）")
    said = event_row(told(EventKind.GREW, f"累计 {other}"), NOW)
    assert (said.what, said.other, said.rest) == (f"累计 {other}", "", "")
