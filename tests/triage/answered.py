"""A case that is answered in public, and what people do to the answer afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from huiying.contracts import Actor, Case, Category, StopReason
from huiying.ports import Engine
from tests.factories import NOW
from tests.triage.people import CHECKER, DUTY, HANDLER, SECRECY, SIGNER, SPOKESPERSON, a_draft, taken_in
from tests.triage.texts import place, reading
from triage.desk import Desk
from triage.publishing import Draft

PARKING = "中原区锦绣花园开发商把人防车位只租不售，一次收二十年租金十二万，不交不让进"
RIGHT = "更正：此前写的车位数有误。经再次核对，锦绣花园地下车库共有人防车位一百三十二个，由开发企业投资建设。"


def answered(desk: Desk, engine: Engine) -> Case:
    """Answered in public ten minutes after it was found."""
    case = taken_in(engine, reading(PARKING, where=place("郑州市", "中原区")))
    desk.confirm(case.id, DUTY, NOW, seen=seen(desk, case))
    desk.assign(case.id, DUTY, NOW, seen=seen(desk, case), unit="zhengzhou")
    desk.acknowledge(case.id, HANDLER, NOW, seen=seen(desk, case))
    desk.assess(
        case.id, HANDLER, NOW, seen=seen(desk, case), category=Category.DIFFICULTY, finding="收费依据不清"
    )
    case = desk.draft(case.id, HANDLER, NOW, seen=seen(desk, case), wanted=a_draft())
    return to_the_public(desk, case, NOW + timedelta(minutes=10))


def seen(desk: Desk, case: Case) -> int:
    return len(desk.cases.get(case.id).events)


def to_the_public(desk: Desk, case: Case, now: datetime) -> Case:
    """The newest statement, past three people and onto the page."""
    one = case.statements[-1].id
    desk.submit(case.id, HANDLER, now, seen=seen(desk, case), statement=one)
    sha256 = case.statements[-1].sha256
    desk.clear(case.id, SECRECY, now, seen=seen(desk, case), statement=one, sha256=sha256)
    desk.sign(case.id, SIGNER, now, seen=seen(desk, case), statement=one, sha256=sha256)
    return desk.publish(case.id, SPOKESPERSON, now, seen=seen(desk, case), statement=one)


def correcting(
    desk: Desk, case: Case, now: datetime, *, number: int = 1, wanted: Draft | None = None
) -> Case:
    old = case.statements[number - 1].id
    wanted = wanted or a_draft(facts=RIGHT)
    return desk.correct(case.id, HANDLER, now, seen=seen(desk, case), statement=old, wanted=wanted)


def hidden(
    desk: Desk,
    case: Case,
    now: datetime,
    *,
    number: int = 1,
    why: StopReason = StopReason.PERSONAL,
    by: Actor = SECRECY,
) -> Case:
    one = case.statements[number - 1].id
    return desk.suspend(
        case.id, by, now, seen=seen(desk, case), statement=one, why=why, reason="写了一位住户的姓名"
    )


def shown_again(desk: Desk, case: Case, now: datetime, *, number: int = 1, by: Actor = SIGNER) -> Case:
    one = case.statements[number - 1].id
    return desk.resume(case.id, by, now, seen=seen(desk, case), statement=one, reason="核对无误")


def filed(desk: Desk, case: Case, now: datetime) -> Case:
    desk.follow_up(case.id, HANDLER, now, seen=seen(desk, case), solved=True, found="已经恢复出租")
    return desk.close(case.id, CHECKER, now, seen=seen(desk, case))
