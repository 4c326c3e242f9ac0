"""Which duties run, from when, until when, and how that was worked out.  Pure: the caller brings the time.

A case has at most one clock of a kind; none hides another.  Its rules were frozen at the opening.  By itself a deadline moves to
sooner alone; to later only by somebody's authority, or because a year's holidays have become known or were put right.  Both
values and the reason are kept.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from huiying.contracts import (
    LIVE_STATES,
    Authority,
    Case,
    ClockKind,
    ClockRule,
    ClockState,
    Corrected,
    EventKind,
    Origin,
    OwedAgain,
    Recomputed,
    ResponseClock,
    TextRef,
)
from triage.calendar import Calendar
from triage.ending import (
    BOOKED,
    EXTENDED,
    UNASKED,
    Ending,
    ended_at,
    ending,
    extension,
    late_before,
    ran_out_at,
)
from triage.known import OCCURRED, emergency
from triage.record import TRIAGE, note, rung_at, shown, spelled, with_clock
from triage.severity import rank
from triage.terms import (
    Deadline,
    Start,
    counts_from_occurrence,
    counts_from_people,
    deadline,
    length,
    occurrence,
    start_of,
)

DISMISSED = "不予受理"
"""What ends the clocks of a matter that is none of ours."""
LATE_RAISE = "升级时已逾期"
LATE_START = "起算时已逾期"
LATE_RESUME = "不予受理期间已逾期"
LATE_BACK = "免除期间已逾期"
LATE_CALENDAR = "放假安排公布时已逾期"
LATE_FACT = "更正事实时已逾期"
PROVISIONAL = frozenset({ClockKind.STATEMENT, ClockKind.PRESS_CONFERENCE})
"""What an emergency asks for."""
RENEWED = frozenset({ClockKind.PUBLISH_RESULT, ClockKind.FOLLOW_UP})
"""Owed anew whenever what starts them happens again."""


def start_clocks(case: Case, now: datetime, calendar: Calendar, *, raised: bool = False) -> Case:
    """The case with every clock that its level, its floors and what has happened ask for; ``raised`` says that the level just
    went up.

    Only a live matter with a live post has clocks.
    """
    if case.state not in LIVE_STATES or case.origin is not Origin.LIVE:
        return case
    for kind in ClockKind:
        asked = _asked(case, kind)
        if asked is None:
            continue
        rule, provisional, official = asked
        start = _start_of(case, rule, now, raised)
        known = next((clock for clock in case.clocks if clock.rule.kind is kind), None)
        if start is None:
            continue
        if known is not None and (_is_over(known, start) or _is_another(known, asked)):
            case, known = _laid_by(case, known), None
        if known is None:
            case = _start(case, asked, start, calendar, now, raised)
        elif known.state is ClockState.RUNNING:
            case = _tighten(case, known, rule, start, calendar, provisional, official, now, raised)
        elif known.state is ClockState.MET and official and not known.official:
            case = _made_law(case, known, now)
    return case


def put_right(case: Case, now: datetime, calendar: Calendar, why: str, *, lowered: bool = False) -> Case:
    """The case with its clocks as they would stand had been known what people say by now: due later as well as sooner. What
    was missed only because of what was wrong was not missed; it is told as put right, and how it stood stays.

    ``lowered``: the level has fallen with it, and what only the higher one asked for ends.
    """
    if case.origin is not Origin.LIVE:
        return case
    for clock in case.past_clocks:
        again = _from_when_it_happened(case, clock)
        case = _as_known(
            case, clock, clock.rule, again, calendar, now, why, clock.provisional, clock.official
        )
    for clock in case.clocks:
        start = _from_when_it_happened(case, clock)
        asked = _asked(case, clock.rule.kind)
        if asked is None and (lowered or clock.official) and not clock.provisional:
            case = _void(case, clock, now, why)
            continue
        rule, provisional, official = asked or (clock.rule, clock.provisional, False)
        if not (lowered and _sterner(clock.rule, rule)):
            rule = clock.rule
        if not (lowered or clock.official):
            provisional = clock.provisional
        case = _as_known(case, clock, rule, start, calendar, now, why, provisional, official)
    return start_clocks(case, now, calendar)


def _from_when_it_happened(case: Case, clock: ResponseClock) -> Start:
    """Where it counts from by what people say, or no longer say; what counts from something else stays as it is."""
    known = Start(at=clock.started_at, source=clock.start_source, promised=_promised(clock))
    told = counts_from_occurrence(clock) and OCCURRED in case.settled_by_people
    return occurrence(case) if told or counts_from_people(clock) else known


def _as_known(
    case: Case,
    clock: ResponseClock,
    rule: ClockRule,
    start: Start,
    calendar: Calendar,
    now: datetime,
    why: str,
    provisional: bool,
    official: bool,
) -> Case:
    """With this clock counted again; unchanged where it comes to the same."""
    voided = clock.corrected is not None and not clock.corrected.owed
    same = (clock.rule, clock.started_at, clock.start_source, clock.provisional, clock.official)
    if not voided and same == (rule, start.at, start.source, provisional, official):
        return case
    found = deadline(rule, start, calendar, provisional=provisional, official=official)
    due = found.due if clock.extended_to is None else max(found.due, clock.extended_to)
    runs = clock.state is ClockState.RUNNING
    told = tuple(line for line in clock.working if line.startswith(EXTENDED))
    fresh = replace(
        clock,
        rule=rule,
        started_at=start.at,
        start_source=start.source,
        working=(*found.working, *told),
        days=found.days,
        tentative=found.tentative,
        provisional=provisional,
        official=official,
        term_end=None if clock.extended_to is None else found.due,
        set_at=now if runs else clock.set_at,
        corrected=None if voided else clock.corrected,
    )
    what = f"{rule.name}按更正后的事实重算，到期时间不变"
    if due != clock.due_at:
        moved = Recomputed(at=now, was=clock.due_at, now=due, reason=why)
        fresh = (
            _moved(fresh, due, now, why)
            if runs
            else replace(fresh, due_at=due, recomputed=(*clock.recomputed, moved))
        )
        what = f"{rule.name}到期时间由 {shown(moved.was)} 改为 {shown(moved.now)}"
    case = note(_exchanged(case, clock, fresh), EventKind.CLOCK_RECOMPUTED, now, TRIAGE, what, why=why)
    was_late, is_late = (ending(one, now) is Ending.MISSED for one in (clock, fresh))
    if was_late and not is_late:
        return _not_missed(case, clock, fresh, now, why)
    if is_late and not was_late:
        return _missed_after_all(case, clock, fresh, now)
    booked = _booked(clock) if fresh.broken_at is not None and found.due <= fresh.broken_at else ()
    return _exchanged(case, fresh, replace(fresh, working=(*fresh.working, *booked)))


def _not_missed(case: Case, was: ResponseClock, clock: ResponseClock, now: datetime, why: str) -> Case:
    ran_out = ran_out_at(was)
    told = Corrected(at=now, due=ran_out, broken_at=was.broken_at, booked=_booked(was))
    case = _exchanged(case, clock, replace(clock, broken_at=None, corrected=told))
    what = f"更正：{clock.rule.name}原记 {shown(ran_out)} 起逾期，按更正后的事实没有逾期"
    return note(case, EventKind.CLOCK_CORRECTED, now, TRIAGE, what, why=why)


def _missed_after_all(case: Case, was: ResponseClock, clock: ResponseClock, now: datetime) -> Case:
    """Whose it is: as it was booked before, where a correction is taken back; else nobody could know, and it is detection's."""
    late = spelled(ended_at(clock, now) - clock.due_at)
    if was.corrected is not None:
        line, since = was.corrected.booked, was.corrected.broken_at
    else:
        line, since = (f"{LATE_FACT}（已过 {late}）：{BOOKED}",), None
    again = replace(clock, broken_at=since or now, corrected=None, working=(*clock.working, *line))
    what = f"{clock.rule.name}{LATE_FACT}，应于 {shown(clock.due_at)} 前完成，已过 {late}"
    return note(_exchanged(case, clock, again), EventKind.CLOCK_BROKEN, now, TRIAGE, what, why=LATE_FACT)


