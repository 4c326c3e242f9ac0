"""Answers of every kind, as a public page shows them after a few weeks: open ones, closed ones, late ones, one merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from huiying import identity
from huiying.contracts import (
    Aftermath,
    Case,
    CaseState,
    Category,
    ClockKind,
    ClockState,
    EventKind,
    Publicity,
    Recomputed,
    StatementKind,
)
from huiying.ports import Engine
from tests import factories
from tests.factories import PARTS
from tests.response_api import office
from triage.publishing import Part
from triage.record import note
from triage.texts import Texts

SECRET = "内部批示：暂不答复"
"""Stands in every field of a case that is not for the public."""


@dataclass(frozen=True)
class Told:
    title: str
    category: Category
    topic: str
    lead: str
    facts: str
    measures: str
    kind: StatementKind = StatementKind.ANSWER
    publicity: Publicity = Publicity.OPEN
    ground: str = ""
    late: bool = False


ANSWERS = (
    Told("关于洛阳市防空警报误鸣的情况说明", Category.UNCLEAR, "T05", "luoyang", "11月22日8时12分，涧西区一处警报终端因控制模块受潮自行启动，鸣响71秒，并非演习，也不是真实警报。", "已断开该终端，全市同型号终端当天逐台检查。", StatementKind.FIRST),
    Told("金水区地下车库被淹一事的调查处理结果", Category.MAJOR, "T06", "zhengzhou", "排水泵两台均停用四个月，维护单位没有按合同巡检，47辆车受损。", "维护单位已更换水泵，并与车主逐户登记损失；涉嫌失职的线索已移交。", StatementKind.RESULT, late=True),
    Told("关于人防车位收费依据的说明", Category.UNCLEAR, "T01", "zhengzhou", "该小区人防车位由建设单位投资，平时由投资者使用管理，收益归投资者，但不得出售。", "已约谈开发企业，停止以“出售”名义收款，改签租赁合同。"),
    Told("采纳“纳凉点提前公布开放时间”的建议", Category.SUGGESTION, "T10", "pingdingshan", "收到建议6条，内容是纳凉点开放时间应在入夏前公布，并注明停车和无障碍通道。", "明年起每年5月20日前公布开放名单、时间和咨询方式。"),
    Told("网传“下周实弹防空演习”为不实信息", Category.UNTRUE, "T15", "xuchang", "近期没有任何实弹防空演习安排，网传图片取自外地往年活动。", "已向平台说明情况，提示转发者核对来源，编造的线索已移交公安机关。", StatementKind.FIRST),
    Told("标准化厂房易地建设费办理问题已解决", Category.DIFFICULTY, "T02", "kaifeng", "窗口没有按新的减免清单更新系统，要求企业先缴后退，共涉及3家企业。", "系统已更新，3家企业不再需要先缴，已缴的两笔本周内退回。", StatementKind.RESULT),
    Told("关于拆除人防门改作仓库的处理情况", Category.MAJOR, "T07", "xinxiang", "现场共拆下人防门两樘，改作快递仓库约90平方米。", "已责令恢复原状，设备装回后由质量监督机构检测。", late=True),
    Told("对“缴费后就可以不建防空地下室”说法的更正", Category.MISTAKEN, "T03", "shangqiu", "只有地质等四种情形经审批才可以易地建设，缴费不能代替应当修建的防空地下室。", "已公布该项目的审批文件，并在售楼处张贴说明。"),
    Told("信访事项处理结果", Category.DIFFICULTY, "T14", "nanyang", "涉及个人情况。", "已当面答复本人，双方确认没有异议。", StatementKind.RESULT, Publicity.CLOSED, "privacy"),
    Told("个人补偿事项答复", Category.DIFFICULTY, "T08", "xinyang", "涉及特定住户。", "已与住户签订协议，按期支付完毕。", StatementKind.RESULT, Publicity.ON_REQUEST, "request"),
)  # fmt: skip


def seed(engine: Engine, now: datetime, *, times: int = 1) -> tuple[Case, ...]:
    """Save the answers, newest first, each a few hours older than the one before; ``times``: so often over."""
    made = [
        _case(told, now - timedelta(hours=1 + 7 * number + 80 * turn), engine)
        for turn in range(times)
        for number, told in enumerate(ANSWERS)
    ]
    engine.cases.save(made)
    return tuple(made)


def _case(told: Told, at: datetime, engine: Engine) -> Case:
    found = at - timedelta(hours=20)
    case = replace(
        factories.a_case(
            detected_at=found,
            flagged_at=found,
            state=CaseState.PUBLISHED,
            topic=told.topic,
            title=f"{SECRET}（原帖标题）",
            lead=f"{SECRET}（原帖正文）",
        ),
        route=factories.a_route(lead=told.lead, why=SECRET),
        assessment=factories.an_assessment(category=told.category, finding=SECRET),
        published_at=at,
        aftermath=Aftermath(since=at, peak_before=3),
    )
    statements = [_statement(case, told, 1, at, engine)]
    if told.kind is StatementKind.RESULT and told.publicity is Publicity.OPEN:
        first = replace(told, kind=StatementKind.ANSWER, title=told.title + "（阶段说明）")
        statements = [_statement(case, first, 1, at - timedelta(hours=6), engine),
                      _statement(case, told, 2, at, engine)]  # fmt: skip
    clocks = _clocks(told, found, statements[0].published_at or at)
    return _record(replace(case, statements=tuple(statements), clocks=clocks), found, at)


def _statement(case: Case, told: Told, number: int, at: datetime, engine: Engine) -> Any:
    parts = {**PARTS, Part.FACTS: told.facts, Part.MEASURES: told.measures}
    parts[Part.STANCE] = "对给群众带来的不便，我们表示歉意。设备和工程的安全，由我们负责到底。"
    unit = office.names().unit_name(told.lead)
    release = at + timedelta(hours=12) if told.kind is StatementKind.FIRST else None
    body = factories.a_body(
        kind=told.kind, category=told.category, publicity=told.publicity, ground=told.ground,
        title=told.title, parts=parts, unit=unit, next_release_at=release,
    )  # fmt: skip
    Texts(engine.register).keep_body(body)
    return factories.a_statement(
        case.id, body, number=number, kind=told.kind, category=told.category, publicity=told.publicity,
        publicity_reason=told.ground, published_at=at, unit=told.lead,
        id=identity.statement_id(case.id, number),
    )  # fmt: skip


def _clocks(told: Told, found: datetime, answered: datetime) -> tuple[Any, ...]:
    made = []
    for name, hours in (("签收", 2), ("首次发布权威信息", 5), ("新闻发布会", 24), ("回应", 24)):
        kind, duty, citation, authority = office.DUTIES[name]
        if kind is ClockKind.STATEMENT and told.kind is not StatementKind.FIRST and not told.late:
            continue
        if kind is ClockKind.PRESS_CONFERENCE and told.category is not Category.MAJOR:
            continue
        due = found + timedelta(hours=hours)
        met = {"签收": found + timedelta(minutes=25), "首次发布权威信息": found + timedelta(hours=4.5)}.get(
            name, answered
        )
        waived = kind is ClockKind.PRESS_CONFERENCE
        made.append(
            factories.a_clock(
                rule=factories.a_rule(kind=kind, name=name, duty=duty, citation=citation, authority=authority, hours=hours),
                started_at=found,
                start_source="系统预警时间",
                due_at=due,
                working=(
                    f"起算：{found + timedelta(hours=8):%Y-%m-%d %H:%M}，系统预警时间",
                    f"时限：{hours} 小时，按自然小时连续计算，夜间、周末和节假日不扣除",
                    f"到期：{due + timedelta(hours=8):%Y-%m-%d %H:%M}（北京时间）",
                    f"依据：{citation}（{authority}）",
                ),
                state=ClockState.WAIVED if waived else ClockState.MET,
                met_at=due + timedelta(hours=3) if told.late and name == "首次发布权威信息" else met,
                met_by=f"{SECRET}（领导姓名）",
                recomputed=(Recomputed(at=found, was=due + timedelta(hours=2), now=due, reason=SECRET),)
                if told.late and name == "回应"
                else (),
            )
        )  # fmt: skip
    return tuple(made)


def _record(case: Case, found: datetime, at: datetime) -> Case:
    told = [
        (found, EventKind.FLAGGED),
        (found + timedelta(minutes=10), EventKind.ASSIGNED),
        (found + timedelta(minutes=25), EventKind.ACKNOWLEDGED),
        (found + timedelta(hours=1), EventKind.DRAFTED),
        (at, EventKind.PUBLISHED),
    ]
    for moment, kind in told:
        case = note(case, kind, moment, "zhangsan", SECRET, why=SECRET)
    return case
