"""Every act that people may do to a case: who, from which state, where it leads, what it owes.  A table, and its questions.

``docs/lifecycle.md`` shows the same table; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from huiying.contracts import (
    LIVE_STATES,
    Actor,
    Case,
    CaseState,
    ClockState,
    Publicity,
    Rank,
    Role,
    Statement,
    StatementState,
    Ticket,
)
from triage.amends import in_public, is_being_corrected
from triage.appearances import standing
from triage.callers import owed
from triage.clocks import startable
from triage.deeds.evaluating import is_of_authors
from triage.deeds.referring import choices, unanswered
from triage.filing import is_blank
from triage.policy import Policy
from triage.record import refused
from triage.tickets import may_put_off


class Act(StrEnum):
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    OBJECT = "object"
    ACKNOWLEDGE = "acknowledge"
    REPORT_UP = "report_up"
    ASSESS = "assess"
    RELABEL = "relabel"
    RECOGNISE = "recognise"
    CONSULT = "consult"
    DRAFT = "draft"
    EDIT = "edit"
    SUBMIT = "submit"
    CLEAR = "clear"
    SIGN = "sign"
    SEND_BACK = "send_back"
    WITHDRAW = "withdraw"
    PUBLISH = "publish"
    HAND_OVER = "hand_over"
    CORRECT = "correct"
    SUSPEND = "suspend"
    RESUME = "resume"
    NOTE_APPEARANCE = "note_appearance"
    NOTE_REMOVAL = "note_removal"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    REOPEN = "reopen"
    CONFIRM_LEVEL = "confirm_level"
    RAISE = "raise"
    LOWER = "lower"
    WAIVE = "waive"
    REINSTATE = "reinstate"
    EXTEND = "extend"
    START_CLOCK = "start_clock"
    CANCEL_CLOCK = "cancel_clock"
    DECIDE = "decide"
    MERGE = "merge"
    SPLIT = "split"
    LINK = "link"
    APART = "apart"
    UNMERGE = "unmerge"
    UNSPLIT = "unsplit"
    EVALUATE = "evaluate"
    HOLD = "hold"
    RELEASE = "release"
    REFER = "refer"
    TAKE_REPLY = "take_reply"
    ANSWER_TICKET = "answer_ticket"
    RETURN_TICKET = "return_ticket"
    EXTEND_TICKET = "extend_ticket"
    SORT_TICKET = "sort_ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table."""

    act: Act
    name: str
    """What the button says."""
    roles: tuple[Role, ...]
    states: tuple[CaseState, ...]
    """Of the case."""
    drafts: tuple[StatementState, ...] = ()
    """Of the statement, where the act is done to one."""
    to: str
    """Where it leads, in Chinese."""
    owes: str
    """What it brings with it, in Chinese."""
    rank: Rank = Rank.STAFF
    """The least rank; what a level asks for beyond it stands in ``policy/handling.toml``."""


S, D, R = CaseState, StatementState, Role
_LIVE = tuple(state for state in S if state in LIVE_STATES)
_WORKED = (S.ACKNOWLEDGED, S.ASSESSED, S.PUBLISHED, S.FOLLOWED)
_SIGNED_FOR = (S.CONFIRMED, S.ASSIGNED, *_WORKED)
_PUBLIC = (*_LIVE, S.CLOSED, S.DISMISSED, S.MERGED)
"""Wherever a published statement may stand."""
_CALLED = (*_LIVE, S.WATCHING, S.CLOSED, S.DISMISSED)
"""Wherever a caller may wait: what people make of the matter answers nobody."""
_AFTERWARDS = frozenset({S.CLOSED, S.DISMISSED})
_OF_A_CORRECTION = frozenset(
    {Act.EDIT, Act.SUBMIT, Act.CLEAR, Act.SIGN, Act.SEND_BACK, Act.WITHDRAW, Act.PUBLISH}
)
"""What takes a correction to the public, also where its matter has ended: nothing is taken up again for it."""

