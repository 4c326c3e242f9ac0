"""Who hears about a case next, and when.  Pure: the caller brings the time.

A rung fires once, at its time or at the first look after it.  What was missed fires in the order it fell due and says
how late it is; nothing is dropped.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from huiying import identity
from huiying.contracts import Case, CaseState, ClockState, Delivery, EventKind, Notice, ResponseClock, Rung
from triage.packs import AddressRow
from triage.policy import Policy
from triage.record import WATCH, indexed, lapses_at, note, rung_at, shown, spelled, with_clock

PROMPT = timedelta(minutes=1)
"""A rung that fires later than this is marked late."""


def escalate(case: Case, policy: Policy, now: datetime) -> Case:
    """The case with every rung fired that is reached by ``now``; the same object where nothing is.

    The revision is not raised: whoever saves does that.
    """
    before = case
    owed = sorted(_reached(case, now), key=lambda step: step[:2])
    for at, _, clock, rung in owed:
        case = _fire(case, clock, rung, policy, at, now) if rung else _break(case, clock, now)
    if case is before:
        return before
    return indexed(case, lapse=timedelta(days=policy.story.lapse_days))


def lapse(case: Case, policy: Policy, now: datetime) -> Case:
    """A candidate that nothing came back to is put away; any other case is returned as it is."""
    quiet = timedelta(days=policy.story.lapse_days)
    if case.state is not CaseState.WATCHING or now < lapses_at(case, quiet):
        return case
    what = f"{spelled(quiet)}没有新情况，苗头自动归档"
    gone = note(replace(case, state=CaseState.LAPSED), EventKind.LAPSED, now, WATCH, what)
    return indexed(gone, lapse=quiet)


_Step = tuple[datetime, int, ResponseClock, Rung | None]
"""When, tie-break (a breach is booked before those who hear of it), the clock, and the rung or None for the breach."""


def _reached(case: Case, now: datetime) -> list[_Step]:
    steps: list[_Step] = []
    for clock in case.clocks:
        if clock.state is not ClockState.RUNNING:
            continue
        if clock.broken_at is None and clock.due_at <= now:
            steps.append((clock.due_at, 0, clock, None))
        steps += [
            (at, 1, clock, rung)
            for rung in clock.rule.rungs
            if rung.name not in clock.fired and (at := rung_at(clock, rung)) <= now
        ]
    return steps


def _break(case: Case, clock: ResponseClock, now: datetime) -> Case:
    case = with_clock(case, replace(_current(case, clock), broken_at=now))
    what = f"{clock.rule.name}逾期：应于 {shown(clock.due_at)} 前{clock.rule.duty}"
    return note(case, EventKind.CLOCK_BROKEN, now, WATCH, what, why=_lateness(clock.due_at, now))


def _fire(case: Case, clock: ResponseClock, rung: Rung, policy: Policy, at: datetime, now: datetime) -> Case:
    current = _current(case, clock)
    case = with_clock(case, replace(current, fired=(*current.fired, rung.name)))
    late = _lateness(at, now)
    notice = _notice(case, current, rung, policy, late, now)
    what = f"{clock.rule.name}走到“{rung.name}”：{rung.reason}"
    case = note(case, EventKind.RUNG_REACHED, now, WATCH, what, why=late, evidence=notice.evidence)
    return replace(case, outbox=(*case.outbox, notice))


def _notice(case: Case, clock: ResponseClock, rung: Rung, policy: Policy, late: str, now: datetime) -> Notice:
    reason = f"{rung.reason}（{late}）" if late else rung.reason
    roles = _roles(case, rung, policy)
    return Notice(
        id=identity.notice_id(case.id, _round(clock), rung.name),
        case_id=case.id,
        clock=clock.rule.kind,
        rung=rung.name,
        to=roles,
        unit=case.route.lead,
        subject=f"【{case.severity.level}】{clock.rule.name}·{rung.name}：{_title(case)}",
        body=_body(case, clock, reason, policy),
        reason=reason,
        evidence=tuple(item.post.id for item in case.evidence[:3]),
        owed_at=now,
        due_at=clock.due_at,
        deliveries=_deliveries(roles, case.route.lead, policy, now),
    )


def _body(case: Case, clock: ResponseClock, reason: str, policy: Policy) -> str:
    """Without the lead or any post's text where the matter is restricted."""
    floors = "、".join(f"{floor.rule}{floor.name}" for floor in case.severity.floors)
    lines = [
        f"事件：{_title(case)}",
        f"事由：{reason}",
        f"任务：{clock.rule.duty}",
        f"到期：{shown(clock.due_at)}（{clock.rule.authority}，{clock.rule.citation}）",
        f"等级：{case.severity.level}（{case.severity.low} 分{'；下限 ' + floors if floors else ''}）",
        f"承办：{policy.unit_name(case.route.lead)}；{case.route.why}",
        f"传播：{case.tallies.posts} 篇，{len(case.tallies.by_source)} 个来源",
    ]
    if not case.route.restricted:
        lines += [f"原文：{item.source_name} {item.url}" for item in case.evidence[:3] if item.url]
    return "\n".join(lines)


def _title(case: Case) -> str:
    return f"限制知悉的事件 {case.id[:8]}" if case.route.restricted else case.title


def _roles(case: Case, rung: Rung, policy: Policy) -> tuple[str, ...]:
    """Fewer hear of a restricted matter; never nobody."""
    if not case.route.restricted:
        return rung.to
    allowed = policy.notices.restricted.roles
    return tuple(role for role in rung.to if role in allowed) or allowed[:1]


def _deliveries(roles: tuple[str, ...], unit: str, policy: Policy, now: datetime) -> tuple[Delivery, ...]:
    """One delivery a channel and address, however many roles stand behind it."""
    found = [
        (row.channel, row.to, role)
        for channel in dict.fromkeys(row.channel for row in policy.notices.address)
        if channel in policy.channels
        for role in roles
        for row in _rows(channel, role, unit, policy)
    ]
    behind: dict[tuple[str, str], dict[str, None]] = {}
    for channel, address, role in found:
        behind.setdefault((channel, address), {})[role] = None
    return tuple(
        Delivery(channel=channel, address=address, next_try_at=now, to=tuple(roles))
        for (channel, address), roles in behind.items()
    )


def _rows(channel: str, role: str, unit: str, policy: Policy) -> list[AddressRow]:
    """Rows that name the unit, else those for all the rest."""
    fitting = [row for row in policy.notices.address if row.channel == channel and row.role in (role, "any")]
    return [row for row in fitting if unit in row.units] or [row for row in fitting if not row.units]


def _round(clock: ResponseClock) -> str:
    """The clock's name in a notice id: a second round tells again."""
    return clock.rule.kind if clock.round == 1 else f"{clock.rule.kind}#{clock.round}"


def _lateness(at: datetime, now: datetime) -> str:
    return f"迟发 {spelled(now - at)}，应于 {shown(at)}" if now - at > PROMPT else ""


def _current(case: Case, clock: ResponseClock) -> ResponseClock:
    return next(one for one in case.clocks if one.rule.kind is clock.rule.kind)
