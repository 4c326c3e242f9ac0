"""The forms of the acts that somebody may do to a case now: what they ask for, and what was typed last time.  Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from huiying import identity, requests
from huiying.clock import SHANGHAI
from huiying.contracts import (
    CASUALTIES,
    HANDLED_AS,
    Actor,
    Case,
    CaseEvent,
    CaseState,
    ClockKind,
    ClockState,
    DecisionKind,
    Knowledge,
    Level,
    Place,
    Recognised,
    ResponseClock,
    Role,
    Statement,
    StatementState,
    Ticket,
)
from response_api.established import casualty, occurred
from response_api.words import ATTITUDES, CATEGORIES, LEVELS, Named, as_is
from triage.acts import RULES, Act, allowed, tickets_for
from triage.appearances import channels_of
from triage.appearances import standing as on_show
from triage.clocks import startable
from triage.deeds.appearing import MOST_COPY, MOST_URL, MOST_WHERE
from triage.deeds.levels import about, has_authority
from triage.deeds.matter import reportable, reporting
from triage.deeds.referring import OUTCOMES, choices, unanswered, way
from triage.deeds.ticketing import WAYS, tellable
from triage.desk import MOST_TEXT
from triage.hindrance import hindrance
from triage.known import standing
from triage.policy import Policy
from triage.record import shown
from triage.scoring import Scoring, shipped
from triage.severity import rank
from triage.tickets import NO_NUMBER
from triage.words import HARMS, KNOWLEDGE, RECOGNISED, STOPS

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing that a form asks for."""

    name: str
    label: str
    kind: str
    """text (several lines), line, choice, ticks, moment, day, posts."""
    choices: Choices = ()
    required: bool = True
    hint: str = ""
    value: str = ""
    most: int = MOST_TEXT
    none: str = "不改"
    """What is chosen where nothing is, of a choice that may be left."""
    ticked: frozenset[str] = frozenset()
    """Of ``choices``, where several may be ticked: each is a field of its own, ``name.value``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody sent that could not be done: everything is given back."""

    act: Act
    values: Mapping[str, str] = field(default_factory=dict)
    chosen: frozenset[str] = frozenset()
    """Posts that were ticked."""
    faults: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""
    changed: tuple[CaseEvent, ...] = ()
    """What other people did meanwhile."""

    @property
    def written(self) -> bool:
        """Whether somebody wrote or chose something: else there was a button alone."""
        return self.act not in _BUTTONS_ALONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ActForm:
    act: Act
    name: str
    owes: str
    asks: tuple[Ask, ...]
    open: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)
    first: bool = False
    """The next step on the way: its button stands out."""
    at_once: bool = False
    """One press does it: nothing is asked, and it can be taken back."""


