"""Everybody on duty acknowledges a grave notice for themselves, and is reminded until they have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from huiying.clock import ManualClock
from huiying.contracts import Case, CaseState, DeliveryState, EventKind, Level, Receipt
from huiying.ports import Engine
from tests.factories import NOW, a_case, a_severity
from tests.triage.test_reach import ACCOUNTS
from tests.triage.texts import policy, rules
from triage.clocks import start_clocks
from triage.each import acknowledged, confirmed_by_link
from triage.escalation import escalate
from triage.policy import Policy
from triage.reach import Reach
from triage.receipts import receipt_of
from triage.record import indexed
from triage.roster import Roster, Shift
from triage.watch import Watch
from triage.words import EACH

RULES = replace(policy(), channels=frozenset({"console", "smtp"}))
HALF = timedelta(minutes=30)


def shift(login: str, mail: str = "") -> Shift:
    return Shift(
        unit="henan", role="duty", start=NOW - HALF, end=NOW + timedelta(days=1), name=login, login=login, mail=mail
    )  # fmt: skip


REACH = Reach(roster=Roster(shifts=(shift("lin", "lin@a.invalid"), shift("he"))), accounts=ACCOUNTS)


def told(level: Level = Level.MAJOR, reach: Reach = REACH) -> Case:
    case = a_case(severity=a_severity(level=level), clock_rules=rules())
    return escalate(start_clocks(case, NOW, policy().calendar), RULES, NOW, reach)


def reminders(case: Case) -> list[str]:
    return [notice.id for notice in case.outbox if notice.rung == EACH]


def test_everybody_on_duty_is_asked_and_nobody_else() -> None:
    case = told()
    assert case.awaited and {one.logins for one in case.awaited} == {("lin", "he")}
    assert all("duty" in n.to for n in case.outbox if n.id in {one.notice for one in case.awaited})
    assert not told(Level.GENERAL).awaited
    assert not told(reach=Reach(accounts=ACCOUNTS)).awaited


def test_who_has_not_is_reminded_and_who_has_is_not() -> None:
    case = told()
    for one in case.awaited:
        case = acknowledged(case, one.notice, "lin", NOW + timedelta(minutes=5))
    assert {one.logins for one in case.awaited} == {("he",)}
    receipt = case.receipts[-1]
    assert (receipt.state, receipt.seen_by, receipt.channel) == (DeliveryState.SEEN, "lin", "page")
    assert case.events[-1].kind is EventKind.NOTICE_SEEN and "还有 1 人没有确认" in case.events[-1].what
    case = escalate(indexed(case, RULES), RULES, NOW + HALF, REACH)
    assert len(reminders(case)) == len(case.awaited)
    places = {one.address for n in case.outbox if n.rung == EACH for one in n.deliveries}
    assert "lin@a.invalid" not in places and "值班台" in places
    for one in case.awaited:
        case = acknowledged(case, one.notice, "he", NOW + HALF)
    assert not case.awaited and "每个人都已确认" in case.events[-1].what
    assert not reminders(replace(escalate(indexed(case, RULES), RULES, NOW + 2 * HALF, REACH), outbox=()))


def test_a_reminder_goes_to_those_who_are_missing() -> None:
    case = escalate(told(), RULES, NOW + HALF, REACH)
    places = {one.address for n in case.outbox if n.rung == EACH for one in n.deliveries}
    assert "lin@a.invalid" in places


def test_reminders_end_after_as_many_as_the_office_says_and_each_is_told_once() -> None:
    case = told()
    asked = len(case.awaited)
    for step in range(1, 12):
        case = escalate(case, RULES, NOW + step * HALF, REACH)
        case = escalate(case, RULES, NOW + step * HALF, REACH)
    first = {one.notice for one in case.awaited[:asked]}
    mine = [one for one in case.awaited if one.notice in first]
    assert {one.reminded for one in mine} == {6} and {one.next_at for one in mine} == {None}
    assert len(reminders(case)) == len(set(reminders(case)))


def test_nobody_else_acknowledges_it_for_them_and_nothing_twice() -> None:
    case = told()
    (one, *_) = case.awaited
    assert acknowledged(case, one.notice, "fen", NOW) is case
    assert acknowledged(case, "other", "lin", NOW) is case
    once = acknowledged(case, one.notice, "lin", NOW)
    assert acknowledged(once, one.notice, "lin", NOW) is once


def test_a_matter_that_is_over_reminds_nobody() -> None:
    case = indexed(replace(told(), state=CaseState.CLOSED, clocks=()), RULES)
    assert case.next_rung_at is None
    assert escalate(case, RULES, NOW + HALF, REACH) is case


def test_two_watchers_remind_once(engine: Engine) -> None:
    engine.cases.save([told()])
    (case,) = engine.cases.all()
    one, other = (
        Watch(engine.cases, engine.archive, RULES, ManualClock(NOW), lambda: REACH) for _ in range(2)
    )
    for minutes in (30, 30, 29, 31, 60, 59, 61):
        one.tick(NOW + timedelta(minutes=minutes))
        other.tick(NOW + timedelta(minutes=minutes))
    found = reminders(engine.cases.get(case.id))
    assert len(found) == len(set(found)) >= 2


NEIGHBOUR = Shift(
    unit="henan", role="duty", start=NOW - HALF, end=NOW + timedelta(days=1), name="周值守", phone="13900000001"
)  # fmt: skip
CALLED = "周值守（139****0001）"
TEXTING = replace(RULES, channels=frozenset({"console", "smtp", "sms"}))
MIXED = replace(REACH, roster=Roster(shifts=(shift("lin", "lin@a.invalid"), NEIGHBOUR)))


def texted(case: Case, notice: str) -> Receipt:
    """The receipt of the short message that this notice went out as."""
    told = next(one for one in case.outbox if one.id == notice)
    (place,) = [one for one in told.deliveries if one.channel == "sms"]
    return receipt_of(told, place, mark=f"mark-{notice}")


def mixed() -> Case:
    return told_by(TEXTING)


def test_somebody_without_an_account_is_asked_where_a_link_reaches_them() -> None:
    case = mixed()
    assert {(one.logins, one.persons) for one in case.awaited} == {(("lin",), (CALLED,))}
    told = next(one for one in case.outbox if one.id == case.awaited[0].notice)
    assert {(one.address, one.persons) for one in told.deliveries if one.channel == "sms"} == {
        ("13900000001", (CALLED,))
    }
    assert all(not one.persons for one in told.deliveries if one.channel != "sms")
    (without, *_) = told_by(replace(TEXTING, channels=frozenset({"console", "smtp"}))).awaited
    assert without.persons == ()


def told_by(rules_: Policy) -> Case:
    case = a_case(severity=a_severity(level=Level.MAJOR), clock_rules=rules())
    return escalate(start_clocks(case, NOW, policy().calendar), rules_, NOW, MIXED)


def test_pressing_counts_for_them_alone_and_stops_no_clock() -> None:
    case = mixed()
    (one, *_) = case.awaited
    at = NOW + timedelta(minutes=5)
    after = confirmed_by_link(case, texted(case, one.notice), CALLED, at)
    left = next(known for known in after.awaited if known.notice == one.notice)
    assert (left.logins, left.persons) == (("lin",), ())
    assert after.clocks == case.clocks and after.state is case.state
    seen = after.receipts[-1]
    assert (seen.seen_by, seen.seen_at, seen.address) == (f"roster:{CALLED}", at, "139****0001")
    assert after.events[-1].kind is EventKind.NOTICE_SEEN and "还有 1 人没有确认" in after.events[-1].what
    assert "周值守" not in after.events[-1].what
    assert confirmed_by_link(after, texted(case, one.notice), CALLED, at) is after
    done = acknowledged(after, one.notice, "lin", at)
    assert one.notice not in {known.notice for known in done.awaited}


def test_the_link_of_a_reminder_confirms_what_it_reminds_of() -> None:
    case = mixed()
    (one, *_) = case.awaited
    case = acknowledged(case, one.notice, "lin", NOW)
    case = escalate(case, TEXTING, NOW + HALF, MIXED)
    asked = next(known for known in case.awaited if known.notice == one.notice)
    (reminder,) = asked.reminders
    receipt = texted(case, reminder)
    assert receipt.persons == (CALLED,)
    after = confirmed_by_link(case, receipt, CALLED, NOW + HALF)
    assert one.notice not in {known.notice for known in after.awaited}
    later = escalate(indexed(after, TEXTING), TEXTING, NOW + 2 * HALF, MIXED)
    assert one.notice not in {known.notice for known in later.awaited}


def test_two_at_one_address_each_confirm_for_themselves() -> None:
    other = replace(NEIGHBOUR, name="吴值守")
    both = replace(MIXED, roster=Roster(shifts=(NEIGHBOUR, other)))
    case = a_case(severity=a_severity(level=Level.MAJOR), clock_rules=rules())
    case = escalate(start_clocks(case, NOW, policy().calendar), TEXTING, NOW, both)
    (one, *_) = case.awaited
    receipt = texted(case, one.notice)
    assert receipt.persons == (CALLED, "吴值守（139****0001）")
    for person in receipt.persons:
        case = confirmed_by_link(case, receipt, person, NOW)
    assert one.notice not in {known.notice for known in case.awaited}
    assert [r.seen_by for r in case.receipts] == [f"roster:{person}" for person in receipt.persons]
