"""A receipt goes forward and never back, and says who saw it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from huiying.contracts import Case, Delivery, DeliveryState, EventKind
from tests.factories import NOW, a_case
from tests.triage.notifiers.letters import a_notice
from triage.links import Links
from triage.receipts import BY_LINK, LINK, PAGE, booked, find, plain, seen_by_link, seen_inside

LINKS = Links(key=b"k" * 32, base="http://office.invalid")
DEPUTY = Delivery(channel="smtp", address="deputy@office.invalid", next_try_at=NOW, to=("deputy",))
HEAD = Delivery(channel="smtp", address="head@office.invalid", next_try_at=NOW, to=("head",))
BOARD = Delivery(channel="console", address="值班台", next_try_at=NOW, to=("deputy", "head"))
NOTICE = a_notice(to=("deputy", "head"), deliveries=(DEPUTY, HEAD, BOARD))
LATER = NOW + timedelta(minutes=3)


def told(*deliveries: Delivery, state: DeliveryState = DeliveryState.SENT) -> Case:
    case = a_case()
    for one in deliveries or NOTICE.deliveries:
        done = replace(one, state=state, attempts=1, at=NOW)
        case = booked(case, NOTICE, done, LINKS.mark(NOTICE, one))
    return case


def token(delivery: Delivery = DEPUTY) -> str:
    return LINKS.token(NOTICE, delivery)


def test_each_delivery_has_one_receipt_without_its_address() -> None:
    case = told()
    assert [one.to for one in case.receipts] == [("deputy",), ("head",), ("deputy", "head")]
    again = booked(case, NOTICE, replace(DEPUTY, state=DeliveryState.DELIVERED), LINKS.mark(NOTICE, DEPUTY))
    assert [one.state for one in again.receipts] == [DeliveryState.DELIVERED, *[DeliveryState.SENT] * 2]
    assert "office.invalid" not in str(again.receipts)


def test_a_token_finds_its_own_receipt_and_no_other() -> None:
    case = told()
    assert find(case, NOTICE.id, token(HEAD), LINKS) is case.receipts[1]
    assert find(case, "another", token(HEAD), LINKS) is None
    assert find(case, NOTICE.id, "a" * 32, LINKS) is None
    assert find(case, NOTICE.id, "", LINKS) is None


def test_a_letter_that_is_read_before_the_courier_has_booked_it_is_found_all_the_same() -> None:
    case = a_case(outbox=(NOTICE,))
    early = find(case, NOTICE.id, token(), LINKS)
    assert early is not None
    case = seen_by_link(case, early, NOW)
    assert [(one.state, one.seen_by) for one in case.receipts] == [(DeliveryState.SEEN, LINK)]
    sent = replace(DEPUTY, state=DeliveryState.SENT, attempts=1, at=LATER)
    after = booked(case, NOTICE, sent, LINKS.mark(NOTICE, DEPUTY))
    assert [(one.state, one.at, one.seen_at) for one in after.receipts] == [(DeliveryState.SEEN, LATER, NOW)]


def test_opening_a_link_is_recorded_once_with_the_notice_and_no_person() -> None:
    case = told()
    after = seen_by_link(case, case.receipts[0], LATER)
    assert after.receipts[0].seen_at == LATER
    event = after.events[-1]
    assert (event.kind, event.who) == (EventKind.NOTICE_SEEN, BY_LINK)
    assert event.what == "“75%”通知（邮件，分管领导）已打开"
    assert after.next_event_at == LATER, "the board hears of it"
    assert seen_by_link(after, case.receipts[0], LATER) is after


def test_a_leader_inside_sees_what_reached_their_rank() -> None:
    after = seen_inside(told(), NOTICE.id, "deputy", "fenguan", LATER)
    assert [one.seen_by for one in after.receipts] == ["fenguan", "", "fenguan"]
    assert after.events[-1].who == "fenguan"
    assert seen_inside(after, NOTICE.id, "deputy", "fenguan", LATER) is after


def test_what_another_saw_before_is_seen_by_the_second_too() -> None:
    once = seen_inside(told(BOARD), NOTICE.id, "deputy", "fenguan", NOW)
    both = seen_inside(once, NOTICE.id, "head", "zhuyao", LATER)
    assert [(one.channel, one.to, one.seen_by) for one in both.receipts] == [
        ("console", ("deputy", "head"), "fenguan"),
        (PAGE, ("head",), "zhuyao"),
    ]
    assert seen_inside(both, NOTICE.id, "head", "zhuyao", LATER) is both


def test_what_did_not_go_to_a_rank_is_not_theirs_to_see() -> None:
    case = told()
    assert seen_inside(case, NOTICE.id, "division_head", "chuzhang", NOW) is case
    assert seen_inside(case, "another", "deputy", "fenguan", NOW) is case


def test_details_are_one_short_line_without_addresses() -> None:
    assert plain("550 <a.b@c.example>:\n no such user 13800138000") == "550 <***>: no such user ***"
    assert len(plain("长" * 900)) == 200
