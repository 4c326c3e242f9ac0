"""What may be told together goes out as one notice an address; each line keeps its own receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from huiying.clock import ManualClock
from huiying.contracts import Case, DeliveryState, EventKind, Notice
from huiying.errors import TryAgain
from huiying.ports import Engine, Notifier, Sent
from tests.factories import NOW, a_post
from tests.triage.test_idle import left_alone
from tests.triage.texts import policy
from triage.courier import Courier
from triage.escalation import escalate
from triage.handover import Handover
from triage.links import Links
from triage.record import note
from triage.texts import Texts
from triage.words import IDLE

RULES = replace(policy(), channels=frozenset({"console", "smtp"}))
DAY = timedelta(days=1)


class Post:
    """A channel that keeps what it was given."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.sent: list[tuple[Notice, str]] = []
        self.down = False

    def send(self, notice: Notice, address: str) -> Sent:
        if self.down:
            raise TryAgain("busy")
        self.sent.append((notice, address))
        return Sent(detail="250", confirmed=False)


def courier(engine: Engine, *channels: Notifier) -> Courier:
    clock = ManualClock(NOW)
    named: Mapping[str, Notifier] = {one.channel: one for one in channels}
    links = Links(key=b"k" * 32, base="http://office.invalid")
    return Courier(
        engine.cases, engine.stream, named, clock, links=links,
        handover=Handover({}, Texts(engine.register), clock),
    )  # fmt: skip


def two_idle_matters(engine: Engine, now: datetime) -> list[Case]:
    cases = [
        replace(left_alone(), id=f"matter-{number}", opened_by=a_post(native_id=f"p{number}").key)
        for number in (1, 2)
    ]
    cases = [escalate(case, RULES, now) for case in cases]
    engine.cases.save(cases)
    return cases


def test_the_morning_brings_one_notice_an_address_and_a_receipt_a_line(engine: Engine) -> None:
    cases = two_idle_matters(engine, NOW + DAY)
    console, mail = Post("console"), Post("smtp")
    sender = courier(engine, console, mail)
    sender.send(NOW + DAY)
    assert len(console.sent) == 2 and not mail.sent
    sender.send(NOW + 2 * DAY)
    assert len(mail.sent) == len({address for _, address in mail.sent}) == 2
    whole = mail.sent[0][0]
    assert (
        whole.subject == "【汇总】2 条提醒" and whole.body.count("http://office.invalid/cases/matter-") == 2
    )
    for case in cases:
        after = engine.cases.get(case.id)
        assert {r.state for r in after.receipts if r.channel == "smtp"} == {DeliveryState.SENT}
        assert {r.rung for r in after.receipts} == {IDLE}
        assert not after.outbox
    assert sender.send(NOW + 3 * DAY) == 0


def test_a_digest_that_is_refused_is_sent_again_whole_under_the_same_id(engine: Engine) -> None:
    two_idle_matters(engine, NOW + DAY)
    console, mail = Post("console"), Post("smtp")
    sender = courier(engine, console, mail)
    mail.down = True
    sender.send(NOW + 2 * DAY)
    owed = [
        one
        for case in engine.cases.all()
        for n in case.outbox
        for one in n.deliveries
        if one.channel == "smtp"
    ]
    assert {(one.state, one.attempts) for one in owed} == {(DeliveryState.OWED, 1)}
    mail.down = False
    sender.send(NOW + 2 * DAY + timedelta(hours=1))
    assert {notice.subject for notice, _ in mail.sent} == {"【汇总】2 条提醒"}
    assert not [n for case in engine.cases.all() for n in case.outbox]


def test_what_was_done_meanwhile_is_struck_off_with_a_record_and_the_log_says_why_not(engine: Engine) -> None:
    case, other = two_idle_matters(engine, NOW + DAY)
    console, mail = Post("console"), Post("smtp")
    sender = courier(engine, console, mail)
    sender.send(NOW + DAY)
    done = note(engine.cases.get(case.id), EventKind.ASSESSED, NOW + DAY, "cheng", "研判")
    done = replace(done, revision=done.revision + 1, idle_told_at=NOW + DAY)
    engine.cases.save([replace(done, outbox=tuple(replace(n, owed_at=NOW + DAY / 2) for n in done.outbox))])
    sender.send(NOW + 2 * DAY)
    assert {notice.subject for notice, _ in mail.sent} == {"【汇总】1 条提醒"}
    after = engine.cases.get(case.id)
    assert not after.outbox
    dropped = [one for one in after.receipts if one.state is DeliveryState.DROPPED]
    assert dropped and {one.detail for one in dropped} == {"已经有人办理，不再提醒"}
    noted = [event for event in after.events if event.kind is EventKind.NOTICE_DROPPED]
    assert len(noted) == len(dropped) and all("不再提醒" in event.what for event in noted)
    assert {r.state for r in engine.cases.get(other.id).receipts if r.channel == "smtp"} == {
        DeliveryState.SENT
    }
    assert sender.send(NOW + 3 * DAY) == 0
