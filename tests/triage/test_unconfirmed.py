"""Single notices that nobody has confirmed: what is listed, what is over, and what taking over the desk books."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from huiying.contracts import Awaited, Case, CaseState, ClockKind, ClockState, DeliveryState, Receipt
from tests.factories import NOW, a_case, a_clock
from triage.unconfirmed import taken_over, unconfirmed
from triage.words import EACH, IDLE


def told(notice: str, *to: str, state: DeliveryState = DeliveryState.SENT, rung: str = "75%") -> Receipt:
    clock = None if rung in (EACH, IDLE) else ClockKind.ACKNOWLEDGE
    return Receipt(
        notice=notice, clock=clock, rung=rung, to=to or ("duty",), reason="须尽快签收", channel="smtp", state=state, owed_at=NOW
    )  # fmt: skip


def a_matter(*receipts: Receipt, **changes: object) -> Case:
    clock = a_clock(started_at=NOW - timedelta(hours=1), due_at=NOW + timedelta(hours=1))
    return a_case(**{"clocks": (clock,), "receipts": receipts, **changes})


def listed(case: Case) -> list[str]:
    return [one.notice for one in unconfirmed(case)]


def test_a_notice_is_listed_once_however_many_ways_it_went_and_until_somebody_has_seen_it() -> None:
    mail, text = told("n1"), replace(told("n1", state=DeliveryState.FAILED), channel="sms")
    (one,) = unconfirmed(a_matter(mail, text))
    assert (one.notice, one.clock, one.to, one.state) == ("n1", "签收", ("duty",), DeliveryState.SENT)
    assert unconfirmed(a_matter(text))[0].state is DeliveryState.FAILED
    seen = replace(mail, state=DeliveryState.SEEN, seen_at=NOW, seen_by="fen")
    assert listed(a_matter(seen, text)) == []


def test_a_notice_is_over_with_its_duty_and_with_its_matter() -> None:
    case = a_matter(told("n1"))
    assert listed(case) == ["n1"]
    (clock,) = case.clocks
    for state in (ClockState.MET, ClockState.WAIVED, ClockState.CANCELLED):
        assert listed(replace(case, clocks=(replace(clock, state=state),))) == []
    assert listed(replace(case, state=CaseState.CLOSED)) == []
    assert listed(a_matter(told("n1", state=DeliveryState.DROPPED))) == []


def test_what_everybody_confirms_is_listed_until_everybody_has_and_its_reminders_are_not() -> None:
    seen = replace(told("n1"), state=DeliveryState.SEEN, seen_at=NOW, seen_by="lin")
    asked = Awaited(
        notice="n1", rung="75%", reason="须尽快签收", roles=("duty",), logins=("he",), persons=("周值守（139****0001）",),
        since=NOW, next_at=None,
    )  # fmt: skip
    (one,) = unconfirmed(a_matter(seen, told("r1", rung=EACH), awaited=(asked,)))
    assert (one.notice, one.missing) == ("n1", ("he", "周值守（139****0001）"))


def test_whoever_takes_over_the_desk_has_seen_what_went_to_it_and_nothing_else() -> None:
    case = a_matter(told("n1"), told("n2", "deputy"))
    for notice in ("n1", "n2"):
        case = taken_over(case, notice, "he", NOW)
    assert listed(case) == ["n2"]
    assert [(one.notice, one.seen_by) for one in case.receipts if one.seen_at] == [("n1", "he")]
    assert taken_over(case, "n1", "he", NOW) is case


def test_whoever_takes_over_and_was_asked_acknowledges_for_themselves_alone() -> None:
    asked = Awaited(
        notice="n1", rung="75%", reason="须尽快签收", roles=("duty",), logins=("he", "lin"), since=NOW, next_at=None
    )  # fmt: skip
    case = taken_over(a_matter(told("n1"), awaited=(asked,)), "n1", "he", NOW)
    assert case.awaited[0].logins == ("lin",) and unconfirmed(case)[0].missing == ("lin",)