_BUTTONS_ALONE = frozenset({
    Act.CONFIRM, Act.ACKNOWLEDGE, Act.SUBMIT, Act.CLEAR, Act.SIGN, Act.PUBLISH, Act.HAND_OVER, Act.CLOSE,
    Act.LINK, Act.APART, Act.UNMERGE, Act.UNSPLIT,
})  # fmt: skip
ON_THE_WAY = (
    Act.CONFIRM, Act.ASSIGN, Act.ACKNOWLEDGE, Act.ASSESS, Act.SUBMIT, Act.CLEAR, Act.SIGN, Act.PUBLISH,
    Act.HAND_OVER, Act.FOLLOW_UP, Act.CLOSE, Act.EVALUATE, Act.DECIDE,
)  # fmt: skip
NEXT: Mapping[CaseState | StatementState, tuple[Act, ...]] = {
    CaseState.WATCHING: (Act.CONFIRM,),
    CaseState.FLAGGED: (Act.CONFIRM, Act.ACKNOWLEDGE),
    CaseState.CONFIRMED: (Act.ASSIGN, Act.ACKNOWLEDGE),
    CaseState.ASSIGNED: (Act.ACKNOWLEDGE,),
    CaseState.ACKNOWLEDGED: (Act.ASSESS,),
    CaseState.ASSESSED: (Act.DRAFT,),
    CaseState.PUBLISHED: (Act.FOLLOW_UP,),
    CaseState.FOLLOWED: (Act.CLOSE,),
    CaseState.CLOSED: (Act.EVALUATE,),
    StatementState.DRAFT: (Act.SUBMIT,),
    StatementState.REVIEW: (Act.CLEAR,),
    StatementState.CLEARED: (Act.SIGN,),
    StatementState.SIGNED: (Act.PUBLISH,),
}
"""The one step that leads on from where a case, or a statement, stands; of several, the first that somebody may take."""
AT_ONCE = frozenset({Act.CONFIRM, Act.ACKNOWLEDGE, Act.SUBMIT})
"""What follows can be undone: a matter can be dismissed, reassigned, a draft sent back."""
EVERY = "all"
"""Begins what stands in place of a ticket for all that are still owed."""
OTHER = "other"
"""A body that the rules do not name."""
NOT_KNOWN = "unknown"
"""In place of how people know when it happened: nobody does."""
TAKEN_BACK = "not:"
"""Before the kind of what is registered no more."""
ELSEWHERE = frozenset({Act.DRAFT, Act.EDIT, Act.CORRECT, Act.SPLIT, Act.LINK, Act.APART})
"""Acts with a page or a list of their own."""


def next_act(case: Case, acts: Collection[Act], statement: Statement | None = None) -> Act | None:
    """Of what somebody may do, the step that stands out. What a leader is asked for goes before."""
    ways = NEXT.get(statement.state if statement else case.state, ())
    if statement is None and case.evaluation:
        ways = ()
    return next((act for act in (Act.DECIDE, *ways) if act in acts), None)


def act_forms(
    case: Case,
    actor: Actor,
    policy: Policy,
    *,
    statement: Statement | None = None,
    typed: Typed | None = None,
    named: Named = as_is,
    begun: Mapping[Act, Mapping[str, str]] = MappingProxyType({}),
    hindered: Collection[Act] = (),
    scoring: Scoring | None = None,
) -> tuple[ActForm, ...]:
    """Of a case, or of one of its statements; the next step first. ``begun``: what a form starts with, laid open; ``hindered``:
    what something stands in the way of; ``scoring``: the office's own rules, where it has changed them."""
    may = [act for act in allowed(case, actor, policy, statement) if act not in hindered]
    first = next_act(case, may, statement)
    acts = [act for act in may if act not in ELSEWHERE and _has_object(act, case, actor)]
    if typed is not None and typed.act not in acts and _gives_back(typed):
        acts.append(typed.act)
    acts.sort(key=lambda act: (act is not first, act not in ON_THE_WAY, list(Act).index(act)))
    return tuple(
        _form(
            act,
            case,
            actor,
            policy,
            typed if typed and typed.act is act else None,
            named,
            first,
            begun.get(act),
            scoring or shipped(),
            statement,
        )
        for act in acts
    )


def hindrances(
    case: Case, actor: Actor, policy: Policy, statement: Statement | None = None
) -> dict[Act, str]:
    """Of what somebody may do by the table, what cannot be done yet, and why."""
    found = (
        (act, hindrance(act, case, policy, statement)) for act in allowed(case, actor, policy, statement)
    )
    return {act: why for act, why in found if why}


def _gives_back(typed: Typed) -> bool:
    """Whether there is anything to give back of what cannot be done any more."""
    return typed.act not in ELSEWHERE and (bool(typed.faults) or typed.written)


