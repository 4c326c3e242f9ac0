"""使用说明: what somebody of these roles does here, out of the tables that the program itself goes by.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from huiying.contracts import LIVE_STATES, CaseState, Rank, Role, StatementState
from response_api.words import STATEMENT_STATES, STATES
from triage.acts import ACTS, OF_TICKETS, Rule
from triage.words import RANK_NAMES

STEPS: dict[CaseState, str] = {
    CaseState.WATCHING: "像是与本单位有关，分量还不到告警，时限没有开始。值得办的“确认”，不相干的“不予受理”，过些天没有新情况的自己消退。",
    CaseState.FLAGGED: "系统认为要办：归了单位，评了等级，签收、回应等时限开始走，通知已经发出。",
    CaseState.CONFIRMED: "监测员或值班长看过，确有其事。",
    CaseState.ASSIGNED: "值班长定了承办单位，以后系统不再自动改派。",
    CaseState.ACKNOWLEDGED: "承办单位收到，写明由谁办。",
    CaseState.ASSESSED: "定为六类之一，该怎么公布由此而定。会商、拟稿、送审、保密审查、签发都在这一步办。",
    CaseState.PUBLISHED: "文稿上了公开页，回应时限停下；以后几天看有没有反弹。",
    CaseState.FOLLOWED: "问过反映问题的人或看过现场，写明解决了没有。",
    CaseState.CLOSED: "办完。评估打分，按保管期限存档；公众说“仍未解决”的可以重开。",
}
"""Where a matter stands, in its order, and what that means."""

QUESTIONS: tuple[tuple[str, str], ...] = (
    (
        "为什么看不到某件事，或者没有某个按钮",
        "看得到的是本单位和下级单位的事；标了限制知悉的，只有经办的人和最上级单位的值班长、领导看得到。按钮只列现在、由您能办的："
        "事情没走到那一步、由别的单位牵头、稿子是自己写的（不能自己审、自己签）、职级不够该等级，都不出现。",
    ),
    (
        "已经发布了，回应时限为什么还在走",
        "主动公开、有实质内容的文稿才停时限。只写“已关注，正在调查”的不算；登在微信、微博上的（登记登载）也不算，公开页上的才算。",
    ),
    (
        "热线工单和事件是什么关系",
        "一件事可以有许多人打电话。工单按热线的期限一件一件答复来电人，事件按舆情的时限公开回应，两样都要办，互不代替。",
    ),
    (
        "等级是谁定的",
        "先由系统按规则评，每一分都写着依据。人可以核定、升级或降级；人定过的，系统评出更高的等级时照样升，不会自己降。",
    ),
    (
        "两件其实是一件事，或者一件里混着两件",
        "事件页上“认定同一件事”“合并”“拆分”，都可以撤销；合并后时限取早不取晚，等级取高不取低。",
    ),
    (
        "写到一半登录失效了",
        "交上来的文字替您存一天。重新登录，在“我的账号”的“没有交上的内容”里接着交；图片要重新选。",
    ),
    (
        "两个人同时改了一件事",
        "后交的人会看到别人刚才做了什么，自己写的还在，看过再交。",
    ),
    (
        "没有收到通知",
        "“通知记录”里写着每一条发给了谁、走哪个渠道、对方怎么回的。值班的人按“值班表”通知，表里没有写的按账号和规则通知。",
    ),
    (
        "电脑的钟不准怎么办",
        "不要紧：时间都是服务器的北京时间，剩余时间由服务器算。",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """One button."""

    name: str
    when: str
    """Where the matter, or the statement, has to stand."""
    leads_to: str
    """'' where nothing moves."""
    owes: str
    rank: str
    """The least rank; '' where any will do."""


@dataclass(frozen=True, slots=True)
class Chapter:
    name: str
    doings: tuple[Doing, ...]


def steps() -> tuple[tuple[str, str], ...]:
    return tuple((STATES[state], text) for state, text in STEPS.items())


def chapters(roles: Set[Role]) -> tuple[Chapter, ...]:
    """What these roles may do: to a matter, to its statements, for its callers; none of it where they have no part in matters."""
    own = [rule for rule in ACTS if not roles.isdisjoint(rule.roles)]
    sorted_out = (
        ("办事件", [rule for rule in own if not rule.drafts and rule.act not in OF_TICKETS]),
        ("办文稿", [rule for rule in own if rule.drafts]),
        ("办工单", [rule for rule in own if rule.act in OF_TICKETS]),
    )
    return tuple(Chapter(name, tuple(map(_doing, rules))) for name, rules in sorted_out if rules)


def _doing(rule: Rule) -> Doing:
    return Doing(
        name=rule.name,
        when=_drafts(rule.drafts) if rule.drafts else _cases(rule.states),
        leads_to="" if rule.to == "不变" else rule.to,
        owes=rule.owes,
        rank="" if rule.rank is Rank.STAFF else f"{RANK_NAMES[rule.rank]}以上",
    )


def _cases(states: Iterable[CaseState]) -> str:
    """办理中 for everything between the alert and the end."""
    given = tuple(states)
    if not set(given) >= LIVE_STATES:
        return "、".join(STATES[state] for state in given)
    return "、".join(["办理中", *(STATES[state] for state in given if state not in LIVE_STATES)])


def _drafts(states: Iterable[StatementState]) -> str:
    return "、".join(f"{STATEMENT_STATES[state]}的文稿" for state in states)
