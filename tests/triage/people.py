"""The people of an office, and a desk for them, as tests of people's part need them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from huiying.contracts import Actor, Case, Category, Rank, Reading, Role, StatementKind
from huiying.ports import Engine
from tests.factories import NOW
from tests.triage.texts import policy
from triage.desk import Desk
from triage.handle import StoryHandler
from triage.publishing import Draft, Part
from triage.texts import Texts


def person(role: Role, *, login: str = "", unit: str = "henan", rank: Rank = Rank.STAFF) -> Actor:
    return Actor(login=login or role.value, name=role.value, roles=frozenset({role}), unit=unit, rank=rank)


MONITOR = person(Role.MONITOR)
DUTY = person(Role.DUTY)
HANDLER = person(Role.HANDLER, unit="zhengzhou")
OTHER_HANDLER = person(Role.HANDLER, login="handler2", unit="zhengzhou")
CHECKER = person(Role.CHECKER, rank=Rank.DIVISION_HEAD)
SECRECY = person(Role.SECRECY)
SIGNER = person(Role.SIGNER, rank=Rank.HEAD)
SPOKESPERSON = person(Role.SPOKESPERSON)
LEADER = person(Role.LEADER, rank=Rank.HEAD)
ADMIN = person(Role.ADMIN)

WORDS = {
    Part.FACTS: "11月23日接到反映后，我们到中原区锦绣花园现场核对：地下车库共有人防车位一百二十个，由开发企业投资建设。",
    Part.STANCE: "人防车位平时由投资者使用管理，收益归投资者，但不得只售不租、不得变相强制购买，业主的意见有道理。",
    Part.MEASURES: "已约谈开发企业，要求十一月底前恢复按月出租，租金标准在小区公示栏公布，逾期由执法支队立案。",
    Part.NEXT: "十二月五日前公布整改结果，并抽查同一企业的另外两个小区。",
    Part.CONTACT: "市人防办工程管理科 0371-12345678，工作日 9:00 至 17:00。",
}


def a_draft(kind: StatementKind = StatementKind.ANSWER, **parts: str) -> Draft:
    """A draft with substance, for the public."""
    next_release = NOW + timedelta(hours=6) if kind is StatementKind.FIRST else None
    made = Draft(
        kind=kind,
        category=Category.DIFFICULTY,
        title="关于锦绣花园人防车位租售问题的回应",
        parts=WORDS,
        next_release_at=next_release,
    )
    return replace(made, parts={**WORDS, **{Part(name): text for name, text in parts.items()}})


def a_desk(engine: Engine) -> Desk:
    return Desk(cases=engine.cases, archive=engine.archive, texts=Texts(engine.register), policy=policy())


def taken_in(engine: Engine, *readings: Reading, now: datetime = NOW) -> Case:
    """The case that the first of these readings belongs to, once triage has had them all."""
    StoryHandler(engine.cases, engine.archive, policy()).handle(list(readings), now)
    line = engine.archive.versions([readings[0].post.id])[readings[0].post.id][-1]
    assert line.case_id is not None
    return engine.cases.get(line.case_id)
