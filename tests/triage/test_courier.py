"""Events reach the stream in order and notices reach people; a crash repeats with the same id and loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest

from huiying.clock import ManualClock, SystemClock
from huiying.contracts import Case, CaseEvent, DeliveryState, EventKind, Notice
from huiying.errors import GiveUp, HuiyingError, TryAgain
from huiying.ports import CaseStore, Clock, Engine, Notifier, Owed, Register, Sent
from huiying.topics import CASE_EVENTS
from tests.eventually import eventually
from tests.factories import NOW
from tests.lagging import lagging
from tests.triage.texts import policy, reading
from triage.courier import PAGE, Courier, Outcome, published, strike
from triage.escalation import escalate
from triage.handover import Handover
from triage.lifecycle import open_case
from triage.links import Links
from triage.owing import Owing, TellingCases
from triage.patience import ATTEMPTS, FIRST_WAIT, SILENT_AFTER
from triage.texts import Texts

LINKS = Links(key=b"k" * 32, base="http://office.invalid")
TEXT = "中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金"


@dataclass
class Postbox:
    """A channel that takes what it is given, or refuses with what it is told to."""

    channel: str = "console"
    refusal: HuiyingError | None = None
    confirms: bool = True
    sent: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def send(self, notice: Notice, address: str) -> Sent:
        if self.refusal is not None:
            raise self.refusal
        self.sent.append(notice.id)
        self.links.append(notice.link)
        return Sent(detail="receipt", confirmed=self.confirms)


def stored(engine: Engine) -> Case:
    opened = open_case(reading(TEXT), policy(), NOW)
    case = escalate(opened, policy(), NOW)
    engine.cases.save([case])
    return case


def courier(engine: Engine, *notifiers: Notifier) -> Courier:
    return made(engine, {one.channel: one for one in notifiers}, ManualClock(NOW))


def made(
    engine: Engine,
    notifiers: dict[str, Notifier],
    clock: Clock,
    cases: CaseStore | None = None,
    owing: Owing | None = None,
    shared: Register | None = None,
) -> Courier:
    return Courier(
        cases or engine.cases,
        engine.stream,
        notifiers,
        clock,
        links=LINKS,
        handover=Handover({}, Texts(engine.register), clock),
        owing=owing,
        shared=shared,
    )


def heard(engine: Engine) -> list[CaseEvent]:
    return [CASE_EVENTS.decode(record.value) for record in engine.stream.scan(CASE_EVENTS.name)]


def test_notices_go_out_and_leave_the_outbox(engine: Engine) -> None:
    case, box = stored(engine), Postbox()
    courier(engine, box).tick(NOW)
    after = engine.cases.get(case.id)
    assert box.sent == [case.outbox[0].id]
    assert after.outbox == ()
    assert after.next_send_at is None
    assert after.events[-1].kind is EventKind.NOTICE_SENT


def test_every_event_is_on_the_stream_once_and_in_order(engine: Engine) -> None:
    case = stored(engine)
    for _ in range(3):
        courier(engine, Postbox()).tick(NOW)
    assert [event.sequence for event in heard(engine)] == list(range(1, len(case.events) + 2))


def test_a_search_that_trails_sends_nothing_twice(engine: Engine) -> None:
    with lagging(engine) as past:
        slow, cases = past.engine, past.cases
        box = Postbox()
        slow.cases.save([escalate(open_case(reading(TEXT), policy(), NOW), policy(), NOW)])
        cases.refresh()
        for _ in range(3):
            courier(slow, box).tick(NOW)
        assert len(box.sent) == 1
        assert len(heard(slow)) == len({event.sequence for event in heard(slow)})


def test_a_channel_that_fails_is_tried_again_later_and_in_the_end_given_up(engine: Engine) -> None:
    case, box, now = stored(engine), Postbox(refusal=TryAgain("连不上")), NOW
    carrier = courier(engine, box)
    carrier.tick(now)
    first = engine.cases.get(case.id).outbox[0].deliveries[0]
    assert (first.state, first.attempts) == (DeliveryState.OWED, 1)
    assert first.next_try_at == NOW + FIRST_WAIT
    assert carrier.send(NOW + FIRST_WAIT - timedelta(seconds=1)) == 0
    for _ in range(ATTEMPTS):
        now += timedelta(minutes=11)
        carrier.tick(now)
    after = engine.cases.get(case.id)
    assert after.outbox == ()
    failed = [event for event in after.events if event.kind is EventKind.NOTICE_FAILED]
    assert len(failed) == 1
    assert f"试了 {ATTEMPTS} 次" in failed[0].why


def test_what_is_refused_for_good_is_not_tried_again(engine: Engine) -> None:
    case = stored(engine)
    courier(engine, Postbox(refusal=GiveUp("拒收"))).tick(NOW)
    after = engine.cases.get(case.id)
    assert after.outbox == ()
    assert after.events[-1].kind is EventKind.NOTICE_FAILED


def test_a_channel_that_hangs_is_left_alone_for_the_round_and_holds_up_no_events(engine: Engine) -> None:
    for _ in range(5):
        stored(engine)
    asked: list[str] = []

    class Hanging(Postbox):
        def send(self, notice: Notice, address: str) -> Sent:
            asked.append(notice.id)
            assert len(heard(engine)) >= 5 * 4
            raise TryAgain("超时")

    courier(engine, Hanging()).tick(NOW)
    assert len(asked) == SILENT_AFTER
    assert all(case.outbox for case in engine.cases.open_stories("henan", since=NOW))


@dataclass
class Slow(Postbox):
    """One that takes its time, as receivers do; ``until`` it is told to go on."""

    until: threading.Event = field(default_factory=threading.Event)
    patience: float = 0.05

    def send(self, notice: Notice, address: str) -> Sent:
        self.until.wait(self.patience)
        return super().send(notice, address)


@contextmanager
def running(*couriers: tuple[Courier, SystemClock]) -> Iterator[None]:
    threads = [threading.Thread(target=courier.run) for courier, _ in couriers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for _, clock in couriers:
            clock.stop()
        for thread in threads:
            thread.join(20)


def over(*channels: str, engine: Engine, count: int) -> list[Case]:
    """Cases with a notice each, that goes by each of these channels."""
    made = []
    for number in range(count):
        case = escalate(open_case(reading(f"{TEXT}{number}"), policy(), NOW), policy(), NOW)
        notice = case.outbox[0]
        ways = tuple(replace(notice.deliveries[0], channel=channel) for channel in channels)
        made.append(replace(case, outbox=(replace(notice, deliveries=ways),), next_send_at=NOW))
    engine.cases.save(made)
    return made


def test_of_two_processes_one_sends_so_that_nobody_is_told_twice(engine: Engine) -> None:
    cases, box = over("sms", "console", engine=engine, count=12), Slow("sms")
    clocks = [SystemClock() for _ in range(2)]
    boxes: dict[str, Notifier] = {"sms": box, "console": Postbox()}
    with running(*((made(engine, boxes, clock, shared=engine.register), clock) for clock in clocks)):
        assert eventually(lambda: not any(engine.cases.get(case.id).outbox for case in cases))
    assert sorted(box.sent) == sorted(case.outbox[0].id for case in cases)


def test_who_goes_leaves_the_sending_to_the_other_at_once(engine: Engine) -> None:
    clocks = [SystemClock() for _ in range(2)]
    first, second = (made(engine, {"sms": Postbox("sms")}, clock, shared=engine.register) for clock in clocks)
    with running((second, clocks[1])):
        with running((first, clocks[0])):
            pass
        (case,) = over("sms", engine=engine, count=1)
        assert eventually(lambda: not engine.cases.get(case.id).outbox)


def test_a_receiver_that_hangs_holds_up_no_other_channel(engine: Engine) -> None:
    stuck, box, clock = Slow("webhook", patience=60), Postbox("sms"), SystemClock()
    cases = over("webhook", "sms", engine=engine, count=5)
    with running((made(engine, {"webhook": stuck, "sms": box}, clock), clock)):
        assert eventually(lambda: len(box.sent) == len(cases))
        assert stuck.sent == []
        stuck.until.set()
        assert eventually(lambda: not any(engine.cases.get(case.id).outbox for case in cases))
    assert len(stuck.sent) == len(set(stuck.sent)) == len(cases)


def test_a_crash_between_sending_and_striking_off_repeats_the_same_id(engine: Engine) -> None:
    case = stored(engine)

    class Dying(Postbox):
        def send(self, notice: Notice, address: str) -> Sent:
            super().send(notice, address)
            raise KeyboardInterrupt

    dying, box = Dying(), Postbox()
    with pytest.raises(KeyboardInterrupt):
        courier(engine, dying).tick(NOW)
    courier(engine, box).tick(NOW)
    assert dying.sent == box.sent == [case.outbox[0].id]
    assert engine.cases.get(case.id).outbox == ()


def test_a_channel_that_refuses_now_and_then_goes_on_being_used(engine: Engine) -> None:
    for _ in range(6):
        stored(engine)
    asked: list[str] = []

    class Moody(Postbox):
        def send(self, notice: Notice, address: str) -> Sent:
            asked.append(notice.id)
            if len(asked) % 2:
                raise TryAgain("忙")
            return super().send(notice, address)

    courier(engine, Moody()).tick(NOW)
    assert len(asked) == 6


def test_many_notices_that_wait_for_a_dead_channel_hold_up_no_events(engine: Engine) -> None:
    opened = escalate(open_case(reading(TEXT), policy(), NOW), policy(), NOW)
    told = published(opened, len(opened.events))
    engine.cases.save([replace(told, id=f"waiting-{number:03}") for number in range(PAGE)])
    fresh = stored(engine)
    assert courier(engine, Postbox(refusal=TryAgain("连不上"))).publish(NOW) == len(fresh.events)


def test_a_case_that_cannot_be_published_keeps_no_other_from_the_board(engine: Engine) -> None:
    bad, good = stored(engine), stored(engine)

    class Torn:
        def __getattr__(self, name: str) -> Any:
            return getattr(engine.cases, name)

        def several(self, case_ids: Collection[str]) -> Mapping[str, Case]:
            if bad.id in case_ids:
                raise ValueError("damaged")
            return engine.cases.several(case_ids)

    carrier = made(engine, {}, ManualClock(NOW), cast(CaseStore, Torn()))
    assert carrier.publish(NOW) == len(good.events)


def test_what_was_just_saved_goes_out_before_any_search_shows_it(engine: Engine) -> None:
    clock, owing = SystemClock(), Owing()
    with lagging(engine) as slow:
        trailing = replace(engine, cases=TellingCases(slow.cases, owing.tell))
        carrier = made(trailing, {}, clock, owing=owing)
        running = threading.Thread(target=carrier.run, daemon=True)
        running.start()
        case = stored(trailing)
        try:
            told = eventually(lambda: engine.cases.get(case.id).events_published, until=lambda n: n > 0)
        finally:
            clock.stop()
            running.join(20)
        assert told == len(heard(engine)) == len(case.events)
        assert not slow.cases.due(Owed.EVENT, until=clock.now(), limit=1)


def test_a_case_that_somebody_saves_while_its_events_go_out_is_struck_off_as_it_is_then(
    engine: Engine,
) -> None:
    mine, other = stored(engine), stored(engine)

    class Overtaken:
        def __getattr__(self, name: str) -> Any:
            return getattr(engine.cases, name)

        def save(self, cases: Sequence[Case]) -> None:
            if len(cases) == 2:
                engine.cases.save([replace(mine, revision=mine.revision + 1, title="改过了")])
            engine.cases.save(cases)

    carrier = made(engine, {}, ManualClock(NOW), cast(CaseStore, Overtaken()))
    assert carrier.publish(NOW) == len(mine.events) + len(other.events)
    for case in (mine, other):
        assert engine.cases.get(case.id).events_published == len(case.events)
    assert engine.cases.get(mine.id).title == "改过了"


def test_what_waits_for_a_silent_channel_waits_from_now_and_does_not_count_as_sent(engine: Engine) -> None:
    for _ in range(SILENT_AFTER + 2):
        stored(engine)
    clock = ManualClock(NOW)

    class Hanging(Postbox):
        def send(self, notice: Notice, address: str) -> Sent:
            clock.advance(timedelta(seconds=20))
            raise TryAgain("超时")

    carrier = made(engine, {"console": Hanging()}, clock)
    assert carrier.send(NOW) == 0
    put_off = [
        delivery.next_try_at
        for case in engine.cases.open_stories("henan", since=NOW)
        for delivery in case.outbox[0].deliveries
        if delivery.attempts == 0
    ]
    assert put_off == [clock.now() + FIRST_WAIT] * 2


def test_an_outcome_is_booked_on_the_newer_case(engine: Engine) -> None:
    case = stored(engine)

    class Meanwhile(Postbox):
        """While the notice travels, the case grows a rung."""

        def send(self, notice: Notice, address: str) -> Sent:
            now = engine.cases.get(case.id)
            later = escalate(now, policy(), NOW + timedelta(minutes=90))
            engine.cases.save([replace(later, revision=now.revision + 1)])
            return super().send(notice, address)

    courier(engine, Meanwhile()).send(NOW)
    after = engine.cases.get(case.id)
    assert [notice.rung for notice in after.outbox] == ["75%"]
    assert after.events[-1].kind is EventKind.NOTICE_SENT


def test_a_channel_that_is_gone_fails_and_says_so(engine: Engine) -> None:
    case = stored(engine)
    courier(engine).tick(NOW)
    assert "没有设置 console" in engine.cases.get(case.id).events[-1].why


def test_an_outcome_is_booked_once(engine: Engine) -> None:
    both = replace(policy(), channels=frozenset({"console", "webhook"}))
    case = escalate(open_case(reading(TEXT), policy(), NOW), both, NOW)
    notice = case.outbox[0]
    done = replace(notice.deliveries[0], state=DeliveryState.SENT, attempts=1, at=NOW)
    once = strike(case, [Outcome(notice, done, "mark")], NOW)
    assert once.outbox[0].deliveries == (done, notice.deliveries[1])
    assert strike(once, [Outcome(notice, done, "mark")], NOW) is once


def test_what_became_of_a_notice_stays_when_it_has_left_the_outbox(engine: Engine) -> None:
    case = stored(engine)
    courier(engine, Postbox(refusal=TryAgain("忙"))).send(NOW)
    (waiting,) = engine.cases.get(case.id).receipts
    assert (waiting.state, waiting.detail) == (DeliveryState.OWED, "忙")
    courier(engine, Postbox()).send(NOW + FIRST_WAIT)
    after = engine.cases.get(case.id)
    (receipt,) = after.receipts
    assert after.outbox == ()
    assert (receipt.notice, receipt.rung, receipt.to) == (case.outbox[0].id, "预警", ("unit", "duty"))
    assert (receipt.state, receipt.at) == (DeliveryState.DELIVERED, NOW + FIRST_WAIT)


@pytest.mark.parametrize(
    ("confirms", "state", "said"),
    [(True, DeliveryState.DELIVERED, "已送达"), (False, DeliveryState.SENT, "已送出")],
)
def test_sent_is_told_from_delivered(engine: Engine, confirms: bool, state: DeliveryState, said: str) -> None:
    case = stored(engine)
    courier(engine, Postbox(confirms=confirms)).send(NOW)
    after = engine.cases.get(case.id)
    assert after.receipts[0].state is state
    assert after.events[-1].what.endswith(said)


def test_why_a_notice_did_not_arrive_names_nobody(engine: Engine) -> None:
    case = stored(engine)
    courier(engine, Postbox(refusal=GiveUp("550 no user wang.somebody@office.invalid"))).send(NOW)
    after = engine.cases.get(case.id)
    assert after.receipts[0].state is DeliveryState.FAILED
    assert after.receipts[0].detail == "550 no user ***"
    assert after.events[-1].why == "试了 1 次，没有成功"
    assert "somebody" not in str(after)


def test_a_link_travels_with_the_notice_and_is_kept_in_no_case(engine: Engine) -> None:
    case, box = stored(engine), Postbox(refusal=None)

    class Looking(Postbox):
        def send(self, notice: Notice, address: str) -> Sent:
            assert notice.link in notice.body
            return box.send(notice, address)

    courier(engine, Looking()).send(NOW)
    assert box.links == [f"http://office.invalid/cases/{case.id}"]
    assert "office.invalid" not in str(engine.cases.get(case.id))
