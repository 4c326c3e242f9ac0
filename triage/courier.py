"""Carries out what cases owe: events to the stream, notices to people, statements to outlets.  Save, send, strike off:
never the other way.

A crash between sending and striking off sends again, with the same id; nothing is lost.  Events go by one loop, each channel by
one of its own, statements by another: a receiver that hangs holds up nobody else.  Of several processes one sends by a channel
at a time (``triage/lease.py``), so that nobody is told twice, and no group robot faster than its platform allows.  What this
process saved goes on the stream at once (``triage/owing.py``); a search finds what others have saved, and what was left over.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from huiying import logs, metrics
from huiying.contracts import Case, Delivery, DeliveryState, EventKind, Notice
from huiying.errors import CaseNotFound, GiveUp, RevisionConflict, Throttled, TryAgain
from huiying.ports import CaseStore, Clock, Notifier, Owed, Register, Stream
from huiying.topics import CASE_EVENTS
from triage.digest import Bundle, together
from triage.handover import Handed, Handover, settle
from triage.lease import Lease
from triage.links import Links
from triage.owing import Owing
from triage.patience import ATTEMPTS, FIRST_WAIT, SILENT_AFTER, next_try
from triage.quiet import needless
from triage.receipts import about, booked, plain
from triage.record import COURIER, carried, note
from triage.saving import amend
from triage.standins import DESK, stand_in, with_delivery

_log = logs.get("courier")

EVERY = timedelta(milliseconds=500)
PAGE = 500
TOGETHER = 50
"""Cases whose events are published, and then struck off, in one go."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery of one notice."""

    notice: Notice
    delivery: Delivery
    mark: str
    """Of the delivery: ``Links.mark``."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What goes by one thread, in its order."""

    name: str
    channels: frozenset[str] | None
    """None: those that have no lane of their own, set up or not."""
    outlets: bool = False
    """Statements."""
    lease: Lease | None = None
    """None: no other process sends."""

    def mine(self) -> bool:
        return self.lease is None or self.lease.held()