def _has_object(act: Act, case: Case, actor: Actor) -> bool:
    """Whether there is something on the case that the act could be done to."""
    running = _running(case)
    match act:
        case Act.WAIVE | Act.EXTEND:
            return bool(_put_off(act, case, actor))
        case Act.REINSTATE:
            return bool(_waived(case, actor))
        case Act.REPORT_UP:
            return any(clock.rule.kind == "report_up" for clock in running)
        case Act.RAISE:
            return rank(case.severity.level) < len(LEVELS) - 1
        case Act.LOWER:
            return rank(case.severity.level) > 0
        case _:
            return True


def _form(
    act: Act,
    case: Case,
    actor: Actor,
    policy: Policy,
    typed: Typed | None,
    named: Named,
    first: Act | None,
    begun: Mapping[str, str] | None,
    scoring: Scoring,
    statement: Statement | None,
) -> ActForm:
    values = typed.values if typed else begun or {}
    asks = tuple(
        replace(
            ask,
            value=values.get(ask.name, ask.value),
            ticked=_ticked(ask, values) if values else ask.ticked,
        )
        for ask in _asks(act, case, actor, policy, named, scoring, statement)
    )
    rule = RULES[act]
    return ActForm(
        act=act,
        name=rule.name,
        owes=rule.owes,
        asks=asks,
        open=typed is not None or begun is not None,
        faults=typed.faults if typed else {},
        first=act is first,
        at_once=act in AT_ONCE,
    )


def _ticked(ask: Ask, values: Mapping[str, str]) -> frozenset[str]:
    return frozenset(key for key, _ in ask.choices if values.get(f"{ask.name}.{key}"))


def _running(case: Case) -> list[ResponseClock]:
    return [clock for clock in case.clocks if clock.state is ClockState.RUNNING]


def _put_off(act: Act, case: Case, actor: Actor) -> list[ResponseClock]:
    """The clocks that somebody may do without or put off, or ask for it: not where that is for a higher rank, or asked already."""
    asked = {(one.kind, one.clock) for one in case.decisions if one.granted is None}
    kind = DecisionKind.WAIVE if act is Act.WAIVE else DecisionKind.EXTEND
    return [
        clock
        for clock in _running(case)
        if (act is Act.EXTEND or clock.rule.waivable)
        and (
            has_authority(actor, clock)
            if Role.LEADER in actor.roles
            else (kind, clock.rule.kind) not in asked
        )
    ]


def _waived(case: Case, actor: Actor) -> list[ResponseClock]:
    """The clocks that somebody did without, and this person may say that they are owed after all."""
    waived = (clock for clock in case.clocks if clock.state is ClockState.WAIVED)
    return [clock for clock in waived if has_authority(actor, clock)]


def _clock(clocks: Iterable[ResponseClock]) -> Ask:
    return _which([(clock.rule.kind, f"{clock.rule.name}（{clock.authority}）") for clock in clocks])


def _which(kinds: Iterable[tuple[ClockKind, str]]) -> Ask:
    choices = [(kind.value, name) for kind, name in kinds]
    return Ask(name="clock", label="时限", kind="choice", choices=choices)


_REASON = Ask(name="reason", label="理由", kind="text", hint="不写姓名、电话、身份证号")


