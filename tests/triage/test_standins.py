"""Where a channel does not take a notice: the next channel, then a person at the desk; each once, and in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from huiying.contracts import Case, Delivery, DeliveryState, EventKind
from tests.factories import NOW, a_case
from tests.triage.notifiers.letters import a_notice
from triage.patience import RESERVE_AFTER
from triage.standins import IN_PERSON, stand_in

OWED, RESERVE, FAILED = DeliveryState.OWED, DeliveryState.RESERVE, DeliveryState.FAILED
SENT, DELIVERED = DeliveryState.SENT, DeliveryState.DELIVERED
DESK = Delivery(channel="console", address="值班台", state=DELIVERED, next_try_at=NOW, to=("head",))


def mail(state: DeliveryState = OWED, **changes: Any) -> Delivery:
    made = Delivery(
        channel="smtp", address="zhuyao@office.invalid", state=state, next_try_at=NOW, to=("head",)
    )
    return replace(made, **changes)


def message(state: DeliveryState = RESERVE, **changes: Any) -> Delivery:
    made = Delivery(
        channel="sms", address="13800000000", state=state, next_try_at=NOW, to=("head",), after="smtp"
    )
    return replace(made, **changes)


def told(*deliveries: Delivery) -> Case:
    return a_case(outbox=(a_notice(to=("head",), rung="到期", deliveries=deliveries),))


def states(case: Case) -> list[tuple[str, DeliveryState]]:
    return [(one.channel, one.state) for one in case.outbox[0].deliveries]


def test_the_next_channel_stands_by_while_the_first_is_being_tried() -> None:
    case = told(DESK, mail(attempts=RESERVE_AFTER - 1), message())
    assert stand_in(case, NOW) is case


def test_after_a_minute_in_vain_the_next_channel_is_owed_it_and_the_first_goes_on() -> None:
    case = stand_in(told(DESK, mail(attempts=RESERVE_AFTER), message()), NOW)
    assert states(case) == [("console", DELIVERED), ("smtp", OWED), ("sms", OWED)]
    assert case.events[-1].kind is EventKind.NOTICE_FAILED and "改由短信通知" in case.events[-1].what
    assert stand_in(case, NOW) is case


def test_what_was_refused_for_good_goes_to_the_next_channel_at_once() -> None:
    case = stand_in(told(mail(FAILED), message()), NOW)
    assert states(case) == [("smtp", FAILED), ("sms", OWED)]
    assert len(case.outbox) == 1, "nobody is asked to tell them in person while a channel is still owed it"


def test_what_the_first_channel_took_is_left_with_it() -> None:
    case = told(mail(SENT), message())
    assert stand_in(case, NOW) is case


def test_a_channel_that_stands_by_for_others_is_not_called() -> None:
    case = told(mail(FAILED, to=("deputy",)), mail(SENT, address="a@office.invalid"), message())
    assert states(stand_in(case, NOW))[-1] == ("sms", RESERVE)


def test_where_every_channel_gave_up_the_desk_is_asked_to_tell_them_in_person_once() -> None:
    case = told(DESK, mail(FAILED), message(FAILED, after=""))
    after = stand_in(case, NOW)
    asked = after.outbox[-1]
    assert (asked.rung, asked.to) == (IN_PERSON, ("duty",))
    assert [(one.channel, one.state) for one in asked.deliveries] == [("console", OWED)]
    assert "主要负责人" in asked.reason and asked.subject.startswith("【通知没有送到】")
    assert stand_in(after, NOW + timedelta(hours=1)) is after
    assert "转请值班台当面告知" in after.events[-1].what


def test_an_office_that_has_the_desk_alone_is_reached_by_it() -> None:
    case = told(DESK)
    assert stand_in(case, NOW) is case