ACTS = (
    Rule(act=Act.CONFIRM, name="确认", roles=(R.MONITOR, R.DUTY), states=(S.WATCHING, S.FLAGGED),
         to="已确认", owes="苗头转为事件，各项时限从此起算；已告警的时限照旧从告警起算"),
    Rule(act=Act.DISMISS, name="不予受理", roles=(R.DUTY,),
         states=(S.WATCHING, S.FLAGGED, S.CONFIRMED, S.ASSIGNED, S.ACKNOWLEDGED, S.ASSESSED),
         to="不予受理", owes="写明理由；取消各项时限，已逾期的照记；再升级时自动重启"),
    Rule(act=Act.ASSIGN, name="交办", roles=(R.DUTY,), states=(S.CONFIRMED,),
         to="已交办", owes="指定承办单位；此后系统不再自动改派"),
    Rule(act=Act.REASSIGN, name="改派", roles=(R.DUTY,), states=(S.ASSIGNED, S.ACKNOWLEDGED, S.ASSESSED),
         to="已交办", owes="写明理由；时限不重算"),
    Rule(act=Act.OBJECT, name="退回交办", roles=(R.HANDLER, R.CHECKER), states=(S.ASSIGNED,),
         to="已确认", owes="写明理由；时限不停；两次退回后只能交最上级单位承办"),
    Rule(act=Act.ACKNOWLEDGE, name="签收", roles=(R.HANDLER, R.CHECKER), states=(S.FLAGGED, S.CONFIRMED, S.ASSIGNED),
         to="已签收", owes="只停签收时限"),
    Rule(act=Act.REPORT_UP, name="上报", roles=(R.DUTY, R.HANDLER, R.CHECKER), states=_LIVE,
         to="不变", owes="写明报给谁；只停上报时限"),
    Rule(act=Act.ASSESS, name="研判", roles=(R.HANDLER, R.CHECKER), states=(S.ACKNOWLEDGED, S.ASSESSED),
         to="已研判", owes="定为六类之一，带来该类的公布职责；不实信息要注明官方来源"),
    Rule(act=Act.RELABEL, name="改判", roles=(R.MONITOR, R.DUTY, R.HANDLER, R.CHECKER),
         states=(*_LIVE, S.WATCHING, S.CLOSED),
         to="不变", owes="改正系统的判断，以后不再自动改回；事项、地点变了重新分办（已交办的不动）；发生时间、伤亡以核实的为准，等级和时限重算，原值照留；已办结的只更正发生时间；留作学习的样例"),
    Rule(act=Act.RECOGNISE, name="登记认定", roles=(R.DUTY, R.CHECKER, R.LEADER), states=_LIVE,
         to="不变", owes="写明谁、何时认定或要求；政府认定的突发事件等级抬高舆情等级，应急时限按法定计；登记错了再登记一次更正，两次都留"),
    Rule(act=Act.CONSULT, name="会商", roles=(R.DUTY, R.HANDLER, R.CHECKER, R.SPOKESPERSON), states=_SIGNED_FOR,
         to="不变", owes="参加单位和结论；重大以上没有会商不能送审回应和结果"),
    Rule(act=Act.DRAFT, name="拟稿", roles=(R.HANDLER, R.SPOKESPERSON), states=_SIGNED_FOR,
         to="拟稿", owes="五个部分；回应和处理结果要先研判"),
    Rule(act=Act.EDIT, name="改稿", roles=(R.HANDLER, R.CHECKER, R.SPOKESPERSON), states=_LIVE,
         drafts=(D.DRAFT, D.REVIEW, D.CLEARED, D.SIGNED),
         to="拟稿", owes="任何改动使保密审查和签发作废；改稿人成为作者之一"),
    Rule(act=Act.SUBMIT, name="送审", roles=(R.HANDLER, R.CHECKER, R.SPOKESPERSON), states=_LIVE, drafts=(D.DRAFT,),
         to="保密审查中", owes="自动检查：个人信息、密级标志、五个部分、字数、公开属性"),
    Rule(act=Act.CLEAR, name="审查通过", roles=(R.SECRECY,), states=_LIVE, drafts=(D.REVIEW,),
         to="待签发", owes="审查人不是作者；认可的就是屏幕上这些文字，一字不差（按 SHA-256 核对）"),
    Rule(act=Act.SIGN, name="签发", roles=(R.SIGNER, R.LEADER), states=_LIVE, drafts=(D.CLEARED,),
         to="待发布", owes="签发人不是作者、不是审查人，职级够该等级；认可的就是屏幕上这些文字，一字不差（按 SHA-256 核对）"),
    Rule(act=Act.SEND_BACK, name="退回修改", roles=(R.CHECKER, R.SECRECY, R.SIGNER, R.LEADER), states=_LIVE,
         drafts=(D.REVIEW, D.CLEARED, D.SIGNED), to="拟稿", owes="写明理由；已有的审查和签发作废"),
    Rule(act=Act.WITHDRAW, name="作废", roles=(R.HANDLER, R.CHECKER, R.SPOKESPERSON), states=_LIVE,
         drafts=(D.DRAFT, D.REVIEW, D.CLEARED, D.SIGNED), to="已作废", owes="写明理由"),
    Rule(act=Act.PUBLISH, name="发布", roles=(R.SPOKESPERSON, R.DUTY), states=_LIVE, drafts=(D.SIGNED,),
         to="已公开回应", owes="审查和签发认可的就是这些文字、签发人职级够现在的等级才发布；主动公开、有实质内容才停权威信息、新闻发布会、回应时限；开始观察反弹"),
    Rule(act=Act.HAND_OVER, name="再次交送", roles=(R.SPOKESPERSON, R.DUTY), states=_PUBLIC,
         to="不变", owes="没有上网、没有撤下的文稿重新交给外网；已不再设置的渠道不再等"),
    Rule(act=Act.CORRECT, name="更正", roles=(R.HANDLER, R.SPOKESPERSON), states=(*_SIGNED_FOR, S.CLOSED, S.DISMISSED),
         drafts=(D.PUBLISHED,), to="拟稿", owes="另立一份更正稿，写明更正哪一份，照样送审、审查、签发、发布；原文稿照留，公开页注明已更正；不停时限，办结的事件不重开"),
    Rule(act=Act.SUSPEND, name="暂停公开", roles=(R.SECRECY, R.SIGNER, R.LEADER), states=_PUBLIC, drafts=(D.PUBLISHED,),
         to="不变，或已研判", owes="选原因、写明情况；公众马上看不到这份文稿的文字，外网收到撤下通知；没有别的公开回应的，这件事重新待回应，原来停下的时限从暂停起重新计，上一次照留"),
    Rule(act=Act.RESUME, name="恢复公开", roles=(R.SIGNER, R.LEADER), states=_PUBLIC, drafts=(D.PUBLISHED,),
         to="不变，或已公开回应", owes="写明理由；恢复人不是作者，职级够该等级；文字不变，重新交给外网；它答复的时限从恢复时算完成"),
    Rule(act=Act.NOTE_APPEARANCE, name="登记登载", roles=(R.SPOKESPERSON, R.DUTY, R.HANDLER, R.CHECKER), states=_PUBLIC, drafts=(D.PUBLISHED,),
         to="不变", owes="写明登在哪里、何时登的；粘贴那里的文字，就与签发的逐句核对并存档；公开页上列出，评估时算渠道；不停时限"),
    Rule(act=Act.NOTE_REMOVAL, name="登记撤下", roles=(R.SPOKESPERSON, R.DUTY, R.HANDLER, R.CHECKER), states=_PUBLIC, drafts=(D.PUBLISHED,),
         to="不变", owes="写明怎么处理的；公开页上不再列出。文稿暂停公开或更正后，登在别处的要撤下或换成更正稿，登记以前不能办结"),
    Rule(act=Act.FOLLOW_UP, name="回访", roles=(R.HANDLER, R.CHECKER, R.SPOKESPERSON), states=(S.PUBLISHED,),
         to="已回访", owes="写明情况；没有解决的重新启动"),
    Rule(act=Act.CLOSE, name="办结", roles=(R.DUTY, R.CHECKER), states=(S.FOLLOWED,),
         to="已办结", owes="没有还在走的时限，没有还没发布、还没上网的文稿"),
    Rule(act=Act.REOPEN, name="重开", roles=(R.DUTY, R.LEADER),
         states=(S.PUBLISHED, S.FOLLOWED, S.CLOSED, S.DISMISSED, S.LAPSED),
         to="已交办或已确认", owes="写明理由；各项时限从重开起重新计时，上一轮照留；撤回不予受理的，原来的时限接着走"),
    Rule(act=Act.CONFIRM_LEVEL, name="核定等级", roles=(R.DUTY, R.CHECKER, R.LEADER), states=_LIVE,
         to="不变", owes="理由可以不写；等级由系统初评改为人工评定，系统评出更高的等级时照样升"),
    Rule(act=Act.RAISE, name="升级", roles=(R.DUTY, R.CHECKER, R.LEADER), states=_LIVE,
         to="不变", owes="写明理由；时限从最初起点重算，升级时已逾期的计入发现和定级"),
    Rule(act=Act.LOWER, name="降级", roles=(R.DUTY, R.CHECKER), states=_LIVE,
         to="不变", owes="写明理由；从重大以上降级要领导同意；已起的时限不放宽"),
    Rule(act=Act.WAIVE, name="免除时限", roles=(R.DUTY, R.HANDLER, R.CHECKER, R.LEADER), states=_LIVE,
         to="不变", owes="写明理由；领导（法定的由主要负责人，办内的由分管领导以上）直接决定，其他人提出请示"),
    Rule(act=Act.REINSTATE, name="恢复时限", roles=(R.LEADER,), states=_LIVE,
         to="不变", owes="写明理由；免除的时限按原来的到期时间接着走，免除期间已逾期的不计入承办单位，免除期间已经办过的不用恢复；权限同免除", rank=Rank.DEPUTY),
    Rule(act=Act.EXTEND, name="延长时限", roles=(R.DUTY, R.HANDLER, R.CHECKER, R.LEADER), states=_LIVE,
         to="不变", owes="写明延到何时和理由；领导（法定的由主要负责人，办内的由分管领导以上）直接决定，其他人提出请示；已逾期的照记"),
    Rule(act=Act.START_CLOCK, name="暂定启动", roles=(R.DUTY, R.LEADER), states=_LIVE,
         to="不变", owes="写明理由；等级未到先按暂定计时，不算法定；到了等级转为正式，查明不是的取消"),
    Rule(act=Act.CANCEL_CLOCK, name="取消暂定", roles=(R.DUTY, R.LEADER), states=_LIVE,
         to="不变", owes="写明理由；只能取消暂定的时限；已逾期的照记"),
    Rule(act=Act.DECIDE, name="批示", roles=(R.LEADER,), states=_LIVE,
         to="不变", owes="同意或不同意，写明理由；不能批自己提出的请示", rank=Rank.DEPUTY),
    Rule(act=Act.MERGE, name="合并", roles=(R.MONITOR, R.DUTY), states=(*_LIVE, S.WATCHING),
         to="已合并", owes="并入另一件还在办的事件；时限取早不取晚，等级取高不取低"),
    Rule(act=Act.SPLIT, name="拆分", roles=(R.MONITOR, R.DUTY), states=(*_LIVE, S.WATCHING),
         to="不变", owes="选中的信息另立一件；发现时间和时限规则不变"),
    Rule(act=Act.LINK, name="认定同一件事", roles=(R.MONITOR, R.DUTY), states=(*_LIVE, S.WATCHING),
         to="已合并", owes="并入系统提示的那件事，规则同合并；可以撤销"),
    Rule(act=Act.APART, name="认定不是同一件事", roles=(R.MONITOR, R.DUTY), states=(*_LIVE, S.WATCHING),
         to="不变", owes="这两件事以后不再互相提示"),
    Rule(act=Act.UNMERGE, name="撤销合并", roles=(R.MONITOR, R.DUTY), states=(S.MERGED,),
         to="合并前的状态", owes="两件事各回各的信息、等级和时限，时限从原来的起点接着走；合并后别人办了的照留"),
    Rule(act=Act.UNSPLIT, name="撤销拆分", roles=(R.MONITOR, R.DUTY), states=(*_LIVE, S.WATCHING),
         to="已合并", owes="拆出的信息回到原事件，规则同合并"),
    Rule(act=Act.EVALUATE, name="评估", roles=(R.DUTY, R.CHECKER, R.LEADER), states=(S.CLOSED,),
         to="不变", owes="补上记录里没有的：用了哪些渠道、在反映的地方是否回应、有无通报批评等；得分按记录重算；文稿作者不能评估"),
    Rule(act=Act.HOLD, name="继续保存", roles=(R.SECRECY, R.LEADER), states=(S.CLOSED, S.DISMISSED, S.LAPSED),
         to="不变", owes="写明理由，可以写到何时；到期不清除，直到那时或者解除"),
    Rule(act=Act.RELEASE, name="解除继续保存", roles=(R.SECRECY, R.LEADER),
         states=(S.CLOSED, S.DISMISSED, S.LAPSED, S.MERGED), to="不变", owes="写明理由；按保管期限办理，已经期满的次日清除"),
    Rule(act=Act.REFER, name="转办", roles=(R.DUTY, R.HANDLER, R.CHECKER), states=_SIGNED_FOR,
         to="不变", owes="一次一个外单位，写明是它的哪项职责、依据哪条规定；移交线索另标，要写明事由，不对外公开；过了反馈期限的进待办"),
    Rule(act=Act.TAKE_REPLY, name="登记反馈", roles=(R.DUTY, R.HANDLER, R.CHECKER),
         states=(*_LIVE, S.CLOSED, S.DISMISSED), to="不变", owes="写明何时收到、怎么说的；退回的可以另转别的单位"),
    Rule(act=Act.ANSWER_TICKET, name="答复工单", roles=(R.DUTY, R.HANDLER, R.CHECKER), states=_CALLED,
         to="不变", owes="一次可以选几件；写明何时、怎么答复来电人的，说了什么；只了结选中的工单，不停舆情时限，公开发布也不代替它"),
    Rule(act=Act.RETURN_TICKET, name="退回工单", roles=(R.DUTY, R.HANDLER, R.CHECKER), states=_CALLED,
         to="不变", owes="不归本单位的退给热线或信箱，写明理由；事件照办，别的工单照办"),
    Rule(act=Act.EXTEND_TICKET, name="延期工单", roles=(R.DUTY, R.HANDLER, R.CHECKER, R.LEADER), states=_CALLED,
         to="不变", owes="写明延到哪一天和理由，只能延一次；领导（法定的由主要负责人，办内的由分管领导以上）直接决定，其他人提出请示；已逾期的照记"),
    Rule(act=Act.SORT_TICKET, name="更正工单", roles=(R.MONITOR, R.DUTY, R.HANDLER, R.CHECKER), states=_CALLED,
         to="不变", owes="更正诉求类型，期限按更正后的从受理日重算；以后不再自动改"),
)  # fmt: skip