def _asks(
    act: Act,
    case: Case,
    actor: Actor,
    policy: Policy,
    named: Named,
    scoring: Scoring,
    statement: Statement | None,
) -> tuple[Ask, ...]:
    match act:
        case Act.ASSIGN | Act.REASSIGN:
            unit = Ask(
                name="unit", label="承办单位", kind="choice", choices=_units(policy), value=case.route.lead
            )
            note = Ask(name="note", label="交办意见", kind="text", required=False)
            return (unit, note if act is Act.ASSIGN else _REASON)
        case Act.REPORT_UP:
            owed = reporting(case)
            whom = reportable(owed.rule.duty if owed else "")
            to = Ask(name="to", label="报给谁", kind="choice", choices=[(who, who) for who in whom])
            note = Ask(
                name="note",
                label="怎么报的",
                kind="text",
                required=False,
                hint="领导有批示、上级要求回应的，另用“登记认定”登记",
            )
            return (to, note)
        case Act.ASSESS:
            return _assessment(case)
        case Act.RELABEL:
            if case.state is CaseState.CLOSED:
                return (*_moment_asks(case), _HOW)
            return (
                *label_asks(policy.topics, place=case.place),
                *_moment_asks(case),
                *_harm_asks(case),
                _HOW,
            )
        case Act.RECOGNISE:
            return _recognition(case)
        case Act.CONSULT:
            return (
                Ask(
                    name="participants",
                    label="参加单位",
                    kind="text",
                    hint="一行一个，写单位，不写姓名",
                    most=1500,
                ),
                Ask(name="conclusion", label="会商结论", kind="text"),
            )
        case Act.FOLLOW_UP:
            solved = [("yes", "已经解决"), ("no", "没有解决，重新启动")]
            return (
                Ask(name="solved", label="结果", kind="choice", choices=solved),
                Ask(name="found", label="回访情况", kind="text"),
            )
        case Act.CONFIRM_LEVEL:
            return (Ask(name="reason", label="理由（可以不写）", kind="text", required=False),)
        case Act.RAISE | Act.LOWER:
            up = act is Act.RAISE
            now = rank(case.severity.level)
            levels = [(level.value, f"{LEVELS[level].numeral} {level.value}") for level in Level
                      if (rank(level) > now if up else rank(level) < now)]  # fmt: skip
            return (Ask(name="level", label="等级", kind="choice", choices=levels), _REASON)
        case Act.WAIVE:
            return (_clock(_put_off(act, case, actor)), _REASON)
        case Act.REINSTATE:
            return (_clock(_waived(case, actor)), _REASON)
        case Act.EXTEND:
            until = Ask(name="until", label="延到（北京时间）", kind="moment")
            return (_clock(_put_off(act, case, actor)), until, _REASON)
        case Act.START_CLOCK:
            return (_which((rule.kind, f"{rule.name}（暂定）") for rule in startable(case)), _REASON)
        case Act.CANCEL_CLOCK:
            return (_clock(clock for clock in _running(case) if clock.provisional), _REASON)
        case Act.DECIDE:
            return _decision(case, named)
        case Act.MERGE:
            into = Ask(name="into", label="并入哪件事", kind="line", hint="粘贴那件事的网址或编号", most=300)
            return (into, _REASON)
        case Act.EVALUATE:
            return _evaluation(case, scoring)
        case Act.HOLD:
            end = Ask(
                name="until",
                label="保存到（北京时间）",
                kind="moment",
                required=False,
                hint="不写就一直保存，直到解除",
            )
            return (end, _REASON)
        case Act.REFER:
            return _referral(case)
        case Act.TAKE_REPLY:
            return _reply(case)
        case Act.ANSWER_TICKET | Act.RETURN_TICKET | Act.EXTEND_TICKET | Act.SORT_TICKET:
            return _of_tickets(act, case, actor)
        case Act.SUSPEND:
            why = Ask(
                name="why",
                label="原因",
                kind="choice",
                choices=[(reason.value, name) for reason, name in STOPS.items()],
                hint="公开页上只写这一条",
            )
            return (why, replace(_REASON, label="情况说明", hint="只供内部查阅；不写姓名、电话、身份证号"))
        case Act.NOTE_APPEARANCE:
            return _appearance(scoring)
        case Act.NOTE_REMOVAL if statement:
            return _removal(statement, scoring)
        case Act.RESUME | Act.RELEASE | Act.DISMISS | Act.OBJECT | Act.REOPEN | Act.SEND_BACK | Act.WITHDRAW:
            return (_REASON,)
        case _:
            return ()