def _void(case: Case, clock: ResponseClock, now: datetime, why: str) -> Case:
    """Without a duty that nothing asks for, as the facts are: what was done in time stays done, what was missed was not owed."""
    late = ending(clock, now) is Ending.MISSED
    if clock.state is ClockState.CANCELLED or (clock.state is not ClockState.RUNNING and not late):
        return case
    ended = clock
    if clock.state is ClockState.RUNNING:
        ended = replace(clock, state=ClockState.CANCELLED, met_at=now, met_by=UNASKED)
    if late:
        told = Corrected(
            at=now, due=ran_out_at(clock), broken_at=clock.broken_at, booked=_booked(clock), owed=False
        )
        ended = replace(ended, broken_at=None, corrected=told)
    case = _exchanged(case, clock, ended)
    if ended.state is ClockState.CANCELLED:
        case = note(case, EventKind.CLOCK_CANCELLED, now, TRIAGE, f"取消{clock.rule.name}时限", why=why)
    if not late:
        return case
    what = f"更正：{clock.rule.name}原记 {shown(ran_out_at(clock))} 起逾期，按更正后的事实不要求"
    return note(case, EventKind.CLOCK_CORRECTED, now, TRIAGE, what, why=why)


def _booked(clock: ResponseClock) -> tuple[str, ...]:
    return tuple(line for line in clock.working if BOOKED in line)