RULES = {rule.act: rule for rule in ACTS}
RANKS = tuple(Rank)
"""Lowest first."""


def concerns(case: Case, actor: Actor, policy: Policy) -> bool:
    """Whether the case belongs to somebody's part of the tree: their unit, or one below it, leads or helps.

    A restricted matter concerns few: at the top those who are on duty and the leaders, and of the units that handle it
    those who write, check, review and sign.
    """
    parties = frozenset((case.route.lead, *case.route.assist))
    if policy.subtree(actor.unit).isdisjoint(parties):
        return False
    if not case.route.restricted:
        return True
    if actor.unit == policy.top() and not actor.roles.isdisjoint(_TOLD_AT_THE_TOP):
        return True
    near = actor.unit != policy.top() or actor.unit in parties
    return near and not actor.roles.isdisjoint(_TOLD_OF_THE_PARTIES)


def leads(case: Case, actor: Actor, policy: Policy) -> bool:
    """Whether their unit, or one below it, leads."""
    return case.route.lead in policy.subtree(actor.unit)


def is_for(act: Act, actor: Actor) -> bool:
    """Whether the act is for somebody of these roles and this rank at all."""
    rule = RULES[act]
    return not actor.roles.isdisjoint(rule.roles) and RANKS.index(actor.rank) >= RANKS.index(rule.rank)


