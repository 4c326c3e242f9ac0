"""What may wait until the morning, and what never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from huiying.clock import SHANGHAI
from huiying.contracts import (
    Case,
    CaseState,
    ClockKind,
    ClockState,
    Delivery,
    EventKind,
    Level,
    StatementKind,
    StatementState,
)
from tests.factories import NOW, a_case, a_severity, a_statement
from tests.triage.test_idle import left_alone
from tests.triage.texts import policy, rules
from triage.clocks import start_clocks
from triage.escalation import escalate
from triage.packs import DigestRow, QuietRow
from triage.policy import Policy
from triage.quiet import needless, wait_of
from triage.record import note
from triage.words import IDLE

MAIL = replace(policy(), channels=frozenset({"console", "smtp"}))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def ruled(quiet: QuietRow | None = None, digest: DigestRow | None = None) -> Policy:
    notices = MAIL.notices.model_copy(update={"quiet": quiet, "digest": digest})
    return replace(MAIL, notices=notices)


def quiet_always() -> Policy:
    """The most silent that a policy can be."""
    levels = (Level.GENERAL, Level.LARGER)
    rungs = tuple(dict.fromkeys((*(rung.name for rule in rules() for rung in rule.rungs), IDLE)))
    night = QuietRow.model_validate({"from": time(0, 0), "until": time(23, 59, 59), "levels": levels})
    digest = DigestRow(levels=levels, rungs=rungs, at=time(8, 30))
    return ruled(night, digest)


NIGHTS = QuietRow.model_validate({"from": time(22), "until": time(7)})


def followed_up(now: datetime) -> Case:
    """Answered: a term of working days runs, and nothing else."""
    case = a_case(
        state=CaseState.PUBLISHED, clock_rules=tuple(r for r in rules() if r.kind is ClockKind.FOLLOW_UP)
    )
    rule = replace(case.clock_rules[0], start="detected_at")
    case = replace(case, clock_rules=(rule,), flagged_at=now)
    return start_clocks(case, now, policy().calendar)


def mails(case: Case) -> list[Delivery]:
    return [one for notice in case.outbox for one in notice.deliveries if one.channel == "smtp"]


def test_a_reminder_of_working_days_waits_for_the_morning_and_the_board_does_not() -> None:
    case = followed_up(at(24, 10))
    (clock,) = case.clocks
    late = clock.due_at + timedelta(minutes=1)
    case = escalate(case, ruled(NIGHTS), late)
    assert {one.next_try_at for one in mails(case)} == {at(2, 7).replace(month=12)}
    assert "夜间或休息日不打扰" in mails(case)[0].detail
    assert {one.next_try_at for n in case.outbox for one in n.deliveries if one.channel == "console"} == {
        late
    }


def test_an_hour_that_was_promised_to_the_public_is_reminded_of_through_the_night() -> None:
    promised = at(24, 23)
    word = a_statement(
        "c",
        kind=StatementKind.FIRST,
        state=StatementState.PUBLISHED,
        published_at=at(24, 15),
        next_release_at=promised,
    )
    case = replace(followed_up(at(24, 15)), clocks=(), statements=(word,))
    rule = replace(case.clock_rules[0], start="published_at")
    case = start_clocks(replace(case, clock_rules=(rule,)), at(24, 15), policy().calendar)
    assert case.clocks[0].due_at == promised
    case = escalate(case, quiet_always(), promised)
    assert {one.next_try_at for one in mails(case)} == {promised} and not any(one.held for one in mails(case))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(24, 21, 59), None),
        (at(24, 22), at(25, 7)),
        (at(25, 6, 59), at(25, 7)),
        (at(25, 7), None),
        (at(27, 23), at(30, 7)),
        (at(28, 12), at(30, 7)),
    ],
)
def test_nights_and_days_off_are_quiet(now: datetime, until: datetime | None) -> None:
    case = followed_up(at(20, 10))
    notice = replace(escalate(case, MAIL, at(26, 10)).outbox[0], rung="到期", clock=ClockKind.FOLLOW_UP)
    wait = wait_of(case, notice, ruled(NIGHTS), now)
    assert (wait.until if wait else None) == until


def test_where_a_digest_is_asked_for_it_is_a_line_of_the_mornings_notice() -> None:
    digest = DigestRow(rungs=("75%",), at=time(8, 30))
    case = followed_up(at(24, 10))
    (clock,) = case.clocks
    now = clock.started_at + (clock.due_at - clock.started_at) * 3 / 4
    case = escalate(case, ruled(None, digest), now)
    assert all(one.together and one.next_try_at > now for one in mails(case))
    assert {one.next_try_at.astimezone(SHANGHAI).time() for one in mails(case)} == {time(8, 30)}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    minutes=st.integers(0, 60 * 24 * 400),
    after=st.integers(0, 60 * 30),
    level=st.sampled_from([Level.MAJOR, Level.EXTREME, Level.LARGER, Level.GENERAL]),
)
def test_no_quiet_rule_delays_a_five_hour_clock_or_a_grave_matter(
    minutes: int, after: int, level: Level
) -> None:
    start = NOW + timedelta(minutes=minutes)
    case = a_case(severity=a_severity(level=level), clock_rules=rules(), detected_at=start, flagged_at=start)
    case = replace(case, first_public_at=start, last_post_at=start)
    case = start_clocks(case, start, policy().calendar)
    now = start + timedelta(minutes=after)
    case = escalate(case, quiet_always(), now)
    urgent = {ClockKind.STATEMENT, ClockKind.PRESS_CONFERENCE, ClockKind.REPORT_UP, ClockKind.ACKNOWLEDGE}
    for notice in case.outbox:
        if notice.clock in urgent or level in (Level.MAJOR, Level.EXTREME):
            assert all(one.next_try_at == now and not one.together for one in notice.deliveries)


def test_a_policy_cannot_ask_for_silence_over_grave_matters() -> None:
    grave = {"levels": ["重大"]}
    with pytest.raises(ValueError, match="重大以上随时通知"):
        QuietRow.model_validate({"from": time(22), "until": time(7), **grave})
    with pytest.raises(ValueError, match="重大以上随时通知"):
        DigestRow.model_validate({"rungs": ["75%"], "at": time(8), **grave})
    with pytest.raises(ValueError, match="不能一样"):
        QuietRow.model_validate({"from": time(7), "until": time(7)})


def test_a_held_reminder_is_needless_once_the_duty_is_done_or_there_is_none_any_more() -> None:
    now = at(24, 23)
    case = escalate(followed_up(now - timedelta(days=9)), ruled(NIGHTS), now)
    (notice,) = [one for one in case.outbox if any(place.held for place in one.deliveries)]
    assert needless(case, notice) == ""
    (clock,) = case.clocks
    for state, why in (
        (ClockState.MET, "已办，不再提醒"),
        (ClockState.WAIVED, "已免除，不再提醒"),
        (ClockState.CANCELLED, "时限已取消，不再提醒"),
    ):
        ended = replace(clock, state=state)
        assert needless(replace(case, clocks=(ended,)), notice) == why
        again = replace(clock, round=2, started_at=now + timedelta(hours=1))
        assert needless(replace(case, past_clocks=(ended,), clocks=(again,)), notice) == why
    assert needless(replace(case, state=CaseState.CLOSED), notice) == "事件已经了结，不再提醒"


def test_a_deadline_that_was_put_off_keeps_its_reminder_unless_that_is_told_anew() -> None:
    now = at(24, 23)
    case = escalate(followed_up(now - timedelta(days=9)), ruled(NIGHTS), now)
    (notice,) = [one for one in case.outbox if any(place.held for place in one.deliveries)]
    (clock,) = case.clocks
    later = replace(clock, due_at=clock.due_at + timedelta(days=5))
    assert needless(replace(case, clocks=(later,)), notice) == ""
    ahead = replace(later, fired=())
    assert "到时候再提醒" in needless(replace(case, clocks=(ahead,)), notice)


def test_somebody_who_acts_makes_the_reminder_of_a_matter_that_nobody_looks_after_needless() -> None:
    case = escalate(left_alone(), ruled(NIGHTS), NOW + timedelta(days=1))
    (notice,) = [one for one in case.outbox if one.rung == IDLE]
    assert needless(case, notice) == ""
    done = note(case, EventKind.ASSESSED, NOW + timedelta(days=1, hours=1), "cheng", "研判")
    assert needless(done, notice) == "已经有人办理，不再提醒"
