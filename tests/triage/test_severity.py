"""The sum of ten signals, on the worked examples that the office can check by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from huiying.contracts import (
    Attitude,
    Case,
    Category,
    Channel,
    ClockKind,
    Engagement,
    Evidence,
    Level,
    PostKey,
    Severity,
    SignalKind,
    SignalSeen,
    Tallies,
    Tier,
)
from tests.factories import NOW, a_case, a_clock, a_rule
from tests.triage.texts import policy
from triage.gather import hour
from triage.severity import grade, posts_between


def seen(
    kind: SignalKind, amount: float | None = None, *, claimed: bool = True, detail: str = ""
) -> SignalSeen:
    return SignalSeen(kind=kind, amount=amount, claimed=claimed, detail=detail, evidence=(f"post-{kind}",))


def story(
    *, hours: dict[int, int], sources: int, negative: int = 0, tiers: tuple[Tier, ...] = (), **more: Any
) -> Case:
    """A case with so many posts so many hours ago (0 is the hour before NOW, which is a full hour)."""
    posts = sum(hours.values())
    tallies = Tallies(
        posts=posts,
        originals=posts,
        by_source={f"s{n}": 1 for n in range(sources)},
        by_attitude={"negative": negative, "neutral": posts - negative},
        by_hour={hour(NOW - timedelta(hours=ago + 1)): count for ago, count in hours.items()},
        tiers=tiers or (Tier.ORDINARY,),
    )
    return a_case(tallies=tallies, **{"categories": (Category.DIFFICULTY,), **more})


def graded(case: Case) -> Severity:
    return grade(case, policy().rubric, NOW, policy="p")


def points(severity: Severity) -> list[int]:
    return [line.low for line in severity.points]


E1 = story(
    hours={0: 1}, sources=1, topic="T01", signals=(seen(SignalKind.HOUSEHOLDS), seen(SignalKind.UNIT_NAMED))
)
E2 = story(
    hours={0: 900, 3: 300}, sources=6, negative=500, tiers=(Tier.CITY, Tier.PROVINCE), topic="T05",
    signals=(seen(SignalKind.SIREN_UNPLANNED), seen(SignalKind.UNIT_NAMED)),
)  # fmt: skip
E3 = story(
    hours={0: 20, 2: 30, 5: 30}, sources=2, negative=60, tiers=(Tier.CITY,), topic="T06",
    signals=(seen(SignalKind.OFFLINE_ACTION, detail="提议集体维权"), seen(SignalKind.UNIT_NAMED)),
    clocks=(a_clock(rule=a_rule(kind=ClockKind.RESPONSE), due_at=NOW - timedelta(hours=1)),),
)  # fmt: skip
E4 = story(
    hours={0: 200, 4: 100}, sources=5, negative=270, tiers=(Tier.CENTRAL,), topic="T06",
    signals=(
        seen(SignalKind.DEATHS, 1, claimed=False), seen(SignalKind.SAFETY), seen(SignalKind.UNIT_NAMED),
        seen(SignalKind.OFFLINE_ACTION, detail="提议"),
    ),
)  # fmt: skip
E5 = story(
    hours={0: 1}, sources=1, topic="T02",
    signals=(seen(SignalKind.CORRUPTION), seen(SignalKind.OFFICIAL_NAMED)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("case", "sums", "total", "level"),
    [
        (E1, [0, 6, 0, 0, 0, 0, 0, 0, 2, 0], 8, Level.GENERAL),
        (E2, [0, 12, 12, 8, 5, 9, 3, 0, 2, 0], 51, Level.MAJOR),
        (E3, [0, 9, 6, 3, 2, 6, 5, 4, 2, 3], 40, Level.LARGER),
        (E4, [20, 9, 9, 8, 5, 12, 8, 4, 2, 0], 77, Level.EXTREME),
        (E5, [0, 12, 0, 0, 0, 0, 0, 0, 5, 0], 17, Level.GENERAL),
    ],
    ids=["letter", "false siren", "flooded garage", "collapse", "accused official"],
)
def test_the_worked_examples_add_up(case: Case, sums: list[int], total: int, level: Level) -> None:
    severity = graded(case)
    assert points(severity) == sums
    assert severity.low == total
    assert severity.level is level


def test_an_unplanned_siren_raises_to_larger_and_says_why() -> None:
    severity = graded(
        story(hours={0: 1}, sources=1, topic="T05", signals=(seen(SignalKind.SIREN_UNPLANNED),))
    )
    assert severity.level is Level.LARGER
    assert [floor.rule for floor in severity.floors] == ["F5"]
    assert severity.floors[0].evidence == ("post-siren_unplanned",)


@pytest.mark.parametrize(
    ("tiers", "points", "value"),
    [
        ((Tier.CENTRAL,), 12, "中央媒体"),
        ((Tier.HOT_SEARCH,), 12, "全国热搜"),
        ((Tier.OVERSEAS, Tier.CITY), 9, "境外媒体"),
        ((Tier.CENTRAL, Tier.PROVINCE), 12, "中央媒体"),
        ((Tier.CENTRAL, Tier.HOT_SEARCH), 15, "中央媒体、全国热搜，同时有 2 类，加 3 分"),
        ((Tier.OVERSEAS, Tier.HOT_SEARCH), 15, "全国热搜、境外媒体，同时有 2 类，加 3 分"),
        (
            (Tier.OVERSEAS, Tier.CENTRAL, Tier.HOT_SEARCH),
            15,
            "中央媒体、全国热搜、境外媒体，同时有 3 类，加 3 分",
        ),
    ],
)
def test_central_media_hot_search_and_overseas_media_weigh_more_together(
    tiers: tuple[Tier, ...], points: int, value: str
) -> None:
    in_order = tuple(tier for tier in Tier if tier in tiers)
    kept = tuple(an_evidence(tier.value, source=tier.value, at=NOW, tier=tier) for tier in Tier)
    reach = graded(story(hours={0: 3}, sources=3, tiers=in_order, evidence=kept)).points[5]
    assert (reach.signal, reach.low, reach.high) == ("X6", points, points)
    assert sorted(reach.value.partition("，")[0].split("、")) == sorted(value.partition("，")[0].split("、"))
    assert reach.value.partition("，")[2] == value.partition("，")[2]
    weighing = tiers if points == 15 else tiers[:1]
    assert set(reach.evidence) == {tier.value for tier in weighing}


def test_an_accused_official_goes_by_the_discipline_channel() -> None:
    assert graded(E5).restricted == "纪检通道"
    assert graded(E1).restricted == ""


def test_unknown_is_a_range_and_not_zero() -> None:
    severity = graded(E1)
    attitude = severity.points[6]
    assert (attitude.low, attitude.high) == (0, 8)
    assert "样本不足" in attitude.value
    assert severity.high == severity.low + 8


@pytest.mark.parametrize(
    ("amount", "claimed", "level"),
    [
        (1, True, Level.GENERAL),
        (1, False, Level.LARGER),
        (3, False, Level.MAJOR),
        (10, False, Level.EXTREME),
    ],
)
def test_only_confirmed_deaths_make_a_floor(amount: float, claimed: bool, level: Level) -> None:
    case = story(
        hours={0: 1}, sources=1, topic="T16", signals=(seen(SignalKind.DEATHS, amount, claimed=claimed),)
    )
    assert graded(case).level is level


def test_a_gathering_under_way_raises_and_a_hundred_people_raise_more() -> None:
    action = seen(SignalKind.OFFLINE_ACTION, detail="正在进行")
    assert graded(story(hours={0: 1}, sources=1, signals=(action,))).level is Level.LARGER
    crowd = seen(SignalKind.CROWD, 120)
    assert graded(story(hours={0: 1}, sources=1, signals=(action, crowd))).level is Level.MAJOR
    talk = seen(SignalKind.OFFLINE_ACTION, detail="提议")
    assert graded(story(hours={0: 1}, sources=1, signals=(talk, crowd))).level is Level.GENERAL


def test_one_quiet_post_is_capped_whatever_it_claims() -> None:
    loud = (
        seen(SignalKind.DEATHS, 5), seen(SignalKind.CORRUPTION), seen(SignalKind.OFFICIAL_NAMED),
        seen(SignalKind.OFFLINE_ACTION, detail="联名"),
    )  # fmt: skip
    quiet = story(hours={0: 1}, sources=1, topic="T11", tiers=(Tier.CENTRAL,), signals=loud)
    severity = graded(quiet)
    assert severity.low >= 45
    assert severity.level is Level.LARGER
    assert severity.capped
    answered = replace(quiet, tallies=replace(quiet.tallies, engagement=Engagement(comments=40)))
    assert graded(answered).level is Level.MAJOR


def test_the_speed_of_an_hour_needs_five_posts() -> None:
    assert points(graded(story(hours={0: 4}, sources=1)))[3] == 0
    assert points(graded(story(hours={0: 5}, sources=1)))[3] == 6


def test_an_hours_posts_are_spread_over_the_hour() -> None:
    counts = {hour(NOW - timedelta(hours=1)): 60}
    assert posts_between(counts, NOW - timedelta(minutes=30), NOW, NOW) == 30
    half = NOW + timedelta(minutes=30)
    assert posts_between({hour(NOW): 10}, NOW, half, half) == 10
    assert posts_between({hour(NOW): 1}, NOW - timedelta(hours=1), NOW, NOW) == 1


def test_asking_is_not_complaining_unless_a_siren_sounded() -> None:
    asked = story(hours={0: 1}, sources=1, topic="T06", categories=(Category.INQUIRY,))
    assert points(graded(asked))[1] == 0
    siren = replace(asked, signals=(seen(SignalKind.SIREN_UNPLANNED),))
    assert points(graded(siren))[1] == 12


def test_that_nobody_came_to_harm_is_no_harm() -> None:
    calm = (seen(SignalKind.DEATHS, 0.0, claimed=False), seen(SignalKind.INJURIES, 0.0))
    severity = graded(story(hours={0: 1}, sources=1, signals=calm))
    assert severity.points[0].low == severity.points[0].high == 0
    assert severity.floors == ()
    one = graded(story(hours={0: 1}, sources=1, signals=(seen(SignalKind.DEATHS, 1.0, claimed=False),)))
    assert one.points[0].low == 20
    assert [floor.rule for floor in one.floors] == ["F3"]


def test_every_signal_of_the_ten_is_there_and_counts_come_with_examples() -> None:
    fresh = an_evidence("fresh", source="a", at=NOW - timedelta(minutes=10))
    again = an_evidence("again", source="a", at=NOW - timedelta(minutes=30))
    old = an_evidence("old", source="b", at=NOW - timedelta(days=2))
    undated = an_evidence("undated", source="c", at=None)
    severity = graded(
        story(
            hours={0: 20, 2: 4}, sources=3, evidence=(fresh, again, old, undated),
            clocks=(a_clock(rule=a_rule(kind=ClockKind.RESPONSE), due_at=NOW - timedelta(hours=1)),),
        )
    )  # fmt: skip
    by_name = {line.signal: line for line in severity.points}
    assert list(by_name) == [f"X{number}" for number in range(1, 11)]
    assert by_name["X3"].evidence == ("fresh", "again")
    assert by_name["X4"].evidence == ("fresh", "again")
    assert by_name["X5"].evidence == ("fresh", "old", "undated")
    assert by_name["X10"].evidence == ("fresh", "again")


@pytest.mark.parametrize("posts", [2, 40])
def test_the_share_of_negative_posts_comes_with_negative_posts(posts: int) -> None:
    angry = an_evidence("angry", source="a", at=NOW, attitude=Attitude.NEGATIVE)
    calm = an_evidence("calm", source="b", at=NOW)
    severity = graded(story(hours={0: posts}, sources=2, negative=1, evidence=(calm, angry)))
    (share,) = [line for line in severity.points if line.signal == "X7"]
    assert share.evidence == ("angry",)


def an_evidence(
    id: str,
    *,
    source: str,
    at: datetime | None,
    tier: Tier = Tier.ORDINARY,
    attitude: Attitude = Attitude.NEUTRAL,
) -> Evidence:
    return Evidence(
        post=PostKey(id, "1"),
        source_name=source,
        channel=Channel.FORUM,
        tier=tier,
        url=None,
        title="",
        excerpt="",
        published_at=at,
        attitude=attitude,
    )
