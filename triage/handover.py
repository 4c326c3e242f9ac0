"""Hands published statements to outlets, and has them taken down where they are suspended: nothing is shown that is not approved
byte for byte; again with the same key, then given up.

An outlet that takes a statement and then fails is asked again under the same key, so that it can drop the repeat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from huiying import logs
from huiying.contracts import (
    Case,
    DeliveryState,
    EventKind,
    Publication,
    Publicity,
    Statement,
    StatementState,
    Task,
)
from huiying.errors import GiveUp, TryAgain
from huiying.ports import Clock, Outlet
from triage.approval import approved
from triage.patience import ATTEMPTS, FIRST_WAIT, SILENT_AFTER, next_try
from triage.receipts import plain
from triage.record import COURIER, carried, note
from triage.texts import Texts
from triage.words import OUTLETS

_log = logs.get("handover")


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one statement on one outlet."""

    statement: str
    """Its id."""
    publication: Publication


class Handover:
    def __init__(self, outlets: Mapping[str, Outlet], texts: Texts, clock: Clock) -> None:
        self._outlets = outlets
        self._texts = texts
        self._clock = clock

    def carry(self, case: Case, now: datetime, refused: Counter[str]) -> list[Handed]:
        """Hand over what is owed and due; ``refused`` counts, by receiver, who takes nothing this round."""
        return [Handed(statement.id, self._one(case, statement, one, now, refused))
                for statement, one in _owed(case, now)]  # fmt: skip

    def _one(
        self, case: Case, statement: Statement, owed: Publication, now: datetime, refused: Counter[str]
    ) -> Publication:
        receiver = f"outlet:{owed.outlet}"
        if refused[receiver] >= SILENT_AFTER:
            return replace(owed, next_try_at=max(now, self._clock.now()) + FIRST_WAIT)
        tried = self._try(case, statement, owed, now)
        refused[receiver] = refused[receiver] + 1 if tried.state is DeliveryState.OWED else 0
        return tried

    def _try(self, case: Case, statement: Statement, owed: Publication, now: datetime) -> Publication:
        attempts = owed.attempts + 1
        try:
            url = self._hand_over(case, statement, owed)
        except TryAgain as trouble:
            _log.warning("statement_waits", statement=statement.id, outlet=owed.outlet, attempts=attempts)
            if attempts < ATTEMPTS:
                again = next_try(now, attempts)
                return replace(owed, attempts=attempts, next_try_at=again, detail=plain(str(trouble)))
            return _failed(owed, attempts, now, f"试了 {attempts} 次：{trouble}")
        except GiveUp as refusal:
            return _failed(owed, attempts, now, str(refusal))
        except Exception as error:
            _log.exception("outlet_failed", statement=statement.id, outlet=owed.outlet)
            return _failed(owed, attempts, now, f"交送程序出错（{type(error).__name__}），详见系统日志")
        task = owed.task.value
        _log.info(
            "statement_handed_over", statement=statement.id, case=case.id, outlet=owed.outlet, task=task
        )
        return replace(
            owed, state=DeliveryState.DELIVERED, attempts=attempts, at=now, url=url, detail="对方已确认"
        )

    def _hand_over(self, case: Case, statement: Statement, owed: Publication) -> str:
        """Where it stands; '' where it was taken down."""
        key, outlet = key_of(statement, owed), self._outlets.get(owed.outlet)
        if owed.task is Task.STOP:
            _open(outlet, owed.outlet).stop(statement, case_id=case.id, key=key)
            return ""
        if why := withheld(statement):
            raise GiveUp(f"没有交出：{why}")
        body = self._texts.body(statement.sha256)
        if body is None:
            raise GiveUp("没有交出：文稿库里没有这份文字，或与它的 SHA-256 不符")
        return _open(outlet, owed.outlet).publish(statement, body, case_id=case.id, key=key)


def key_of(statement: Statement, owed: Publication) -> str:
    """The idempotency key: the same for a repeat, another one for another word about the same statement."""
    return statement.id if owed.turn == 1 else f"{statement.id}.{owed.turn}"


def _open(outlet: Outlet | None, name: str) -> Outlet:
    if outlet is None:
        raise GiveUp(f"没有设置 {name} 发布渠道")
    return outlet


def withheld(statement: Statement) -> str:
    """Why this may not leave the house, in Chinese; '' where it may."""
    if statement.state is not StatementState.PUBLISHED:
        return "它不在已发布状态"
    if statement.publicity is not Publicity.OPEN:
        return "它不是主动公开"
    if statement.suspended is not None:
        return "它暂停公开"
    return approved(statement)


def settle(case: Case, handed: list[Handed], now: datetime) -> Case:
    """The case with these outcomes booked, on whatever revision it has by now."""
    before = case
    for one in handed:
        case = _booked(case, one, now)
    return before if case is before else carried(case)


def _owed(case: Case, now: datetime) -> Iterator[tuple[Statement, Publication]]:
    for statement in case.statements:
        for one in statement.publications:
            if one.state is DeliveryState.OWED and one.next_try_at <= now:
                yield statement, one


def _booked(case: Case, handed: Handed, now: datetime) -> Case:
    """Only where it is still owed: another courier may have booked it."""
    done = handed.publication
    for statement in case.statements:
        for known in statement.publications:
            same = (statement.id, known.outlet, known.turn) == (handed.statement, done.outlet, done.turn)
            if same and _newer(done, known):
                kept = tuple(done if one is known else one for one in statement.publications)
                changed = replace(statement, publications=kept)
                statements = tuple(changed if one is statement else one for one in case.statements)
                return _noted(replace(case, statements=statements), statement, done, now)
    return case


def _newer(done: Publication, known: Publication) -> bool:
    return known.state is DeliveryState.OWED and (known.attempts, known.next_try_at) < (
        done.attempts,
        done.next_try_at,
    )


def _noted(case: Case, statement: Statement, done: Publication, now: datetime) -> Case:
    about = f"第 {statement.number} 份文稿（{OUTLETS.get(done.outlet, done.outlet)}）"
    if done.task is Task.STOP and done.state is DeliveryState.DELIVERED:
        return note(case, EventKind.OUTLET_STOPPED, now, COURIER, f"{about}已撤下")
    if done.task is Task.STOP and done.state is DeliveryState.FAILED:
        why = _for_the_record(done)
        return note(case, EventKind.OUTLET_NOT_STOPPED, now, COURIER, f"{about}没有撤下，请人工处理", why=why)
    if done.state is DeliveryState.DELIVERED:
        return note(case, EventKind.OUTLET_DELIVERED, now, COURIER, f"{about}已上网", why=done.url)
    if done.state is DeliveryState.FAILED:
        return note(
            case,
            EventKind.OUTLET_FAILED,
            now,
            COURIER,
            f"{about}没有上网，请人工处理",
            why=_for_the_record(done),
        )
    return case


def _for_the_record(done: Publication) -> str:
    """Our own reasons in full; what a receiver answered may hold a name and stands with the publication alone."""
    ours = done.detail.startswith(("没有交出", "没有设置"))
    return done.detail if ours else f"试了 {done.attempts} 次，没有成功"


def _failed(owed: Publication, attempts: int, now: datetime, detail: str) -> Publication:
    return replace(owed, state=DeliveryState.FAILED, attempts=attempts, at=now, detail=plain(detail))
