"""A case opens, grows and is raised; the machine never lowers, and what came in from the past starts no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from huiying.contracts import (
    CaseState,
    Category,
    CategoryReading,
    Certainty,
    ClockKind,
    EventKind,
    Extraction,
    Level,
    Origin,
    Place,
    Reading,
    Relevance,
    Signal,
    SignalKind,
    Verdict,
)
from tests.factories import NOW
from tests.triage.texts import policy, reading, rules
from triage.gather import Joining
from triage.lifecycle import grow, open_case
from triage.stories import Relation
from triage.titles import GONE, UNTITLED

TEXT = "中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金"
REVIEW = Relevance(verdict=Verdict.REVIEW, score=0.5)


def joining(*readings: Reading, relation: Relation = Relation.SAME_EVENT) -> list[Joining]:
    return [Joining(reading=one, relation=relation) for one in readings]


def with_signals(*found: Signal) -> Reading:
    return replace(reading(TEXT, post={"source": "news"}), signals=found)


def test_an_alert_opens_a_flagged_case_with_its_clocks() -> None:
    case = open_case(reading(TEXT), policy(), NOW)
    assert (case.state, case.revision, case.flagged_at) == (CaseState.FLAGGED, 1, NOW)
    assert {clock.rule.kind for clock in case.clocks} == {ClockKind.ACKNOWLEDGE, ClockKind.RESPONSE}
    assert case.clock_rules == rules()
    assert case.policy == policy().pack_for("henan", NOW.date()).ref
    assert case.next_event_at == NOW
    assert [event.sequence for event in case.events] == list(range(1, len(case.events) + 1))
    kinds = [event.kind for event in case.events]
    assert kinds[:3] == [EventKind.OPENED, EventKind.FLAGGED, EventKind.ROUTED]


def test_a_doubtful_text_opens_a_candidate_that_owes_nobody_anything() -> None:
    case = open_case(reading(TEXT, relevance=REVIEW), policy(), NOW)
    assert case.state is CaseState.WATCHING
    assert case.clocks == ()
    assert case.next_rung_at == NOW + timedelta(days=7)


def test_a_notice_of_the_office_itself_raises_no_alarm() -> None:
    assert open_case(reading(TEXT, owes_answer=False), policy(), NOW).state is CaseState.WATCHING


def test_an_alert_that_joins_raises_a_candidate() -> None:
    case = open_case(reading(TEXT, relevance=REVIEW), policy(), NOW)
    later = NOW + timedelta(hours=5)
    grown = grow(case, joining(reading(TEXT + "太黑了", at=later)), policy(), later)
    assert grown.state is CaseState.FLAGGED
    response = next(clock for clock in grown.clocks if clock.rule.kind is ClockKind.RESPONSE)
    assert response.started_at == later


def test_three_sources_raise_a_candidate() -> None:
    case = open_case(reading(TEXT, relevance=REVIEW), policy(), NOW)
    second = reading(TEXT, relevance=REVIEW, post={"source": "forum", "site": "论坛"})
    third = reading(TEXT, relevance=REVIEW, post={"source": "weibo", "site": "微博"})
    case = grow(case, joining(second), policy(), NOW)
    assert case.state is CaseState.WATCHING
    assert grow(case, joining(third), policy(), NOW).state is CaseState.FLAGGED


def test_a_backfilled_alert_starts_nothing_until_somebody_says_it_live() -> None:
    old = reading(TEXT, at=NOW - timedelta(days=2), post={"origin": Origin.BACKFILL})
    case = open_case(old, policy(), NOW)
    assert (case.state, case.origin, case.clocks) == (CaseState.WATCHING, Origin.BACKFILL, ())
    live = reading(TEXT, signals=(SignalKind.SIREN_UNPLANNED,))
    grown = grow(case, joining(live), policy(), NOW)
    assert (grown.state, grown.origin) == (CaseState.FLAGGED, Origin.LIVE)
    assert all(clock.started_at >= live.post.first_public_at for clock in grown.clocks)


def test_what_comes_in_from_the_past_never_moves_a_live_cases_moments() -> None:
    case = open_case(reading(TEXT), policy(), NOW)
    old = reading(TEXT, at=NOW - timedelta(days=2), post={"origin": Origin.BACKFILL})
    grown = grow(case, joining(old), policy(), NOW)
    assert grown.first_public_at == case.first_public_at
    assert [clock.due_at for clock in grown.clocks] == [clock.due_at for clock in case.clocks]
    assert grown.tallies.posts == 2


def test_copies_that_are_each_a_little_older_do_not_carry_the_start_back_for_ever() -> None:
    case = open_case(reading(TEXT, signals=(SignalKind.SIREN_UNPLANNED,)), policy(), NOW)
    for days in range(1, 8):
        older = reading(TEXT, post={"published_at": NOW - timedelta(days=days), "source": f"s{days}"})
        case = grow(case, joining(older, relation=Relation.DUPLICATE), policy(), NOW)
    assert case.first_public_at == NOW - timedelta(days=3)


def test_duplicates_are_counted_and_teach_the_profile_no_words() -> None:
    case = open_case(reading(TEXT), policy(), NOW)
    copy = reading(TEXT + "求扩散", post={"source": "weibo"})
    grown = grow(case, joining(copy, relation=Relation.DUPLICATE), policy(), NOW)
    assert (grown.tallies.posts, grown.tallies.originals) == (2, 1)
    assert grown.profile.terms == case.profile.terms
    assert len(grown.profile.exacts) == 2


def test_an_edit_is_not_one_more_post() -> None:
    case = open_case(reading(TEXT), policy(), NOW)
    grown = grow(case, joining(reading(TEXT + "补充"), relation=Relation.EDIT), policy(), NOW)
    assert grown.tallies == case.tallies
    assert len(grown.settled) == 1


def test_the_machine_raises_a_level_and_never_lowers_it() -> None:
    case = open_case(reading(TEXT), policy(), NOW)
    confirmed = Signal(kind=SignalKind.DEATHS, amount=3, claimed=False)
    raised = grow(case, joining(with_signals(confirmed)), policy(), NOW)
    assert raised.severity.level is Level.MAJOR
    changed = [event for event in raised.events if event.kind is EventKind.LEVEL_CHANGED]
    assert "由一般升为重大" in changed[0].what
    faded = replace(case, severity=replace(case.severity, level=Level.MAJOR, low=50))
    assert grow(faded, joining(reading(TEXT)), policy(), NOW).severity == faded.severity


def test_a_raised_level_asks_for_its_clocks_from_their_own_start() -> None:
    case = open_case(reading(TEXT), policy(), NOW)
    later = NOW + timedelta(hours=6)
    confirmed = Signal(kind=SignalKind.DEATHS, amount=3, claimed=False)
    raised = grow(case, joining(with_signals(confirmed)), policy(), later)
    statement = next(clock for clock in raised.clocks if clock.rule.kind is ClockKind.STATEMENT)
    assert statement.started_at == case.first_public_at
    assert statement.due_at < later
    assert statement.broken_at == later
    broken = [event for event in raised.events if event.kind is EventKind.CLOCK_BROKEN]
    assert any("升级时已逾期" in event.what for event in broken)


def test_a_restricted_matter_is_routed_apart() -> None:
    accused = with_signals(Signal(kind=SignalKind.CORRUPTION), Signal(kind=SignalKind.OFFICIAL_NAMED))
    case = open_case(accused, policy(), NOW)
    assert case.route.restricted
    assert case.route.lead == "henan.jiguanjiwei"


def test_a_hot_case_stays_small() -> None:
    case = open_case(reading(TEXT), policy(), NOW)
    for round in range(40):
        at = NOW + timedelta(hours=2 * round)
        batch = [reading(f"{TEXT}{round}{n}", at=at, post={"source": f"s{round}"}) for n in range(25)]
        case = grow(case, joining(*batch), policy(), at)
    assert case.tallies.posts == 1001
    assert len(case.events) < 30
    assert len(case.evidence) <= 6
    assert len(case.tallies.by_hour) <= 48
    assert len(case.profile.prints) <= 32
    assert len(case.profile.terms) <= 60


def test_an_archived_candidate_comes_back_with_new_posts() -> None:
    case = replace(open_case(reading(TEXT, relevance=REVIEW), policy(), NOW), state=CaseState.LAPSED)
    assert grow(case, joining(reading(TEXT, relevance=REVIEW)), policy(), NOW).state is CaseState.WATCHING


@pytest.mark.parametrize("erased", [GONE, UNTITLED])
def test_a_matter_whose_title_is_erased_is_called_by_the_next_post_that_speaks_for_itself(
    erased: str,
) -> None:
    case = replace(open_case(reading(TEXT), policy(), NOW), title=erased, lead="", evidence=())
    reply = reading("我家也是这样", relevance=Relevance(verdict=Verdict.REPLY, score=0.0))
    answered = grow(case, joining(reply), policy(), NOW)
    assert (answered.title, answered.lead) == (erased, "")
    picture = reading("")
    news = reading("锦绣花园人防车位又只售不租了")
    grown = grow(answered, joining(reply, picture, news, reading(TEXT)), policy(), NOW)
    assert (grown.title, grown.lead) == ("锦绣花园人防车位又只售不租了", "锦绣花园人防车位又只售不租了")
    assert grow(grown, joining(reading(TEXT)), policy(), NOW).title == grown.title


def test_all_kinds_of_message_that_joined_are_kept() -> None:
    case = open_case(reading(TEXT), policy(), NOW)
    other = reading(TEXT, categories=(CategoryReading(category=Category.UNTRUE, score=0.6),))
    assert grow(case, joining(other), policy(), NOW).categories == (Category.DIFFICULTY, Category.UNTRUE)


FAR = Place(province="黑龙江省", city="哈尔滨市", code="230100", certainty=Certainty.STATED)


def test_what_surely_lies_elsewhere_is_a_candidate_and_starts_no_clock() -> None:
    case = open_case(reading(TEXT, where=FAR), policy(), NOW)
    assert (case.state, case.clocks, case.outbox) == (CaseState.WATCHING, (), ())
    assert case.held_back
    (told,) = [event.what for event in case.events if "不发预警" in event.what]
    assert "黑龙江省" in told
    grown = grow(case, joining(reading(TEXT + "，业主上访", where=FAR)), policy(), NOW)
    assert grown.state is CaseState.WATCHING
    assert len([event for event in grown.events if "不发预警" in event.what]) == 1, "told once"


@pytest.mark.parametrize(
    "more",
    [
        {"where": replace(FAR, certainty=Certainty.INFERRED)},
        {"where": Place(certainty=Certainty.UNKNOWN)},
        {"where": FAR, "units": ("河南省人防办",)},
        {"where": FAR, "post": {"ours": True}},
        {"where": FAR, "post": {"extraction": Extraction(method="hand", confidence=1.0)}},
    ],
    ids=["not written", "unknown", "names one of ours", "handed to us", "entered by hand"],
)
def test_what_may_be_ours_raises_the_alert(more: dict[str, Any]) -> None:
    assert open_case(reading(TEXT, **more), policy(), NOW).state is CaseState.FLAGGED


def test_what_turns_out_to_be_here_raises_the_alert_that_was_held_back() -> None:
    case = open_case(reading(TEXT, where=FAR), policy(), NOW)
    doubtful = reading(TEXT + "，郑州也一样", relevance=REVIEW)
    grown = grow(case, joining(doubtful), policy(), NOW + timedelta(hours=1))
    assert grown.state is CaseState.FLAGGED
    assert any("现在看是本单位辖区的" in event.why for event in grown.events)