class Courier:
    def __init__(
        self,
        cases: CaseStore,
        stream: Stream,
        notifiers: Mapping[str, Notifier],
        clock: Clock,
        *,
        links: Links,
        handover: Handover,
        owing: Owing | None = None,
        shared: Register | None = None,
    ) -> None:
        """``owing``: what ``cases`` tells of its saves; ``shared``: where several processes agree on who sends, if there may be several."""
        self._cases = cases
        self._stream = stream
        self._notifiers = notifiers
        self._clock = clock
        self._links = links
        self._handover = handover
        self._owing = owing or Owing()
        own = [name for name in notifiers if name != DESK]
        # What hangs on nobody's answer goes by one lane, with what is sent by no channel that is set up.
        self._lanes = (
            Lane("courier-notices", None, lease=_lease(shared, DESK)),
            *(Lane(f"courier-{name}", frozenset({name}), lease=_lease(shared, name)) for name in own),
            Lane("courier-outlets", frozenset(), outlets=True, lease=_lease(shared, "outlets")),
        )
        self._apart = frozenset(own)

    def run(self) -> None:
        """Until the clock is stopped."""
        for channel in self._notifiers:
            for state in set(DeliveryState) - {DeliveryState.SEEN}:
                metrics.NOTICES.labels(channel, state.value)
        sending = [
            threading.Thread(target=self._go_by, args=(lane,), name=lane.name, daemon=True)
            for lane in self._lanes
        ]
        for thread in sending:
            thread.start()
        self._loop(self._publish_for_a_while, "courier-events", pause=timedelta(0))
        until = time.monotonic() + 15
        for thread in sending:
            thread.join(timeout=max(0.0, until - time.monotonic()))

    def let_go(self) -> None:
        """Leave the sending to others, at once."""
        for lane in self._lanes:
            _let_go(lane)

    def _go_by(self, lane: Lane) -> None:
        self._loop(partial(self._send, lane), lane.name)
        _let_go(lane)

    def tick(self, now: datetime) -> int:
        """One round of both. Returns how many events and deliveries were carried."""
        published = self.publish(now)
        sent = self.send(now)
        return published + sent + self.publish(now)

    def publish(self, now: datetime) -> int:
        """Put the events of every case on the stream, in their order. Returns how many."""
        return self._publish(self._cases.due_ids(Owed.EVENT, until=now, limit=PAGE))

    def send(self, now: datetime) -> int:
        """Send what is owed and due, by every lane. Returns how much was settled, notices and statements: sent, or given up."""
        return sum(self._send(lane, now) for lane in self._lanes)

    def _send(self, lane: Lane, now: datetime) -> int:
        """The same by one lane.  A receiver that refuses several times running is left alone for the rest of the round; what else
        waits for it is put off together.
        """
        if not lane.mine():
            return 0
        refused: Counter[str] = Counter()
        count, bundle = 0, Bundle()
        for id in self._cases.due_ids(Owed.SENDING, until=now, limit=PAGE):
            if self._clock.wait(timedelta(0)) or not lane.mine():
                break
            try:
                case = self._cases.get(id)
            except CaseNotFound:
                continue
            dropped = self._needless(lane, case, now)
            for one in dropped:
                case = replace(case, outbox=with_delivery(case.outbox, one.notice.id, one.delivery))
            bundle.gather(case, now, partial(self._goes_by, lane))
            outcomes = dropped + self._deliver(lane, case, now, refused)
            handed = self._handover.carry(case, now, refused) if lane.outlets else []
            if outcomes or handed:
                amend(self._cases, case.id, partial(_carried_out, outcomes=outcomes, handed=handed, now=now))
            done = [one.delivery.state for one in outcomes] + [one.publication.state for one in handed]
            count += sum(state is not DeliveryState.OWED for state in done)
        return count + self._send_together(lane, bundle, now)

    def _goes_by(self, lane: Lane, delivery: Delivery) -> bool:
        if lane.channels is None:
            return delivery.channel not in self._apart
        return delivery.channel in lane.channels

    def _send_together(self, lane: Lane, bundle: Bundle, now: datetime) -> int:
        """One notice for each address, whose lines are what may be told together. What comes of it comes of every line."""
        count = 0
        outcomes: dict[str, list[Outcome]] = {}
        for lines in bundle.by_address():
            if not lane.mine():
                break
            whole = together([line.notice for line in lines], now, base=self._links.base)
            first = lines[0].delivery
            tried = self._try(whole, first, now)
            metrics.NOTICES.labels(self._named(first.channel), tried.state.value).inc()
            count += tried.state is not DeliveryState.OWED
            for line in lines:
                attempts = line.delivery.attempts + tried.attempts - first.attempts
                done = replace(tried, to=line.delivery.to, after=line.delivery.after, attempts=attempts)
                mark = self._links.mark(line.notice, line.delivery)
                outcomes.setdefault(line.notice.case_id, []).append(Outcome(line.notice, done, mark))
        for case_id, booked_ in outcomes.items():
            amend(self._cases, case_id, partial(_carried_out, outcomes=booked_, handed=[], now=now))
        return count

    def _publish_for_a_while(self, now: datetime) -> int:
        """What is searched for once, then what is told of until it is time to search again."""
        count, patience = self.publish(now), time.monotonic() + EVERY.total_seconds()
        while (left := patience - time.monotonic()) > 0 and not self._clock.wait(timedelta(0)):
            count += self._publish(self._owing.take(timedelta(seconds=left)))
        return count

    def _loop(self, work: Callable[[datetime], int], name: str, *, pause: timedelta = EVERY) -> None:
        metrics.TRY_AGAIN.labels(name)
        while not self._clock.wait(pause):
            metrics.went_round(name, self._clock.now())
            try:
                work(self._clock.now())
            except TryAgain as trouble:
                _log.warning("try_again", reason=str(trouble))
                metrics.TRY_AGAIN.labels(name).inc()
                self._rest(pause)
            except Exception:
                _log.exception("round_failed")
                self._rest(pause)

    def _rest(self, pause: timedelta) -> None:
        """Where a round goes wrong a loop without a pause of its own must not run hot."""
        if pause < EVERY:
            self._clock.wait(EVERY - pause)

    def _publish(self, case_ids: Sequence[str]) -> int:
        """What these cases owe by now, whoever told of them."""
        count = 0
        for start in range(0, len(case_ids), TOGETHER):
            owing = [case for case in self._known(case_ids[start : start + TOGETHER]) if _owes(case)]
            try:
                count += self._publish_together(owing)
            except TryAgain:
                raise
            except Exception:
                # One case that cannot be published must not keep the others from the board.
                count += sum(self._publish_alone(case) for case in owing)
        return count

    def _known(self, case_ids: Sequence[str]) -> list[Case]:
        try:
            return list(self._cases.several(case_ids).values())
        except TryAgain:
            raise
        except Exception:
            if len(case_ids) == 1:
                _log.exception("events_failed", case=case_ids[0])
                return []
            # One that cannot be read must not keep the others from the board.
            return [case for id in case_ids for case in self._known([id])]

    def _publish_together(self, cases: Sequence[Case]) -> int:
        owed = [event for case in cases for event in case.events[case.events_published :]]
        if not owed:
            return 0
        self._stream.publish(CASE_EVENTS.name, [CASE_EVENTS.encode(event) for event in owed])
        metrics.EVENTS.inc(len(owed))
        reached = {case.id: case.events[-1].sequence for case in cases}
        struck = [(case, published(case, reached[case.id])) for case in cases]
        try:
            self._cases.save([replace(after, revision=before.revision + 1) for before, after in struck])
        except RevisionConflict as conflict:
            for id in conflict.ids:
                amend(self._cases, id, partial(published, sequence=reached[id]))
        return len(owed)

    def _publish_alone(self, case: Case) -> int:
        try:
            return self._publish_together([case])
        except TryAgain:
            raise
        except Exception:
            _log.exception("events_failed", case=case.id)
            return 0

    def _needless(self, lane: Lane, case: Case, now: datetime) -> list[Outcome]:
        """What waited for the morning, and is not to be told any more."""
        return [
            Outcome(
                notice,
                replace(delivery, state=DeliveryState.DROPPED, at=now, detail=why),
                self._links.mark(notice, delivery),
            )
            for notice in case.outbox
            for delivery in notice.deliveries
            if delivery.held and delivery.state is DeliveryState.OWED and delivery.next_try_at <= now
            if self._goes_by(lane, delivery)
            if (why := needless(case, notice))
        ]

    def _deliver(self, lane: Lane, case: Case, now: datetime, refused: Counter[str]) -> list[Outcome]:
        outcomes = []
        for notice in case.outbox:
            for delivery in notice.deliveries:
                if not self._goes_by(lane, delivery):
                    continue
                if delivery.state is not DeliveryState.OWED or delivery.next_try_at > now:
                    continue
                if delivery.together:
                    continue
                mark = self._links.mark(notice, delivery)
                if refused[delivery.channel] >= SILENT_AFTER:
                    # From now, not from the round's start: waiting for the silent ones may have taken long.
                    put_off = replace(delivery, next_try_at=max(now, self._clock.now()) + FIRST_WAIT)
                    outcomes.append(Outcome(notice, put_off, mark))
                    continue
                if not lane.mine():
                    return outcomes
                tried = self._try(notice, delivery, now)
                metrics.NOTICES.labels(self._named(delivery.channel), tried.state.value).inc()
                refused[delivery.channel] = (
                    refused[delivery.channel] + 1 if tried.state is DeliveryState.OWED else 0
                )
                outcomes.append(Outcome(notice, tried, mark))
        return outcomes

    def _named(self, channel: str) -> str:
        """A channel that nobody set up here is counted under one name, whatever the policy calls it."""
        return channel if channel in self._notifiers else "unset"

    def _try(self, notice: Notice, delivery: Delivery, now: datetime) -> Delivery:
        attempts = delivery.attempts + 1
        notifier = self._notifiers.get(delivery.channel)
        try:
            if notifier is None:
                raise GiveUp(_unset(delivery.channel))
            sent = notifier.send(self._links.put_in(notice, delivery), delivery.address)
        except Throttled as full:
            later = timedelta(seconds=max(full.seconds, 0.1))
            return replace(delivery, next_try_at=now + later, detail=plain(str(full)))
        except TryAgain as trouble:
            _log.warning("notice_waits", notice=notice.id, channel=delivery.channel, attempts=attempts)
            if attempts < ATTEMPTS:
                again = next_try(now, attempts)
                return replace(delivery, attempts=attempts, next_try_at=again, detail=plain(str(trouble)))
            return _failed(delivery, attempts, now, f"试了 {attempts} 次：{trouble}")
        except GiveUp as refusal:
            return _failed(delivery, attempts, now, str(refusal))
        except Exception as error:
            _log.exception("notifier_failed", notice=notice.id, channel=delivery.channel)
            return _failed(delivery, attempts, now, f"发送程序出错（{type(error).__name__}），详见系统日志")
        _log.info("notice_sent", notice=notice.id, case=notice.case_id, channel=delivery.channel)
        state = DeliveryState.DELIVERED if sent.confirmed else DeliveryState.SENT
        return replace(delivery, state=state, attempts=attempts, at=now, detail=plain(sent.detail))