def is_now(act: Act, case: Case, statement: Statement | None = None) -> bool:
    """Whether the act fits where the case stands, and the statement where the act is done to one."""
    rule = RULES[act]
    if not stands_right(act, case, statement):
        return False
    if not rule.drafts:
        return True
    return statement is not None and statement.state in rule.drafts and _gives_occasion(act, case, statement)


def stands_right(act: Act, case: Case, statement: Statement | None = None) -> bool:
    """Whether the act fits where the case stands."""
    if case.state in RULES[act].states:
        return True
    of_a_correction = statement is not None and bool(statement.corrects) and act in _OF_A_CORRECTION
    return of_a_correction and case.state in _AFTERWARDS


def _gives_occasion(act: Act, case: Case, statement: Statement) -> bool:
    """Of a published statement: whether the public can read it, or it is hidden, or put right already."""
    match act:
        case Act.CORRECT:
            open_to_all = statement.publicity is Publicity.OPEN
            return open_to_all and not is_being_corrected(case.statements, statement)
        case Act.SUSPEND:
            return in_public(statement)
        case Act.RESUME:
            return statement.suspended is not None
        case Act.NOTE_APPEARANCE:
            return in_public(statement)
        case Act.NOTE_REMOVAL:
            return bool(standing(statement))
        case _:
            return True