def _evaluation(case: Case, scoring: Scoring) -> tuple[Ask, ...]:
    """With what was said last time, where it is evaluated again."""
    said = case.evaluation
    return (
        Ask(name="channels", label="回应用了哪些渠道", kind="ticks", required=False,
            choices=[(row.key, row.name) for row in scoring.channel],
            ticked=frozenset(said.channels if said else channels_of(case.statements)),
            hint="本系统公开页、单位网站发布成功的自动算政府网站；登记过登载的已经勾上"),
        Ask(name="in_place", label="在反映的地方也作了回应", kind="choice",
            choices=[("yes", "是"), ("no", "否")], value=("yes" if said.in_place else "no") if said else ""),
        Ask(name="flags", label="另行记载（不计分）", kind="ticks", required=False,
            choices=[(row.key, f"{row.name}{'（一票否决）' if row.veto else ''}") for row in scoring.flag],
            ticked=frozenset(said.flags if said else ())),
        Ask(name="note", label="说明", kind="text", required=False, hint="标了另行记载的要写明依据；不写姓名、电话"),
    )  # fmt: skip


def _appearance(scoring: Scoring) -> tuple[Ask, ...]:
    return (
        Ask(name="channel", label="哪类渠道", kind="choice", choices=list(scoring.channel_names.items())),
        Ask(name="where", label="登在哪里", kind="line", most=MOST_WHERE, hint="网站、账号或报纸的名称，公开页上照写"),
        Ask(name="url", label="网址", kind="line", required=False, most=MOST_URL, hint="报纸、广播没有网址的留空"),
        Ask(name="at", label="何时登的（北京时间）", kind="moment"),
        Ask(name="copy", label="那里的文字", kind="text", required=False, most=MOST_COPY,
            hint="把那一页的文字整篇粘贴进来：与签发的逐句核对，并存档"),
    )  # fmt: skip


def _removal(statement: Statement, scoring: Scoring) -> tuple[Ask, ...]:
    names = scoring.channel_names
    there = [
        (str(one.number), f"{one.where}（{names.get(one.channel, one.channel)}，{shown(one.at)}）")
        for one in on_show(statement)
    ]
    return (
        Ask(name="appearance", label="哪一处", kind="choice", choices=there, value=there[0][0] if len(there) == 1 else ""),
        Ask(name="at", label="何时处理的（北京时间）", kind="moment"),
        replace(_REASON, label="怎么处理的", hint="撤下了，换成了更正稿，或撤不下的怎么办的；不写姓名、电话"),
    )  # fmt: skip


_HOW = Ask(
    name="reason",
    label="说明",
    kind="text",
    required=False,
    hint="改发生时间、伤亡的要写明怎么核实的；不写姓名、电话、身份证号",
)


_KNOWN = [(one.value, KNOWLEDGE[one]) for one in Knowledge]


def _moment_asks(case: Case) -> tuple[Ask, ...]:
    """What clocks count from."""
    return (
        Ask(name="occurred", label="发生时间（北京时间）", kind="moment", required=False,
            hint=f"现在：{occurred(case)}"),
        Ask(name="occurred_source", label="发生时间怎么知道的", kind="choice", required=False,
            choices=[*_KNOWN, (NOT_KNOWN, "经核实，发生时间不详")]),
    )  # fmt: skip


def _harm_asks(case: Case) -> tuple[Ask, ...]:
    """Who came to harm."""
    return (
        *(
            Ask(name=kind.value, label=f"{HARMS[kind]}人数", kind="line", required=False, most=6,
                hint=f"核实的人数，没有的写 0；现在是{casualty(case, kind)}")
            for kind in CASUALTIES
        ),
        Ask(name="harm_source", label="伤亡怎么核实的", kind="choice", required=False, choices=_KNOWN),
    )  # fmt: skip


