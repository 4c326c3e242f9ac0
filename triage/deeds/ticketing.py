"""工单: taken in with their posts, answered, put off, sorted anew or sent back; told of ahead and at the end, and missed.  Pure.

The record calls a ticket by its kind and day: its number, like what a caller was told, goes with the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from huiying import identity, requests
from huiying.contracts import (
    Actor,
    AnsweredBy,
    Case,
    CaseState,
    EventKind,
    Notice,
    Reading,
    Request,
    SortedBy,
    Statement,
    TextRef,
    Ticket,
)
from triage.amends import in_public
from triage.callers import owed
from triage.policy import Policy
from triage.record import TRIAGE, WATCH, note, shown
from triage.refusals import Invalid, NotNow, NotYours
from triage.telling import about_the_matter
from triage.tickets import (
    Went,
    called,
    end_of,
    in_order,
    may_put_off,
    name_of,
    recounted,
    reminded,
    sorted_as,
    ticket_of,
    told,
    went,
    who_puts_off,
)
from triage.words import RANK_NAMES, TICKET_AHEAD, TICKET_OVER

LONGEST = timedelta(days=90)
"""That an answer may be put off."""
WAYS = {
    AnsweredBy.PHONE: "电话",
    AnsweredBy.SMS: "短信",
    AnsweredBy.PLATFORM: "平台回复",
    AnsweredBy.LETTER: "书面",
}
EVIDENCE = 5
"""Posts that one event names."""


def take_in(case: Case, readings: Iterable[Reading], policy: Policy, now: datetime) -> Case:
    """With what is owed to the callers behind these readings. A ticket that it has already is not counted twice; one that its
    hotline sorts otherwise by now is, unless people have said what it is.
    """
    known = {ticket.post: ticket for ticket in case.tickets}
    named = {name_of(ticket) for ticket in case.tickets}
    new: list[Ticket] = []
    for reading in readings:
        post = reading.post
        if (had := known.get(post.id)) is not None:
            if had.owed and post.request and had.sorted_by is not SortedBy.PEOPLE:
                case = _anew(case, had, post.request, SortedBy.ITSELF, policy, now, TRIAGE)
            continue
        category = reading.categories[0].category if reading.categories else None
        ticket = ticket_of(post, category, policy.tickets, policy.calendar, now)
        if ticket is None or name_of(ticket) in named:
            continue
        named.add(name_of(ticket))
        known[post.id] = ticket
        new.append(ticket)
    if not new:
        return case
    case = replace(case, tickets=in_order((*case.tickets, *new)))
    first = min(new, key=lambda one: one.due_at)
    late = sum(one.entered_late for one in new)
    what = f"收到{kinds(new)}，最早的应于 {shown(first.due_at)} 前答复"
    what += f"；{late} 件录入时已逾期，不计入承办单位" if late else ""
    why = "；".join(dict.fromkeys(f"{one.citation}（{one.authority}）" for one in new))
    return note(case, EventKind.TICKET_RECEIVED, now, TRIAGE, what, why=why, evidence=_posts(new))


def answer(
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    posts: Collection[str],
    at: datetime,
    way: AnsweredBy,
    statement: int,
    texts: Sequence[TextRef],
) -> Case:
    """``at``: when the callers were told; ``statement``: number of the published one whose content they were told, 0 for none."""
    chosen = _chosen(case, posts)
    _sensible(chosen, at, now)
    if statement and statement not in {one.number for one in tellable(case)}:
        raise Invalid({"statement": "这份文稿没有发布，或公众现在看不到"})
    if not texts and not statement:
        raise Invalid({"said": "请写明怎么答复的，或选一份已经发布的文稿"})
    done = [
        replace(
            one,
            answered_at=at,
            answered_by=actor.login,
            way=way,
            statement=statement,
            words=texts[0].digest if texts else "",
            remind_at=(),
        )
        for one in chosen
    ]
    what = f"答复{kinds(done)}：{WAYS[way]}，{shown(at)}{_how(done, now)}"
    what += f"；内容为第 {statement} 号文稿" if statement else ""
    case = _with(case, done)
    return note(
        case, EventKind.TICKET_ANSWERED, now, actor.login, what, evidence=_posts(done), texts=tuple(texts)
    )


def send_back(
    case: Case, actor: Actor, now: datetime, *, posts: Collection[str], at: datetime, reason: TextRef
) -> Case:
    """It is not ours, and whoever had sent it has it again; ``at`` is when."""
    chosen = _chosen(case, posts)
    _sensible(chosen, at, now)
    done = [
        replace(
            one, returned=True, answered_at=at, answered_by=actor.login, words=reason.digest, remind_at=()
        )
        for one in chosen
    ]
    what = f"退回{kinds(done)}，{shown(at)}{_how(done, now)}"
    return note(
        _with(case, done), EventKind.TICKET_RETURNED, now, actor.login, what, evidence=_posts(done),
        texts=(reason,),
    )  # fmt: skip


def to_put_off(case: Case, now: datetime, *, posts: Collection[str], until: datetime) -> list[Ticket]:
    """Those that were picked, where each may be put off to the end of that day. Raises Invalid, NotNow."""
    chosen = _chosen(case, posts)
    if any(one.extended_from is not None for one in chosen):
        raise NotNow("选中的工单里有已经延过期的，只能延一次")
    end = end_of(until)
    if any(not max(one.due_at, now) < end <= one.due_at + LONGEST for one in chosen):
        raise Invalid({"until": f"要晚于现在和原来的到期日，最多延 {LONGEST.days} 天"})
    return chosen


def put_off(
    case: Case, actor: Actor, policy: Policy, now: datetime, *, posts: Collection[str], until: datetime,
    texts: tuple[TextRef, ...], by: str,
) -> Case:  # fmt: skip
    """Once, to the end of a later day, by whoever may put off a duty of this authority; ``by``: whose word it is, and how."""
    chosen = to_put_off(case, now, posts=posts, until=until)
    for one in chosen:
        if not may_put_off(actor, one):
            raise NotYours(f"{one.authority}的工单期限要由{RANK_NAMES[who_puts_off(one)]}以上决定延期")
    end = end_of(until)
    later = [
        replace(one, due_at=end, extended_from=one.due_at, extended_at=now, extended_by=actor.login)
        for one in chosen
    ]
    later = [reminded(one, policy.tickets, policy.calendar, now) for one in later]
    first = min(one.extended_from or one.due_at for one in later)
    what = f"{by}：{kinds(later)}由 {shown(first)} 延到 {shown(end)}"
    what += "；已经逾期的照记" if first < now else ""
    return note(
        _with(case, later), EventKind.TICKET_MOVED, now, actor.login, what, evidence=_posts(later),
        texts=texts,
    )  # fmt: skip


def sort_anew(
    case: Case, actor: Actor, policy: Policy, now: datetime, *, posts: Collection[str], request: Request
) -> Case:
    """As people say that it is: its term counts anew from when it was received."""
    for one in _chosen(case, posts):
        case = _anew(case, one, request, SortedBy.PEOPLE, policy, now, actor.login)
    return case


def tellable(case: Case) -> tuple[Statement, ...]:
    """Statements whose content a caller may be told: the public reads them."""
    return tuple(one for one in case.statements if in_public(one))


# ------------------------------------------------------------------------------------------ the watch


def look_after(case: Case, policy: Policy, now: datetime) -> Case:
    """With every breach booked, and unit and desk told of what is near or over; the same object where nothing is due. A matter that
    people have ended owes its callers an answer all the same.
    """
    if case.state is CaseState.MERGED:
        return case
    over = [
        one for one in owed(case) if one.due_at <= now and one.overdue_at is None and not one.entered_late
    ]
    if over:
        case = _with(case, [replace(one, overdue_at=now) for one in over])
    for (name, due), some in groupby(over, key=lambda one: (one.name, one.due_at)):
        late = list(some)
        what = f"{name}逾期：{kinds(late)}应于 {shown(due)} 前答复"
        case = note(case, EventKind.TICKET_OVERDUE, now, WATCH, what, evidence=_posts(late))
    near = [one for one in owed(case) if one.remind_at and one.remind_at[0] <= now]
    if not near:
        return case
    notice = _notice(case, near, policy, now)
    case = _with(case, [told(one, policy.tickets, policy.calendar, now) for one in near])
    return replace(case, outbox=(*case.outbox, notice))


def recount(case: Case, policy: Policy, now: datetime, *, corrected: bool) -> Case:
    """With the terms counted again that the calendar counts otherwise by now; the same object where it does not."""
    for one in case.tickets:
        anew = recounted(one, policy.tickets, policy.calendar, now, corrected=corrected)
        if anew is not one:
            moved = f"到期由 {shown(one.due_at)} 改为 {shown(anew.due_at)}"
            what = f"{called(one)}{moved if anew.due_at != one.due_at else '到期不变'}"
            case = note(
                _with(case, [anew]), EventKind.TICKET_MOVED, now, TRIAGE, what, why="放假安排已公布或有更正",
                evidence=(one.post,),
            )  # fmt: skip
    return case


def _notice(case: Case, near: Sequence[Ticket], policy: Policy, now: datetime) -> Notice:
    over = [one for one in near if one.due_at <= now]
    first = min(near, key=lambda one: one.due_at)
    entered = sum(one.entered_late for one in over)
    reason = f"{kinds(near)}还没有答复"
    if over:
        reason += f"，其中 {len(over)} 件已逾期" if len(over) < len(near) else "，已逾期"
        reason += f"（{entered} 件录入时已逾期）" if entered else ""
    reason += f"，最早的应于 {shown(first.due_at)} 前答复"
    key = identity.digest(*(f"{one.post}@{one.remind_at[0].isoformat()}" for one in near))[:12]
    return about_the_matter(
        case,
        policy,
        now,
        key=f"ticket:{key}",
        rung=TICKET_OVER if over else TICKET_AHEAD,
        reason=reason,
        task=f"答复来电人（写信人）并登记；不归本单位的退回工单。依据：{first.citation}（{first.authority}）",
        due=first.due_at,
    )


# ------------------------------------------------------------------------------------------- in common


def _anew(
    case: Case, one: Ticket, request: Request, by: SortedBy, policy: Policy, now: datetime, who: str
) -> Case:
    """The same object where it is sorted so already: counting again would tell people again what they were told."""
    if (one.request, one.sorted_by) == (request, by):
        return case
    anew = sorted_as(one, request, by, policy.tickets, policy.calendar, now)
    if anew == one:
        return case
    was, named = requests.NAMES[one.request], requests.NAMES[anew.request]
    what = f"{called(one)}改为{named}" if was != named else f"{called(one)}确认为{named}"
    if anew.due_at != one.due_at:
        what += f"，到期由 {shown(one.due_at)} 改为 {shown(anew.due_at)}"
    case = _with(case, [anew])
    return note(case, EventKind.TICKET_MOVED, now, who, what, why=anew.citation, evidence=(one.post,))


def _chosen(case: Case, posts: Collection[str]) -> list[Ticket]:
    """Those that were picked and are still owed. Raises Invalid where none was picked, NotNow where one is done with."""
    if not posts:
        raise Invalid({"tickets": "请选择工单；刚才选了“全部”的，这一页有了变化，请重选"})
    found = [one for one in owed(case) if one.post in posts]
    if len(found) < len(set(posts)):
        raise NotNow("选中的工单里有已经办完的，或不在这件事上。请看一看再选")
    return found


def _sensible(chosen: Sequence[Ticket], at: datetime, now: datetime) -> None:
    if at > now:
        raise Invalid({"at": "不能晚于现在"})
    first = max(one.received_at for one in chosen).replace(second=0, microsecond=0)
    if at < first:
        raise Invalid({"at": f"不能早于受理的时间（{shown(first)}）"})


def _how(done: Sequence[Ticket], now: datetime) -> str:
    how = [went(one, now) for one in done]
    if late := how.count(Went.LATE):
        return f"，其中 {late} 件逾期"
    return "" if Went.ENTERED_LATE in how else "，按期"


def kinds(tickets: Sequence[Ticket]) -> str:
    """投诉工单 2 件、咨询工单 1 件."""
    counts = {
        request: sum(one.request is request for one in tickets)
        for request in Request
        if any(one.request is request for one in tickets)
    }
    return "、".join(f"{requests.NAMES[request]}工单 {count} 件" for request, count in counts.items())


def _with(case: Case, changed: Iterable[Ticket]) -> Case:
    anew = {one.post: one for one in changed}
    return replace(case, tickets=tuple(anew.get(one.post, one) for one in case.tickets))


def _posts(tickets: Sequence[Ticket]) -> tuple[str, ...]:
    return tuple(one.post for one in tickets)[:EVIDENCE]