def allowed(case: Case, actor: Actor, policy: Policy, statement: Statement | None = None) -> tuple[Act, ...]:
    """The acts on a case (without ``statement``), or on one of its statements, that somebody may do now."""
    if not concerns(case, actor, policy):
        return ()
    leading = leads(case, actor, policy)
    fitting: Iterable[Act] = (rule.act for rule in ACTS if bool(rule.drafts) is (statement is not None))
    return tuple(
        act
        for act in fitting
        if is_for(act, actor)
        and is_now(act, case, statement)
        and (leading or act in HELPED)
        and not _pointless(act, case, actor)
        and not (statement is not None and _of_other_eyes(act, case, actor, policy, statement))
    )


HELPED = frozenset(
    {
        Act.REPORT_UP,
        Act.CONSULT,
        Act.DRAFT,
        Act.EDIT,
        Act.CORRECT,
        Act.SUBMIT,
        Act.WITHDRAW,
        Act.FOLLOW_UP,
        Act.RAISE,
    }
)
"""What those may do too whose unit only helps. Everything else is for the unit that leads, or one above it: who helps does
not sign for the lead, nor dismiss, close or publish what another answers for."""
_TOLD_AT_THE_TOP = frozenset({Role.DUTY, Role.LEADER})
_TOLD_OF_THE_PARTIES = frozenset({Role.HANDLER, Role.CHECKER, Role.SECRECY, Role.SIGNER})