def _recognition(case: Case) -> tuple[Ask, ...]:
    choices = [
        (f"{Recognised.EMERGENCY}:{level.value}", f"突发事件等级：{level.value}") for level in reversed(Level)
    ]
    rest = (Recognised.ORDER, Recognised.INSTRUCTION)
    choices += [(kind.value, RECOGNISED[kind]) for kind in rest]
    back = [kind for kind in Recognised if standing(case, kind) is not None]
    choices += [
        (f"{TAKEN_BACK}{kind}", f"撤销：{RECOGNISED[kind]}（登记错了，或者已经收回）") for kind in back
    ]
    reason = Ask(
        name="reason",
        label="说明",
        kind="text",
        required=False,
        hint=f"更正、撤销要写明理由{'；已经登记的同类，再登记就是更正' if back else ''}",
    )
    return (
        Ask(name="what", label="登记什么", kind="choice", choices=choices),
        Ask(name="body", label="谁认定、要求或批示", kind="line", most=60, hint="写机关或职务，不写姓名"),
        Ask(name="document", label="文号", kind="line", required=False, most=60, hint="没有文号的写来文、来电的方式"),
        Ask(name="said_at", label="何时（北京时间）", kind="moment"),
        reason,
    )  # fmt: skip


def _referral(case: Case) -> tuple[Ask, ...]:
    named = [
        (one.body, f"{one.body}{f'：{one.ground}' if one.ground else ''}{'（移交线索）' if one.clue else ''}")
        for one in choices(case)
    ]
    other = () if case.route.restricted else ((OTHER, "其他单位（写在下一栏）"),)
    free = (
        Ask(name="other", label="其他单位", kind="line", required=False, most=40, hint="写单位全称，一次一个，不写姓名"),
    ) if other else ()  # fmt: skip
    return (
        Ask(name="body", label="转给谁", kind="choice", choices=[*named, *other]),
        *free,
        Ask(name="ground", label="是它的哪项职责", kind="line", required=False, most=80, hint="不写就用分办规则里的"),
        Ask(name="article", label="依据哪条规定", kind="line", required=False, most=120, hint="不写就用分办规则里的"),
        Ask(name="clue", label="性质", kind="ticks", required=False,
            choices=[("yes", "移交线索（公安、纪检监察等），不在公开页上说")]),
        Ask(name="until", label="请于何时前反馈（北京时间）", kind="moment", required=False, hint="不要求反馈的留空"),
        Ask(name="note", label="说明", kind="text", required=False, hint="移交线索必填：移交什么、为什么；不写姓名、电话、身份证号"),
    )  # fmt: skip


def _reply(case: Case) -> tuple[Ask, ...]:
    sent = [(one.id, f"{way(one.to)}{one.to.body}（{shown(one.at)}）") for one in unanswered(case)]
    return (
        Ask(name="referral", label="哪一次", kind="choice", choices=sent, value=sent[0][0] if len(sent) == 1 else ""),
        Ask(name="outcome", label="结果", kind="choice", choices=[(one.value, word) for one, word in OUTCOMES.items()]),
        Ask(name="at", label="何时收到（北京时间）", kind="moment", hint="不再等的写今天"),
        Ask(name="gist", label="反馈要点", kind="text", hint="怎么办的、什么结果；不再等的写明理由；不写姓名、电话"),
    )  # fmt: skip


