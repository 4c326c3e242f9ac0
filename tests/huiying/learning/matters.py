"""An office whose people have said of many pairs of matters whether they are one: two tellings of one, or two at one estate."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from huiying.contracts import ArchiveLine, Case, Disposition, Place, Suggestion
from huiying.ports import Engine
from tests.factories import NOW
from tests.triage.people import DUTY, a_desk
from tests.triage.texts import place, policy, reading
from triage.desk import Desk
from triage.lifecycle import open_case

ESTATES = (
    "青禾苑",
    "望岳新城",
    "柳溪家园",
    "金桐里",
    "北辰雅居",
    "文澜府",
    "平湖小区",
    "松石花园",
    "长亭苑",
    "云麓公馆",
)
MATTERS = (
    ("{}的人防车位租金一下子涨了三成", "{}业主不满地下人防车位涨价，一年多交八百"),
    ("{}的人防门被物业拆走卖掉了", "有人举报{}地下室人防门失踪，疑被当废铁处理"),
    ("{}地下室被隔成出租房，没有第二个出口", "{}人防地下室住进几十名租客，消防通道堵死"),
    ("{}楼顶的警报器试鸣没人通知，老人受惊", "试鸣当天{}居民被吓了一跳，都说没见到公告"),
)


def stored(engine: Engine, text: str, where: Place | None = None) -> Case:
    """A matter of its own, however much it sounds like another one."""
    found = reading(text, topic="T07", where=where or place(county="中原区"))
    case = open_case(found, policy(), NOW)
    engine.cases.save([case])
    line = ArchiveLine(
        post=found.post.key,
        disposition=Disposition.ATTACHED,
        at=NOW,
        case_id=case.id,
        body=found.post,
        reading=found,
    )
    engine.archive.put([line])
    return case


def one(engine: Engine, first: Case, second: Case) -> None:
    desk: Desk = a_desk(engine)
    seen = len(engine.cases.get(first.id).events)
    desk.merge(first.id, DUTY, NOW + timedelta(minutes=1), seen=seen, into=second.id, reason="同一件事")


def two(engine: Engine, first: Case, second: Case) -> None:
    """The machine asked whether they are one, and people say no."""
    case = engine.cases.get(first.id)
    asked = Suggestion(case_id=second.id, score=0.4, why="同一处所", at=NOW)
    case = replace(case, suggestions=(asked,), revision=case.revision + 1)
    engine.cases.save([case])
    a_desk(engine).apart(case.id, DUTY, NOW + timedelta(minutes=1), seen=len(case.events), other=second.id)


def people_have_said(engine: Engine, *, estates: int = len(ESTATES)) -> None:
    """Of each estate: one matter in two tellings is one, and three times two matters are not."""
    for number, estate in enumerate(ESTATES[:estates]):
        tellings = [[telling.format(estate) for telling in matter] for matter in MATTERS]
        same = tellings[number % len(tellings)]
        one(engine, stored(engine, same[0]), stored(engine, same[1]))
        for at in range(1, len(tellings)):
            two(engine, stored(engine, f"{tellings[0][0]}。"), stored(engine, f"{tellings[at][at % 2]}。"))