def _exchanged(case: Case, clock: ResponseClock, other: ResponseClock) -> Case:
    """The case with this very clock, of whichever round, replaced."""
    return replace(
        case,
        clocks=tuple(other if one is clock else one for one in case.clocks),
        past_clocks=tuple(other if one is clock else one for one in case.past_clocks),
    )


def _made_law(case: Case, clock: ResponseClock, now: datetime) -> Case:
    """What was done already for the house or on a suspicion, and the law asks for it too: it is the same duty."""
    basis = f"依据：{clock.rule.citation}（{Authority.STATUTORY}）"
    working = tuple(basis if line.startswith("依据：") else line for line in clock.working)
    case = with_clock(case, as_sure(replace(clock, official=True, working=working)))
    what, why = f"{clock.rule.name}改按法定时限计", f"政府认定{emergency(case)}突发事件"
    return note(case, EventKind.CLOCK_RECOMPUTED, now, TRIAGE, what, why=why)


def startable(case: Case) -> tuple[ClockRule, ...]:
    """The duties that somebody may start on a suspicion: of an emergency that the level does not show, and not running yet. A
    suspicion that was cancelled may come back.
    """
    if case.origin is not Origin.LIVE:
        return ()
    known = {clock.rule.kind for clock in case.clocks if not _was_suspicion(clock)}
    ordered = sorted(case.clock_rules, key=length)
    found = {rule.kind: rule for rule in reversed(ordered) if rule.kind in PROVISIONAL}
    return tuple(rule for kind, rule in found.items() if kind not in known)


def start_provisionally(
    case: Case, kind: ClockKind, now: datetime, calendar: Calendar, who: str, texts: tuple[TextRef, ...]
) -> Case:
    """The case with this clock running on somebody's suspicion; unchanged where it runs, or where no rule knows it."""
    rules = sorted((rule for rule in case.clock_rules if rule.kind is kind), key=length)
    start = _start_of(case, rules[0], now, False) if rules else None
    known = next((clock for clock in case.clocks if clock.rule.kind is kind), None)
    if start is None or (known is not None and not _was_suspicion(known)):
        return case
    if known is not None:
        case = _laid_by(case, known)
    return _start(case, (rules[0], True, False), start, calendar, now, False, who=who, texts=texts)