def _lease(shared: Register | None, name: str) -> Lease | None:
    return None if shared is None else Lease(shared, f"sending-{name}")


def _let_go(lane: Lane) -> None:
    if lane.lease is not None:
        with suppress(TryAgain):
            lane.lease.let_go()


def _owes(case: Case) -> bool:
    return case.events_published < len(case.events)


def published(case: Case, sequence: int) -> Case:
    """The case once its events up to ``sequence`` are on the stream."""
    if case.events_published >= sequence:
        return case
    return carried(replace(case, events_published=sequence))


def _carried_out(case: Case, outcomes: list[Outcome], handed: list[Handed], now: datetime) -> Case:
    return settle(strike(case, outcomes, now), handed, now)


def strike(case: Case, outcomes: list[Outcome], now: datetime) -> Case:
    """The case with these outcomes booked, on whatever revision it has by now; finished notices leave the outbox."""
    before = case
    for outcome in outcomes:
        case = _book(case, outcome, now)
    if case is before:
        return before
    case = stand_in(case, now)
    kept = tuple(
        notice
        for notice in case.outbox
        if any(delivery.state is DeliveryState.OWED for delivery in notice.deliveries)
    )
    case = replace(case, outbox=kept)
    return carried(case)


def _book(case: Case, outcome: Outcome, now: datetime) -> Case:
    """Only where it is still owed: another courier may have booked it."""
    done = outcome.delivery
    for notice in case.outbox:
        for delivery in notice.deliveries:
            if _names(notice, delivery) == _names(outcome.notice, done) and _newer(done, delivery):
                case = replace(case, outbox=with_delivery(case.outbox, notice.id, done))
                if done.attempts or done.state is DeliveryState.DROPPED:
                    case = booked(case, notice, done, outcome.mark)
                return _noted(case, notice, done, now)
    return case