def _of_tickets(act: Act, case: Case, actor: Actor) -> tuple[Ask, ...]:
    waiting = tickets_for(act, case, actor)
    every = [(every_of(waiting), f"全部 {len(waiting)} 件")] if len(waiting) > 1 else []
    which = Ask(
        name="tickets",
        label="哪几件工单",
        kind="ticks",
        choices=[*every, *((one.post, ticket_line(one)) for one in waiting)],
        ticked=frozenset(one.post for one in waiting) if len(waiting) == 1 else frozenset(),
    )
    match act:
        case Act.ANSWER_TICKET:
            told = [(str(one.number), f"第 {one.number} 号　{one.title}") for one in tellable(case)]
            ways = [(one.value, word) for one, word in WAYS.items()]
            no_persons = "不写姓名、电话、身份证号"
            said = Ask(name="said", label="说了什么", kind="text", hint=no_persons)
            asks = (
                which,
                Ask(name="at", label="何时答复的（北京时间）", kind="moment"),
                Ask(name="way", label="怎么答复的", kind="choice", choices=ways),
            )
            if not told:
                return (*asks, said)
            content = "内容就是已发布的文稿"
            return (
                *asks,
                replace(said, required=False, hint=f"选了下面的文稿可以不写；{no_persons}"),
                Ask(
                    name="statement", label=content, kind="choice", choices=told, required=False, none="不是"
                ),
            )
        case Act.RETURN_TICKET:
            return (which, Ask(name="at", label="何时退回的（北京时间）", kind="moment"), _REASON)
        case Act.EXTEND_TICKET:
            until = Ask(name="until", label="延到哪一天（算到当天结束）", kind="day")
            return (which, until, _REASON)
        case _:
            kinds = [(one.value, requests.NAMES[one]) for one in requests.OWING]
            return (which, Ask(name="request", label="改为", kind="choice", choices=kinds))


def every_of(waiting: Sequence[Ticket]) -> str:
    """What stands for all of them: for these and no others, so that what comes in meanwhile is not answered unseen."""
    return f"{EVERY}-{identity.digest(*(one.post for one in waiting))[:12]}"


def ticket_line(ticket: Ticket) -> str:
    """20261123001　投诉　最迟 12-07."""
    number, last = ticket.reference or NO_NUMBER, ticket.due_at.astimezone(SHANGHAI)
    return f"{number}　{requests.NAMES[ticket.request]}　最迟 {last:%m-%d}"


def label_asks(topics: Mapping[str, str], *, place: Place | None = None) -> tuple[Ask, ...]:
    """What 改判 asks for: whatever is left as it is stays as it is."""
    known = (place.county or place.city or place.province) if place else ""
    return (
        Ask(name="relevant", label="相关", kind="choice", required=False,
            choices=[("yes", "与本办有关"), ("no", "与本办无关")]),
        Ask(name="topic", label="事项", kind="choice", required=False,
            choices=[(code, f"{code} {name}") for code, name in topics.items()]),
        Ask(name="category", label="处置分类", kind="choice", required=False,
            choices=[(category.value, name) for category, name in CATEGORIES.items()]),
        Ask(name="place", label="地点", kind="line", required=False, most=60,
            hint=f"市、县（区）的名字{f'，现在是{known}' if known else ''}"),
        Ask(name="attitude", label="态度", kind="choice", required=False,
            choices=[(attitude.value, name) for attitude, name in ATTITUDES.items()]),
    )  # fmt: skip


def _assessment(case: Case) -> tuple[Ask, ...]:
    found = [category for category in case.categories if category in HANDLED_AS]
    known = case.assessment.category if case.assessment else (found[0] if found else "")
    return (
        Ask(name="category", label="处置分类", kind="choice", choices=[(c.value, CATEGORIES[c]) for c in HANDLED_AS],
            value=known),
        Ask(name="finding", label="研判意见", kind="text", hint="性质、走势、风险、责任；不写姓名、电话"),
        Ask(name="source", label="所依据的官方信息", kind="line", required=False, most=300,
            hint="定为不实信息时必填：文号或网址"),
    )  # fmt: skip


def _decision(case: Case, named: Named) -> tuple[Ask, ...]:
    open_ones = []
    for asked in case.decisions:
        if asked.granted is None:
            open_ones.append((asked.id, f"{named(asked.asked_by)} 请示：{about(case, asked)}"))
    return (
        Ask(name="decision", label="请示", kind="choice", choices=open_ones),
        Ask(name="granted", label="批示", kind="choice", choices=[("yes", "同意"), ("no", "不同意")]),
        _REASON,
    )


def _units(policy: Policy) -> Choices:
    return [(unit.id, unit.name) for unit in policy.units]