def as_sure(clock: ResponseClock) -> ResponseClock:
    """The same clock, where the level asks for it: nothing that it shows calls it a suspicion."""
    law = Authority.STATUTORY if clock.official else clock.rule.authority
    basis = f"依据：{clock.rule.citation}（{law}）"
    working = (
        basis if line.startswith("依据：") else line
        for line in clock.working
        if not line.startswith("暂定：")
    )
    return replace(clock, provisional=False, working=tuple(working)) if clock.provisional else clock


def cancel(case: Case, kind: ClockKind, now: datetime, who: str, by: str, texts: tuple[TextRef, ...]) -> Case:
    """The case without this clock, because there was nothing behind it; unchanged where it does not run."""
    clock = _running(case, kind)
    if clock is None:
        return case
    case = _book_unwatched(case, clock, now)
    ended = replace(_of_kind(case, kind), state=ClockState.CANCELLED, met_at=now, met_by=by)
    what = f"取消{'暂定的' if clock.provisional else ''}{clock.rule.name}时限"
    return note(with_clock(case, ended), EventKind.CLOCK_CANCELLED, now, who, what, why=by, texts=texts)


def extend(
    case: Case,
    kind: ClockKind,
    now: datetime,
    who: str,
    by: str,
    until: datetime,
    texts: tuple[TextRef, ...],
) -> Case:
    """The case with this deadline moved to later, by somebody's authority; unchanged where the clock does not run.

    A breach that has been stays booked; whoever was told is told again at the new time.
    """
    clock = _running(case, kind)
    if clock is None:
        return case
    case = _book_unwatched(case, clock, now)
    clock = _of_kind(case, kind)
    moved = _moved(replace(clock, extended_to=until), until, now, by)
    case = with_clock(case, replace(moved, working=(*moved.working, extension(moved.recomputed[-1]))))
    what = f"{clock.rule.name}到期时间由 {shown(clock.due_at)} 延至 {shown(until)}"
    return note(case, EventKind.CLOCK_RECOMPUTED, now, who, what, why=by, texts=texts)


def recount(case: Case, calendar: Calendar, now: datetime, *, corrected: bool = False) -> Case:
    """The case with its tentative terms counted again, and where a notice was ``corrected`` those that were certain too; the
    same object where the calendar counts no other days than before.
    """
    for clock in case.clocks:
        if clock.state is not ClockState.RUNNING or not clock.days or not (clock.tentative or corrected):
            continue
        start = Start(at=clock.started_at, source=clock.start_source)
        found = deadline(clock.rule, start, calendar, provisional=clock.provisional, official=clock.official)
        if found.days == clock.days and found.tentative == clock.tentative:
            continue
        years = "、".join(sorted({one.day[:4] for one in found.days if one not in clock.days}))
        what = "已公布" if clock.tentative else "有更正"
        reason = f"{years} 年放假安排{what}" if years else f"放假安排{what}"
        again = replace(
            clock,
            working=(*found.working, *_kept(clock)),
            days=found.days,
            tentative=found.tentative,
        )
        due = clock.extended_to or found.due
        if due == clock.due_at:
            what = f"{clock.rule.name}：{reason}，到期时间不变"
            case = note(with_clock(case, again), EventKind.CLOCK_RECOMPUTED, now, TRIAGE, what, why=reason)
            continue
        what = f"{clock.rule.name}到期时间由 {shown(clock.due_at)} 改为 {shown(due)}"
        case = with_clock(case, _moved(again, due, now, reason))
        case = note(case, EventKind.CLOCK_RECOMPUTED, now, TRIAGE, what, why=reason)
        case = _book_late(case, _of_kind(case, clock.rule.kind), now, LATE_CALENDAR)
    return case


