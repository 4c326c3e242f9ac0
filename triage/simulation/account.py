"""What a played month came to: clocks kept and broken, who was told, how long nobody did anything, and what must hold.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from itertools import pairwise

from huiying import requests
from huiying.contracts import (
    LIVE_STATES,
    Authority,
    Case,
    CaseState,
    ClockState,
    DeliveryState,
    Level,
    Request,
    ResponseClock,
)
from triage.ending import Ending, ending
from triage.performance import ticket_rows
from triage.receipts import ROSTER
from triage.record import shown, spelled
from triage.simulation.callers import unbooked
from triage.simulation.office import DONE, Played
from triage.simulation.shifts import DESK, Handovers
from triage.tickets import Went, called
from triage.words import CHANNELS, addressees

SILENCES = 5


@dataclass(slots=True, kw_only=True)
class Row:
    """The clocks of one name and level."""

    name: str
    level: Level
    number: int = 0
    legal: int = 0
    """Those that law asks for: no suspicion is among them."""
    kept: int = 0
    late: int = 0
    """Done, after the time."""
    missed: int = 0
    """Over, and not done."""
    running: int = 0
    waived: int = 0
    cancelled: int = 0
    broken: int = 0
    """Booked as broken, however it ended."""
    extended: int = 0
    provisional: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """The tickets of one kind of request, as 统计与考核 sums them."""

    request: Request
    authority: Authority
    number: int
    kept: int
    late: int
    """Answered or sent back, after the time."""
    over: int
    """Over, and the caller still waits."""
    running: int
    returned: int
    """Sent back in time."""
    entered_late: int
    owed: int
    extended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How often somebody was told over one channel on one rung."""

    role: str
    channel: str
    rung: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The longest time in which nobody did anything to an open matter."""

    case: str
    title: str
    level: Level
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    case: str
    title: str
    level: Level
    state: CaseState
    overdue: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTheDesk:
    """How often somebody was reached at the desk for one reason."""

    name: str
    why: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifts:
    gap: tuple[datetime, datetime]
    """When the roster has nobody."""
    leave: tuple[str, datetime, datetime, str]
    """Who was away, from when until when, and who stood in."""
    reached: tuple[AtTheDesk, ...]
    handovers: Handovers
    confirmed: int
    """Notices that somebody at the desk confirmed for themselves."""
    by_link: int
    """Of these, without an account."""
    dropped: int
    """Reminders that waited for the morning and were not needed then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    begins: datetime
    end: datetime
    readings: int
    matters: int
    acts: int
    refused: dict[str, int]
    clocks: tuple[Row, ...]
    tickets: tuple[Called, ...]
    breaches: int
    """Of tickets, as they were booked: also of what was answered since, or sorted otherwise."""
    told: tuple[Line, ...]
    shifts: Shifts
    silences: tuple[Silence, ...]
    open: tuple[Open, ...]
    broken: tuple[str, ...] = ()
    """Which invariants do not hold, in words; () where all do."""


def account(played: Played) -> Account:
    return Account(
        begins=played.begins,
        end=played.end,
        readings=played.readings,
        matters=len(played.cases),
        acts=sum(played.acts.values()),
        refused=dict(sorted(played.refused.items())),
        clocks=tuple(_rows(played)),
        tickets=tuple(_called(played)),
        breaches=played.callers.booked.total(),
        told=tuple(_told(played)),
        shifts=_shifts(played),
        silences=tuple(_silences(played)),
        open=tuple(_open(case, played.end) for case in played.cases if case.state in LIVE_STATES),
        broken=tuple(_broken(played)),
    )


def _rows(played: Played) -> Iterator[Row]:
    found: dict[tuple[str, Level], Row] = {}
    for case in played.cases:
        for clock in (*case.clocks, *case.past_clocks):
            key = clock.rule.name, case.severity.level
            _count(found.setdefault(key, Row(name=key[0], level=key[1])), clock, played.end)
    order = list(Level)
    yield from sorted(found.values(), key=lambda row: (row.name, order.index(row.level)))


def _count(row: Row, clock: ResponseClock, end: datetime) -> None:
    row.number += 1
    row.legal += clock.authority is Authority.STATUTORY
    row.extended += clock.extended_to is not None
    row.provisional += clock.provisional
    row.broken += clock.broken_at is not None
    match clock.state:
        case ClockState.MET:
            late = ending(clock, end) is Ending.MISSED
            row.late += late
            row.kept += not late
        case ClockState.WAIVED:
            row.waived += 1
        case ClockState.CANCELLED:
            row.cancelled += 1
        case ClockState.RUNNING:
            row.missed += clock.due_at <= end
            row.running += clock.due_at > end


def _called(played: Played) -> Iterator[Called]:
    whole = [case for case in played.cases if case.state is not CaseState.MERGED]
    for row in ticket_rows(whole, played.end):
        yield Called(
            request=row.request,
            authority=row.authority,
            number=row.total,
            kept=row.count(Went.KEPT),
            late=row.count(Went.LATE),
            over=row.count(Went.OVER),
            running=row.count(Went.OPEN),
            returned=row.count(Went.RETURNED),
            entered_late=row.count(Went.ENTERED_LATE),
            owed=len(row.owed),
            extended=len(row.extended),
        )