def _names(notice: Notice, delivery: Delivery) -> tuple[str, str, str]:
    return notice.id, delivery.channel, delivery.address


def _newer(done: Delivery, known: Delivery) -> bool:
    if known.state is not DeliveryState.OWED:
        return False
    tried = (known.attempts, known.next_try_at) < (done.attempts, done.next_try_at)
    return tried or done.state is DeliveryState.DROPPED


def _noted(case: Case, notice: Notice, done: Delivery, now: datetime) -> Case:
    named = about(notice, done)
    if done.state is DeliveryState.FAILED:
        # What the receiver answered may hold an address or a name: it stays out of the record.
        unset = _unset(done.channel)
        why = unset if done.detail == unset else f"试了 {done.attempts} 次，没有成功"
        return note(case, EventKind.NOTICE_FAILED, now, COURIER, f"{named}没有送到", why=why)
    if done.state is DeliveryState.DROPPED:
        return note(case, EventKind.NOTICE_DROPPED, now, COURIER, f"{named}：{done.detail}")
    if done.state is DeliveryState.OWED:
        return case
    how = "已送达" if done.state is DeliveryState.DELIVERED else "已送出"
    return note(case, EventKind.NOTICE_SENT, now, COURIER, f"{named}{how}", why=notice.reason)


def _unset(channel: str) -> str:
    return f"没有设置 {channel} 渠道"


def _failed(delivery: Delivery, attempts: int, now: datetime, detail: str) -> Delivery:
    return replace(delivery, state=DeliveryState.FAILED, attempts=attempts, at=now, detail=plain(detail))