def meet(case: Case, kind: ClockKind, now: datetime, who: str, by: str) -> Case:
    """The case with this clock stopped because its duty was done; unchanged where it does not run.

    A breach stays booked: done late is done late.
    """
    clock = _running(case, kind)
    if clock is None:
        return case
    how = "逾期完成" if now > clock.due_at else "延长后按时完成" if late_before(clock) else "按时完成"
    case = _book_unwatched(case, clock, now)
    clock = _of_kind(case, kind)
    case = with_clock(case, replace(clock, state=ClockState.MET, met_at=now, met_by=by))
    what = f"{clock.rule.name}{how}，应于 {shown(clock.due_at)} 前"
    return note(case, EventKind.CLOCK_MET, now, who, what, why=by)


def waive(case: Case, kind: ClockKind, now: datetime, who: str, by: str, texts: tuple[TextRef, ...]) -> Case:
    """The case without this duty, by somebody's authority; unchanged where it does not run."""
    clock = _running(case, kind)
    if clock is None:
        return case
    case = _book_unwatched(case, clock, now)
    clock = _of_kind(case, kind)
    case = with_clock(case, replace(clock, state=ClockState.WAIVED, met_at=now, met_by=by))
    what = f"免除{clock.rule.name}（原应于 {shown(clock.due_at)} 前{clock.rule.duty}）"
    return note(case, EventKind.CLOCK_WAIVED, now, who, what, why=by, texts=texts)


def reinstate(
    case: Case,
    kind: ClockKind,
    now: datetime,
    calendar: Calendar,
    who: str,
    by: str,
    texts: tuple[TextRef, ...],
) -> Case:
    """The case with a waived duty owed as if it had never been waived; unchanged where it was not. What fell due while nobody
    owed it is not the unit's.
    """
    clock = next((one for one in case.clocks if one.rule.kind is kind), None)
    if clock is None or clock.state is not ClockState.WAIVED:
        return case
    going = replace(clock, state=ClockState.RUNNING, met_at=None, met_by="", set_at=now)
    what = f"恢复{clock.rule.name}，{shown(clock.due_at)} 前{clock.rule.duty}"
    case = note(with_clock(case, going), EventKind.CLOCK_STARTED, now, who, what, why=by, texts=texts)
    return start_clocks(_book_late(case, going, now, LATE_BACK), now, calendar)


def cancel_all(case: Case, now: datetime, who: str, by: str) -> Case:
    """The case with every running clock ended, because there is nothing to answer for here."""
    for clock in case.clocks:
        if clock.state is ClockState.RUNNING:
            case = _book_unwatched(case, clock, now)
            ended = replace(
                _of_kind(case, clock.rule.kind), state=ClockState.CANCELLED, met_at=now, met_by=by
            )
            what = f"取消{clock.rule.name}时限"
            case = note(with_clock(case, ended), EventKind.CLOCK_CANCELLED, now, who, what, why=by)
    return case


def start_over(case: Case, now: datetime, calendar: Calendar) -> Case:
    """The case in its next round: the clocks that ended are kept as they are, new ones run from now."""
    case = replace(put_by(case), reopened_at=now)
    return start_clocks(case, now, calendar)


def sign_again(case: Case, now: datetime, calendar: Calendar) -> Case:
    """The case with signing for it owed anew from ``Case.sign_again_at``; the term that was kept stays as it is. Where somebody
    has waived it, nothing is owed.
    """
    known = next((clock for clock in case.clocks if clock.rule.kind is ClockKind.ACKNOWLEDGE), None)
    if known is not None and known.state is ClockState.MET:
        case = _laid_by(case, known)
    return start_clocks(case, now, calendar)