def _told(played: Played) -> Iterator[Line]:
    reached = {(role, one.channel, one.rung, one.id) for one in played.told for role in one.to}
    count = Counter((role, channel, rung) for role, channel, rung, _ in reached)
    for (role, channel, rung), number in sorted(count.items(), key=lambda pair: (-pair[1], pair[0])):
        yield Line(role=role, channel=channel, rung=rung, number=number)


def _shifts(played: Played) -> Shifts:
    desk = played.desk
    receipts = [one for case in played.cases for one in case.receipts]
    by_link = [one for one in receipts if one.seen_by.startswith(ROSTER)]
    logins = {login for login, _, _ in DESK}
    return Shifts(
        gap=desk.gap,
        leave=(desk.leave.login, desk.leave.start, desk.leave.end, desk.leave.deputy),
        reached=tuple(
            AtTheDesk(name=name, why=why, number=number)
            for (name, why), number in sorted(desk.reached.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        handovers=desk.handovers,
        confirmed=len(by_link) + sum(one.seen_by in logins for one in receipts),
        by_link=len(by_link),
        dropped=sum(one.state is DeliveryState.DROPPED for one in receipts),
    )


def _silences(played: Played) -> list[Silence]:
    longest = [one for case in played.cases if (one := _silence(case, played.end)) is not None]
    return sorted(longest, key=lambda one: (one.since - one.until, one.case))[:SILENCES]


def _silence(case: Case, end: datetime) -> Silence | None:
    """Between what people did to it, from the alert to its end, or to now."""
    if case.flagged_at is None:
        return None
    until = case.closed_at or end
    people = [event.at for event in case.events if not event.who.startswith("system:") and event.at <= until]
    moments = [case.flagged_at, *(at for at in people if at >= case.flagged_at), until]
    gaps = [(after - before, before, after) for before, after in pairwise(moments)]
    _, since, until = max(gaps, key=lambda gap: gap[0])
    return Silence(case=case.id, title=case.title, level=case.severity.level, since=since, until=until)


def _open(case: Case, end: datetime) -> Open:
    over = (c.rule.name for c in case.clocks if c.state is ClockState.RUNNING and c.due_at <= end)
    return Open(
        case=case.id,
        title=case.title,
        level=case.severity.level,
        state=case.state,
        overdue=tuple(over),
    )


# ------------------------------------------------------------------------------------------ what holds


def _broken(played: Played) -> Iterator[str]:
    there = [
        (case.id, clock.rule.kind, clock.round)
        for case in played.cases
        for clock in (*case.clocks, *case.past_clocks)
    ]
    if lost := played.clocks - set(there):
        yield f"有时限不见了：{len(lost)} 项"
    if len(set(there)) != len(there):
        yield "同一轮的同一项时限有两个"
    for case in played.cases:
        yield from _broken_in(case, played)
    for case_id in played.stopped:
        yield f"签收、上报或确认收到停了别的时限：{case_id}"
    yield from played.callers.wrong
    held = Counter(
        one.post for case in played.cases if case.state is not CaseState.MERGED for one in case.tickets
    )
    if gone := played.callers.posts - held.keys():
        yield f"有工单不见了：{len(gone)} 件"
    if twice := [post for post, number in held.items() if number > 1]:
        yield f"同一件工单在两件事里：{len(twice)} 件"
    for who in sorted(set(played.desk.away)):
        yield f"请假的人还接到通知：{who}"
    sent = Counter((one.id, one.channel, one.address) for one in played.told)
    for (id, channel, _), number in sent.items():
        if number > 1:
            yield f"通知 {id} 在 {channel} 上发了 {number} 次"
    known = {notice.id for case in played.cases for notice in case.outbox}
    known |= {receipt.notice for case in played.cases for receipt in case.receipts}
    if unaccounted := played.owed.keys() - known:
        yield f"有通知既没有送出的记录，也不在等着送：{len(unaccounted)} 个"
    # A digest belongs to no case: each of its lines is owed by itself.
    if strangers := {one.id for one in played.told if one.case} - played.owed.keys():
        yield f"送出了没有人要送的通知：{len(strangers)} 个"


def _broken_in(case: Case, played: Played) -> Iterator[str]:
    running = [clock for clock in case.clocks if clock.state is ClockState.RUNNING]
    everything = (*case.clocks, *case.past_clocks)
    for clock in everything:
        if len(set(clock.fired)) != len(clock.fired):
            yield f"{case.title}：{clock.rule.name}的同一步走了两次"
        if clock.provisional and clock.authority is Authority.STATUTORY:
            yield f"{case.title}：暂定的{clock.rule.name}算成了法定"
        if clock.state is ClockState.RUNNING and clock.due_at <= played.end and clock.broken_at is None:
            yield f"{case.title}：{clock.rule.name}逾期没有记录"
    for ticket in unbooked(case, played.end):
        yield f"{case.title}：{called(ticket)}逾期没有记录"
    ids = [notice.id for notice in case.outbox]
    if len(set(ids)) != len(ids):
        yield f"{case.title}：同一个通知欠了两次"
    if case.state is CaseState.CLOSED and (
        running
        or any(one.state not in DONE for one in case.statements)
        or any(p.state is DeliveryState.FAILED for one in case.statements for p in one.publications)
    ):
        yield f"{case.title}：办结了还欠着事"
    if running and case.state not in LIVE_STATES:
        yield f"{case.title}：没有人负责，时限还在走"


# ------------------------------------------------------------------------------------------- in words


def as_dict(found: Account) -> dict[str, object]:
    return asdict(found)


def in_words(found: Account) -> list[str]:
    rows = found.clocks
    lines = [
        f"模拟 {shown(found.begins)} 到 {shown(found.end)}（北京时间，虚构的单位和人）："
        f"{found.readings} 条信息，{found.matters} 件事，{found.acts} 次办理，{sum(found.refused.values())} 次被拦下",
        "",
        "时限（按名称和等级）：",
    ]
    lines += [f"  {_row_in_words(row)}" for row in rows]
    whole = Row(name="合计", level=Level.GENERAL)
    for row in rows:
        for one in fields(Row)[2:]:
            setattr(whole, one.name, getattr(whole, one.name) + getattr(row, one.name))
    lines += [f"  {_row_in_words(whole, total=True)}", "", "工单（按诉求类型）："]
    lines += [f"  {_called_in_words(one)}" for one in found.tickets]
    lines += [f"  记逾期 {found.breaches} 次", "", "通知（谁、渠道、哪一步、几次）："]
    lines += [
        f"  {addressees([one.role])}　{CHANNELS.get(one.channel, one.channel)}　{one.rung}　{one.number}"
        for one in found.told
    ]
    lines += ["", *_shifts_in_words(found.shifts)]
    lines += ["", "最久没有人动过："]
    lines += [
        f"  {spelled(one.until - one.since)}　{shown(one.since)} 起　[{one.level}] {one.title}"
        for one in found.silences
    ]
    late = [one for one in found.open if one.overdue]
    lines += ["", f"到结束时还在办的 {len(found.open)} 件，其中 {len(late)} 件有逾期："]
    lines += [f"  [{one.level}] {one.title}：{'、'.join(one.overdue)}逾期" for one in late]
    lines += ["", *(f"不成立：{what}" for what in found.broken)]
    if not found.broken:
        lines.append(
            "都成立：时限一项不少，每一步只走一次，签收只停签收，办结的不欠事，暂定的不算法定，每个通知只送一次；"
            "工单一件不少，只因答复、退回了结，逾期只记一次，有人等着答复的不办结。"
        )
    return lines


def _shifts_in_words(found: Shifts) -> list[str]:
    name, first, last, deputy = found.leave
    handed = found.handovers
    return [
        "值班（发给值班长的通知，因为什么通知到谁、几次）：",
        *(f"  {one.name}　{one.why}　{one.number}" for one in found.reached),
        f"  值班表空档 {shown(found.gap[0])} 到 {shown(found.gap[1])}；{name} {shown(first)} 到 {shown(last)} 请假，{deputy} 代班",
        f"  交接班 {handed.begun} 次：确认 {handed.confirmed}（其中晚于 1 小时 {handed.late}），没有确认 {handed.never}；"
        f"交出没人确认的通知 {handed.notices} 条",
        f"  逐人或接班确认 {found.confirmed} 条，其中没有账号、凭链接的 {found.by_link} 条；夜间压下、办了就不再提醒的 {found.dropped} 条",
    ]


def _called_in_words(one: Called) -> str:
    parts = [
        f"{word} {number}"
        for word, number in (
            ("按期答复", one.kept), ("逾期办的", one.late), ("逾期未答复", one.over), ("待答复", one.running),
            ("按期退回", one.returned), ("录入时已逾期", one.entered_late), ("延过期", one.extended), ("还欠着", one.owed),
        )
        if number
    ]  # fmt: skip
    return f"{requests.NAMES[one.request]}［{one.authority}］{one.number} 件：{'，'.join(parts)}"


def _row_in_words(row: Row, *, total: bool = False) -> str:
    name = row.name if total else f"{row.name}［{row.level}］"
    parts = [
        f"{word} {number}（{number / row.number:.0%}）"
        for word, number in (
            ("按时", row.kept), ("逾期完成", row.late), ("逾期未完成", row.missed), ("进行中", row.running),
            ("免除", row.waived), ("取消", row.cancelled),
        )
        if number
    ]  # fmt: skip
    more = [
        f"{word} {number}"
        for word, number in (("记逾期", row.broken), ("延长过", row.extended), ("暂定", row.provisional), ("法定", row.legal))
        if number
    ]  # fmt: skip
    return f"{name} {row.number} 项：{'，'.join(parts)}" + (f"；其中{'，'.join(more)}" if more else "")