def _pointless(act: Act, case: Case, actor: Actor) -> bool:
    """What the table allows and the case gives this person no occasion for."""
    if act is Act.HAND_OVER:
        return not refused(case)
    if act is Act.REINSTATE:
        return not any(clock.state is ClockState.WAIVED for clock in case.clocks)
    if act is Act.CONFIRM_LEVEL:
        return case.grading is not None
    if act is Act.START_CLOCK:
        return not startable(case)
    if act is Act.CANCEL_CLOCK:
        return not any(clock.provisional and clock.state is ClockState.RUNNING for clock in case.clocks)
    if act in (Act.LINK, Act.APART):
        return not case.suggestions
    if act is Act.UNSPLIT:
        return not case.split_from
    if act is Act.UNMERGE:
        return case.erased is not None
    if act is Act.EVALUATE:
        return case.erased is not None or is_of_authors(case, actor)
    if act in (Act.HOLD, Act.RELABEL):
        return is_blank(case)
    if act is Act.RELEASE:
        return case.hold is None
    if act is Act.REFER:
        return case.route.restricted and not choices(case)
    if act is Act.TAKE_REPLY:
        return case.erased is not None or not unanswered(case)
    if act in OF_TICKETS:
        return not tickets_for(act, case, actor)
    waits = (one for one in case.decisions if one.granted is None and one.asked_by != actor.login)
    return act is Act.DECIDE and not any(waits)


OF_TICKETS = frozenset({Act.ANSWER_TICKET, Act.RETURN_TICKET, Act.EXTEND_TICKET, Act.SORT_TICKET})


def tickets_for(act: Act, case: Case, actor: Actor) -> tuple[Ticket, ...]:
    """Those of its tickets that this could be done to by this person."""
    waiting = owed(case)
    if act is not Act.EXTEND_TICKET:
        return waiting
    once = tuple(one for one in waiting if one.extended_from is None)
    if Role.LEADER in actor.roles:
        return tuple(one for one in once if may_put_off(actor, one))
    asked = {post for decision in case.decisions if decision.granted is None for post in decision.tickets}
    return tuple(one for one in once if case.state in LIVE_STATES and one.post not in asked)


def _of_other_eyes(act: Act, case: Case, actor: Actor, policy: Policy, statement: Statement) -> bool:
    """Whether somebody else has to do it to this statement: its authors neither review nor sign it nor put it back before
    the public, nor does who reviewed it sign it, nor who stands too low for the level.
    """
    if act not in (Act.CLEAR, Act.SIGN, Act.RESUME):
        return False
    if actor.login in (statement.author, *statement.authors):
        return True
    reviewed = statement.review is not None and statement.review.by == actor.login
    too_low = RANKS.index(actor.rank) < RANKS.index(policy.handling.sign[case.severity.level])
    return (act is Act.SIGN and reviewed) or (act in (Act.SIGN, Act.RESUME) and too_low)