def owe_again(case: Case, kinds: Collection[ClockKind], now: datetime, calendar: Calendar) -> Case:
    """The case with these duties owed anew from ``now``, because what had ended them is hidden from the public: the terms that were
    kept, or missed, stay as they are.
    """
    for clock in case.clocks:
        if clock.rule.kind in kinds:
            case = _laid_by(case, clock)
    others = tuple(one for one in case.owed_again if one.kind not in kinds)
    case = replace(case, owed_again=(*others, *(OwedAgain(kind=kind, at=now) for kind in kinds)))
    return start_clocks(case, now, calendar)


def resume(
    case: Case, now: datetime, calendar: Calendar, *, ended_by: str = DISMISSED, why: str = "撤回不予受理"
) -> Case:
    """The case with its cancelled clocks going on as if they had never been: what ended them is taken back. Only those that
    ``ended_by`` ended: what was cancelled for a reason of its own stays cancelled.

    Nobody gains time by putting a matter away and taking it up again.
    """
    for clock in case.clocks:
        if clock.state is ClockState.CANCELLED and clock.met_by == ended_by:
            going = replace(clock, state=ClockState.RUNNING, met_at=None, met_by="", set_at=now)
            what = f"接着计时：{clock.rule.name}，{shown(clock.due_at)} 前{clock.rule.duty}"
            case = note(with_clock(case, going), EventKind.CLOCK_STARTED, now, TRIAGE, what, why=why)
            case = _book_late(case, going, now, LATE_RESUME)
    return start_clocks(case, now, calendar)


def put_by(case: Case) -> Case:
    """The case with its ended clocks among those of earlier rounds."""
    ended = tuple(clock for clock in case.clocks if clock.state is not ClockState.RUNNING)
    still = tuple(clock for clock in case.clocks if clock.state is ClockState.RUNNING)
    return replace(case, past_clocks=(*case.past_clocks, *ended), clocks=still)


def next_round(case: Case, kind: ClockKind) -> int:
    """The number of a clock that starts now: its notices are new ones. What may be owed anew by itself counts by itself; all
    others count how often the case was taken up.
    """
    alone = RENEWED | {ClockKind.ACKNOWLEDGE, ClockKind.REPORT_UP}
    again = case.reopened_at
    alike = frozenset({kind}) if kind in alone else frozenset(ClockKind) - alone
    return 1 + max(
        (
            past.round
            for past in case.past_clocks
            if past.rule.kind is kind
            or (past.rule.kind in alike and again is not None and past.started_at < again)
        ),
        default=0,
    )


def _running(case: Case, kind: ClockKind) -> ResponseClock | None:
    return next((c for c in case.clocks if c.rule.kind is kind and c.state is ClockState.RUNNING), None)


def _of_kind(case: Case, kind: ClockKind) -> ResponseClock:
    return next(clock for clock in case.clocks if clock.rule.kind is kind)


def _book_unwatched(case: Case, clock: ResponseClock, now: datetime) -> Case:
    """A deadline that passed before the watch came round must not be forgotten because the duty ends meanwhile."""
    if clock.broken_at is not None or clock.due_at > now:
        return case
    what = f"{clock.rule.name}逾期：应于 {shown(clock.due_at)} 前{clock.rule.duty}"
    case = with_clock(case, replace(clock, broken_at=now))
    return note(case, EventKind.CLOCK_BROKEN, now, TRIAGE, what)


_Asked = tuple[ClockRule, bool, bool]
"""A rule, whether provisionally, and whether as law because of an official emergency."""


def _asked(case: Case, kind: ClockKind) -> _Asked | None:
    """The strictest rule of this kind that an official emergency asks for, or else the level; else one that a floor starts
    provisionally."""
    rules = sorted((rule for rule in case.clock_rules if rule.kind is kind), key=length)
    floors = {floor.rule for floor in case.severity.floors}
    official = emergency(case)
    for rule in rules:
        if official is not None and official in rule.emergencies:
            return rule, False, True
    for rule in rules:
        if case.severity.level in rule.levels:
            return rule, False, False
    for rule in rules:
        if floors.intersection(rule.provisional_on):
            return rule, True, False
    return None


