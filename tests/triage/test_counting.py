"""What counts once: a page that several routes brought. What counts for nothing: the office's own answer, said again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from huiying import casefile
from huiying.contracts import (
    Attitude,
    Case,
    CaseState,
    Channel,
    EventKind,
    Reading,
    Relevance,
    SignalKind,
    Tier,
    Verdict,
)
from huiying.ports import Engine
from tests.factories import NOW
from tests.triage.people import DUTY, WORDS, a_desk, taken_in
from tests.triage.test_completion import (
    AT_XUCHANG,
    HERE,
    HOUR,
    PARKING,
    interrupted,
    merged,
    posts_of,
    seen,
)
from tests.triage.test_desk import published
from tests.triage.texts import policy, reading
from triage.deeds.stories import tallies_of
from triage.desk import Desk
from triage.gather import PAGES, Joining, absorb
from triage.handle import StoryHandler
from triage.lifecycle import grow, open_case
from triage.pages import page_of
from triage.stories import Relation

REVIEW = Relevance(verdict=Verdict.REVIEW, score=0.5)
ROUTES = ("news-list", "news-feed", "site-map")
PAGE = "http://news.example.cn/2026/1013.html"
ANSWER = "".join(WORDS.values())


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return a_desk(engine)


def routed(text: str = PARKING, url: str = PAGE, **more: Any) -> list[Reading]:
    """One page as three sources of the catalogue bring it."""
    more = {"where": HERE, **more}
    return [reading(text, post={"source": route, "url": url}, **more) for route in ROUTES]


def adds_up(engine: Engine, *cases: Case) -> None:
    """What a case holds is what its lines come to, however it came about."""
    for known in cases:
        case = engine.cases.get(known.id)
        lines = list(engine.archive.of_cases({case.id, *case.merged_from}))
        anew = tallies_of(lines, case.told)
        assert case.tallies.posts + case.tallies.again == len(posts_of(engine, case))
        for part in ("posts", "again", "echoes", "by_source", "by_attitude", "by_hour", "negative_by_hour"):
            assert getattr(case.tallies, part) == getattr(anew, part), part
        assert case.tallies.pages.keys() == anew.pages.keys()


# --------------------------------------------------------------------------------------- several routes


def test_a_page_that_three_routes_brought_is_one_post_of_one_site_and_three_lines(engine: Engine) -> None:
    brought = routed()
    case = taken_in(engine, *brought[:2])
    StoryHandler(engine.cases, engine.archive, policy()).handle(brought[2:], NOW)
    case = engine.cases.get(case.id)
    assert (case.tallies.posts, case.tallies.originals, case.tallies.again) == (1, 1, 2)
    assert case.tallies.by_source == {"news.example.cn": 1}
    assert sum(case.tallies.by_hour.values()) == sum(case.tallies.by_attitude.values()) == 1
    points = {one.signal: one for one in case.severity.points}
    assert points["X3"].value.startswith("24小时内 1 篇") and points["X5"].value == "1 个来源"
    lines = list(engine.archive.of_cases({case.id}))
    assert len({line.post for line in lines}) == 3
    adds_up(engine, case)


def test_one_page_raises_no_candidate_and_three_sites_do() -> None:
    case = open_case(routed(relevance=REVIEW)[0], policy(), NOW)
    more = [Joining(reading=one, relation=Relation.DUPLICATE) for one in routed(relevance=REVIEW)[1:]]
    assert grow(case, more, policy(), NOW).state is CaseState.WATCHING
    elsewhere = [
        reading(PARKING, relevance=REVIEW, post={"source": f"s{n}", "url": f"http://site{n}.example/1"})
        for n in range(2)
    ]
    more += [Joining(reading=one, relation=Relation.DUPLICATE) for one in elsewhere]
    assert grow(case, more, policy(), NOW).state is CaseState.FLAGGED


def test_two_posts_that_one_source_has_at_one_address_are_two(engine: Engine) -> None:
    calls = [
        reading(PARKING + more, where=HERE, post={"url": "http://12345.example/"}) for more in ("", "！")
    ]
    case = taken_in(engine, *calls)
    assert (case.tallies.posts, case.tallies.again) == (2, 0)


def test_what_another_route_says_of_reach_is_known() -> None:
    first, second, _ = routed()
    case = open_case(first, policy(), NOW)
    central = replace(second, post=replace(second.post, tier=Tier.CENTRAL))
    grown = absorb(case, Joining(reading=central, relation=Relation.DUPLICATE))
    assert Tier.CENTRAL in grown.tallies.tiers and grown.tallies.posts == 1


def test_an_edit_of_a_route_changes_no_sum(engine: Engine) -> None:
    brought = routed()
    case = taken_in(engine, *brought)
    edited = replace(brought[1].post, version="v2", text=PARKING + "，已更新")
    taken_in(engine, replace(brought[1], post=edited))
    assert engine.cases.get(case.id).tallies == case.tallies


def test_pages_are_remembered_to_a_bounded_number() -> None:
    case = open_case(routed()[0], policy(), NOW)
    for n in range(PAGES + 50):
        page = reading(PARKING, post={"url": f"http://news.example.cn/{n}.html"})
        case = absorb(case, Joining(reading=page, relation=Relation.DUPLICATE))
    assert len(case.tallies.pages) == PAGES
    assert list(case.tallies.pages)[-1] == page_of(page.post)
    assert case.tallies.posts == PAGES + 51


def test_what_an_older_version_stored_is_read_and_its_sources_become_sites() -> None:
    case = open_case(routed()[0], policy(), NOW)
    stored = msgspec.json.decode(casefile.encode(case))
    for part in ("again", "echoes", "pages", "last_at", "negative_by_hour", "negative_peak_day"):
        del stored["tallies"][part]
    del stored["told"]
    stored["tallies"]["by_source"] = {"news-list": 3, "hotline": 1}
    old = casefile.decode(msgspec.json.encode(stored))
    assert (old.tallies.posts, old.tallies.again, old.told) == (1, 0, ())
    page = reading(PARKING, post={"source": "news-list", "url": "http://news.example.cn/9.html"})
    grown = absorb(old, Joining(reading=page, relation=Relation.SAME_EVENT))
    assert grown.tallies.by_source == {"news.example.cn": 4, "hotline": 1}


@pytest.mark.parametrize("goes", [(0,), (1,), (1, 2), (0, 1, 2)])
def test_routes_that_a_split_parts_leave_both_cases_with_the_page(
    engine: Engine, desk: Desk, goes: Sequence[int]
) -> None:
    opening = reading(PARKING + "，求回复", where=HERE)
    brought = routed()
    case = taken_in(engine, opening, *brought)
    assert (case.tallies.posts, case.tallies.again) == (2, 2)
    chosen = [brought[n].post.id for n in goes]
    made = desk.split(case.id, DUTY, NOW + HOUR, seen=seen(desk, case), posts=chosen)
    left = engine.cases.get(case.id)
    assert (made.tallies.posts, made.tallies.again) == (1, len(goes) - 1)
    whole = len(goes) == 3
    assert (left.tallies.posts, left.tallies.again) == ((1, 0) if whole else (2, 2 - len(goes)))
    adds_up(engine, made, left)


def test_a_page_in_two_cases_counts_once_when_they_become_one_and_in_both_when_that_is_taken_back(
    engine: Engine, desk: Desk
) -> None:
    one = taken_in(engine, routed()[0], reading(PARKING + "，求回复", where=HERE))
    there = reading(PARKING, where=AT_XUCHANG, post={"source": "site-map", "url": PAGE})
    other = taken_in(engine, there, reading(PARKING + "，许昌也是", where=AT_XUCHANG), now=NOW + HOUR)
    assert one.id != other.id
    whole = engine.cases.get(merged(desk, one, other).id)
    assert (whole.tallies.posts, whole.tallies.again) == (3, 1)
    assert sum(whole.tallies.by_hour.values()) == 3
    adds_up(engine, whole)
    desk.unmerge(one.id, DUTY, NOW + 3 * HOUR, seen=seen(desk, one))
    back, rest = engine.cases.get(one.id), engine.cases.get(other.id)
    assert (back.tallies.posts, rest.tallies.posts) == (2, 2)
    assert (back.tallies.again, rest.tallies.again) == (0, 0)
    adds_up(engine, back, rest)


# ---------------------------------------------------------------------------------------- after the answer


def after(text: str, attitude: Attitude = Attitude.NEUTRAL, minutes: int = 150, **more: Any) -> Reading:
    at = NOW + timedelta(minutes=minutes)
    more = {"where": HERE, "owes_answer": False, **more}
    return reading(text, at=at, read_at=at, attitude=attitude, **more)


def answered(engine: Engine, desk: Desk) -> Case:
    case = published(desk, taken_in(engine, reading(PARKING, where=HERE, attitude=Attitude.NEGATIVE)))
    assert case.state is CaseState.PUBLISHED and case.told and case.aftermath is not None
    return case


def reprints(count: int = 15) -> list[Reading]:
    """From as many sites, some of them grave ones, with a word of where it is from."""
    return [
        after(
            f"来源：媒体{n}　{ANSWER}",
            post={
                "source": f"paper-{n}",
                "url": f"http://paper{n}.example/1",
                "tier": (Tier.CITY, Tier.PROVINCE, Tier.CENTRAL)[n % 3],
                "channel": Channel.NEWS,
            },
            units=("市国防动员办公室",),
            signals=(SignalKind.UNIT_NAMED, SignalKind.SAFETY),
        )
        for n in range(count)
    ]


def test_reprints_praise_and_official_pages_raise_nothing(engine: Engine, desk: Desk) -> None:
    case = answered(engine, desk)
    told = [
        *reprints(),
        after("锦绣花园人防车位的事办得好，感谢市人防办，车位恢复按月出租了", Attitude.POSITIVE),
        after("市政府通报全市人防车位租售检查情况，锦绣花园已整改", post={"tier": Tier.GOVERNMENT}),
    ]
    kin = [replace(one, post=replace(one.post, repost_of=case.opened_by.id)) for one in told]
    handler = StoryHandler(engine.cases, engine.archive, policy())
    for one in kin:
        handler.handle([one], NOW + 3 * HOUR)
    now = engine.cases.get(case.id)
    assert (now.tallies.posts, now.tallies.echoes) == (1 + len(kin), len(kin))
    assert (now.state, now.severity.level, now.units) == (case.state, case.severity.level, case.units)
    assert now.clocks == case.clocks and now.signals == case.signals
    assert {p.signal: p.low for p in now.severity.points} == {p.signal: p.low for p in case.severity.points}
    for part in ("by_source", "by_attitude", "by_hour", "tiers", "peak_day", "last_at"):
        assert getattr(now.tallies, part) == getattr(case.tallies, part), part
    assert EventKind.REBOUND not in {event.kind for event in now.events}
    adds_up(engine, now)


def test_complaints_after_the_answer_open_it_again(engine: Engine, desk: Desk) -> None:
    case = answered(engine, desk)
    angry = [
        after(f"{PARKING}，回应之后还是这样，第{n}次反映", Attitude.NEGATIVE, owes_answer=True)
        for n in range(5)
    ]
    kin = [replace(one, post=replace(one.post, repost_of=case.opened_by.id)) for one in angry]
    handler = StoryHandler(engine.cases, engine.archive, policy())
    handler.handle([*reprints(5), *kin[:4]], NOW + 3 * HOUR)
    assert engine.cases.get(case.id).state is CaseState.PUBLISHED
    handler.handle(kin[4:], NOW + 3 * HOUR)
    back = engine.cases.get(case.id)
    assert back.state is CaseState.ASSIGNED
    rebound = next(event for event in back.events if event.kind is EventKind.REBOUND)
    assert "5 条负面" in rebound.why


def test_what_an_office_tells_of_harm_counts_and_whom_it_names_does_not(engine: Engine, desk: Desk) -> None:
    case = answered(engine, desk)
    kinds = (SignalKind.SUPERIOR_ORDER, SignalKind.UNIT_NAMED)
    order = after("省里要求限期整改", post={"tier": Tier.GOVERNMENT}, signals=kinds, units=("某局",))
    grown = absorb(case, Joining(reading=order, relation=Relation.SAME_EVENT))
    assert {seen.kind for seen in grown.signals} == {SignalKind.SUPERIOR_ORDER}
    assert grown.units == case.units
    assert order.post.id in {item.post.id for item in grown.evidence}


def test_an_echo_wakes_no_candidate(engine: Engine, desk: Desk) -> None:
    case = replace(answered(engine, desk), state=CaseState.LAPSED)
    copies = [replace(one, owes_answer=True) for one in reprints(4)]
    grown = grow(case, [Joining(reading=one, relation=Relation.SAME_EVENT) for one in copies], policy(), NOW)
    assert grown.state is CaseState.LAPSED


def test_what_was_merged_in_is_known_by_its_answer_too(engine: Engine, desk: Desk) -> None:
    case = answered(engine, desk)
    other = taken_in(engine, reading(PARKING, where=AT_XUCHANG), now=NOW + HOUR)
    whole = engine.cases.get(merged(desk, other, case).id)
    assert whole.id == case.id and whole.told == case.told
    grown = absorb(whole, Joining(reading=reprints(1)[0], relation=Relation.SAME_EVENT))
    assert grown.tallies.echoes == whole.tallies.echoes + 1


def test_sums_add_up_where_a_split_of_echoes_and_complaints_is_interrupted_anywhere(
    engine: Engine, desk: Desk
) -> None:
    for steps in range(4):
        case = answered(engine, desk) if not steps else _another(engine, desk, steps)
        angry = after(f"{PARKING}，还是这样{steps}", Attitude.NEGATIVE)
        told = [*reprints(2), angry]
        kin = [replace(one, post=replace(one.post, repost_of=case.opened_by.id)) for one in told]
        StoryHandler(engine.cases, engine.archive, policy()).handle(kin, NOW + 3 * HOUR)
        case = engine.cases.get(case.id)
        chosen = [kin[0].post.id, kin[2].post.id]
        interrupted(
            engine,
            steps,
            lambda desk, case=case, chosen=chosen: desk.split(  # type: ignore[misc]
                case.id, DUTY, NOW + 4 * HOUR, seen=seen(desk, case), posts=chosen
            ),
        )
        left = engine.cases.get(case.id)
        if left.split_into:
            made = engine.cases.get(left.split_into[-1])
            assert (made.tallies.posts, made.tallies.echoes) == (2, 1)
            assert left.aftermath is not None and left.aftermath.negative == {}
            adds_up(engine, left, made)


def _another(engine: Engine, desk: Desk, n: int) -> Case:
    text = ("新建住宅没有修防空地下室", "警报器半夜乱响", "人防门被拆做仓库")[n - 1]
    return published(desk, taken_in(engine, reading(text, where=HERE, attitude=Attitude.NEGATIVE)))