def _start_of(case: Case, rule: ClockRule, now: datetime, raised: bool) -> Start | None:
    if raised and rule.on_upgrade == "moment_of_upgrade":
        return Start(at=now, source="升级时间")
    again = case.sign_again_at
    if (
        rule.kind is ClockKind.ACKNOWLEDGE
        and again is not None
        and again > (case.reopened_at or case.detected_at)
    ):
        return Start(at=again, source="签收失效时间")
    hidden = max((one.at for one in case.owed_again if one.kind is rule.kind), default=None)
    if hidden is not None and hidden > (case.reopened_at or case.detected_at):
        return Start(at=hidden, source="回应暂停公开时间")
    return start_of(case, rule.start)


def _is_over(clock: ResponseClock, start: Start) -> bool:
    """Whether it was for something that is done with, and has come up again since."""
    ended = clock.state is not ClockState.RUNNING and clock.met_at is not None
    return ended and clock.rule.kind in RENEWED and start.at > clock.started_at


def _is_another(clock: ResponseClock, asked: _Asked) -> bool:
    """Whether what ended is not what is asked for now: a suspicion was cancelled that has come true; what facts did not ask for
    is asked for after all; somebody did without it for a lesser matter, or where it was no law; or a higher level asks for
    another duty (报主要负责人 where 报分管领导 was done).
    """
    rule, provisional, official = asked
    if provisional:
        return False
    if _was_suspicion(clock) or clock.met_by == UNASKED:
        return True
    if official and not clock.official and clock.state is ClockState.WAIVED:
        return True
    if not _sterner(rule, clock.rule):
        return False
    waived = clock.state is ClockState.WAIVED
    return waived or (clock.state is ClockState.MET and rule.duty != clock.rule.duty)


def _was_suspicion(clock: ResponseClock) -> bool:
    return clock.state is ClockState.CANCELLED and clock.provisional


def _laid_by(case: Case, clock: ResponseClock) -> Case:
    rest = tuple(one for one in case.clocks if one is not clock)
    return replace(case, clocks=rest, past_clocks=(*case.past_clocks, clock))


def _start(
    case: Case,
    asked: _Asked,
    start: Start,
    calendar: Calendar,
    now: datetime,
    raised: bool,
    *,
    who: str = TRIAGE,
    texts: tuple[TextRef, ...] = (),
) -> Case:
    rule, provisional, official = asked
    found = deadline(rule, start, calendar, provisional=provisional, official=official)
    clock = ResponseClock(
        rule=rule,
        round=next_round(case, rule.kind),
        started_at=start.at,
        start_source=start.source,
        due_at=found.due,
        working=found.working,
        days=found.days,
        tentative=found.tentative,
        provisional=provisional,
        official=official,
        set_at=now,
    )
    case = replace(case, clocks=(*case.clocks, clock))
    what = f"{'暂定' if provisional else ''}开始计时：{rule.name}，{shown(clock.due_at)} 前{rule.duty}"
    why = f"{rule.citation}（{clock.authority}）"
    case = note(case, EventKind.CLOCK_STARTED, now, who, what, why=why, texts=texts)
    return _book_late(case, clock, now, LATE_RAISE if raised else LATE_START)


def _tighten(
    case: Case,
    clock: ResponseClock,
    rule: ClockRule,
    start: Start,
    calendar: Calendar,
    provisional: bool,
    official: bool,
    now: datetime,
    raised: bool,
) -> Case:
    """Take over the rule of a higher level, an earlier start, the end of 'provisional' or the force of law. Nothing ever loosens."""
    if not _sterner(rule, clock.rule):
        rule = clock.rule
        start = _start_of(case, rule, now, raised) or start
    if start.at >= clock.started_at:
        start = Start(at=clock.started_at, source=clock.start_source, promised=_promised(clock))
    provisional, official = provisional and clock.provisional, official or clock.official
    same = (clock.rule, clock.started_at, clock.provisional, clock.official)
    if (rule, start.at, provisional, official) == same:
        return case
    reason = f"舆情等级升为{case.severity.level}" if raised else f"起算改按{start.source}"
    if official and not clock.official:
        reason = f"政府认定{emergency(case)}突发事件"
    found = deadline(rule, start, calendar, provisional=provisional, official=official)
    due = _not_past_the_extension(clock, found)
    tightened = replace(
        clock,
        rule=rule,
        started_at=start.at,
        start_source=start.source,
        due_at=due,
        working=(*found.working, *_kept(clock)),
        days=found.days,
        tentative=found.tentative,
        provisional=provisional,
        official=official,
        set_at=now,
    )
    if tightened.due_at == clock.due_at:
        by = "法定时限计" if official and not clock.official else f"{case.severity.level}的要求"
        what = f"{rule.name}改按{by}，到期时间不变"
        return note(with_clock(case, tightened), EventKind.CLOCK_RECOMPUTED, now, TRIAGE, what, why=reason)
    moved = Recomputed(at=now, was=clock.due_at, now=tightened.due_at, reason=reason)
    tightened = replace(tightened, recomputed=(*clock.recomputed, moved))
    what = f"{rule.name}到期时间由 {shown(moved.was)} 改为 {shown(moved.now)}"
    case = note(with_clock(case, tightened), EventKind.CLOCK_RECOMPUTED, now, TRIAGE, what, why=reason)
    return _book_late(case, tightened, now, LATE_RAISE if raised else LATE_START)


def _promised(clock: ResponseClock) -> datetime | None:
    """A term that is not the rule's own was a promise."""
    promised = clock.rule.start == "published_at" and not clock.days and clock.rule.working_days
    return clock.due_at if promised else None


def _not_past_the_extension(clock: ResponseClock, found: Deadline) -> datetime:
    """What somebody extended stays extended, where only the start or the name of the rule has changed."""
    return found.due if clock.extended_to is None else clock.extended_to


def _moved(clock: ResponseClock, due: datetime, now: datetime, reason: str) -> ResponseClock:
    """With another due time: steps of the ladder that lie ahead again are taken again, under notices of their own."""
    moved = Recomputed(at=now, was=clock.due_at, now=due, reason=reason)
    later = replace(clock, due_at=due, recomputed=(*clock.recomputed, moved), set_at=now)
    behind = {rung.name for rung in clock.rule.rungs if rung_at(later, rung) <= now}
    again = any(name not in behind for name in clock.fired)
    return replace(
        later,
        fired=tuple(name for name in clock.fired if name in behind),
        untold=tuple(name for name in clock.untold if name in behind),
        postponed=clock.postponed + again,
    )


def _kept(clock: ResponseClock) -> tuple[str, ...]:
    """What was booked to detection stays booked, and what was extended is told."""
    return tuple(line for line in clock.working if BOOKED in line or line.startswith(EXTENDED))


def _sterner(rule: ClockRule, known: ClockRule) -> bool:
    """Made for higher levels, and no longer."""
    return _highest(rule) > _highest(known) and length(rule) <= length(known)


def _highest(rule: ClockRule) -> int:
    """-1 where no level asks for it: people and floors alone start it."""
    return max(map(rank, rule.levels), default=-1)


def _book_late(case: Case, clock: ResponseClock, now: datetime, reason: str) -> Case:
    """A deadline that had passed before anybody could know: booked at once, and to detection, not to the unit."""
    if clock.due_at > now or clock.broken_at is not None:
        return case
    late = spelled(now - clock.due_at)
    line = f"{reason}（已过 {late}）：{BOOKED}"
    case = with_clock(case, replace(clock, broken_at=now, working=(*clock.working, line)))
    what = f"{clock.rule.name}{reason}，应于 {shown(clock.due_at)} 前完成，已过 {late}"
    return note(case, EventKind.CLOCK_BROKEN, now, TRIAGE, what, why=reason)
