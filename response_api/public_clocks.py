"""The hours that were owed on a matter, in words that anyone can check: kept, missed, waived or cancelled.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.contracts import Case, ClockState, ResponseClock
from triage.ending import Ending, correction, ended_at, ending, late_before
from triage.record import shown, spelled

_COUNTED = {
    Ending.KEPT: "按时",
    Ending.MISSED: "逾期",
    Ending.RUNNING: "进行中",
    Ending.SPARED: "免除或取消",
    Ending.CORRECTED: "更正",
}
_SPARED = {ClockState.WAIVED: "已免除", ClockState.CANCELLED: "已取消"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicClock:
    name: str
    duty: str
    round: int
    word: str
    tone: Ending
    """The word beside it says the same."""
    authority: str
    ended: str
    """What happened when, against what was due."""
    working: tuple[str, ...]
    moved: tuple[str, ...]
    """Each time that the deadline moved, both values; what was told of it and was put right."""


def public_clocks(case: Case, now: datetime) -> tuple[PublicClock, ...]:
    """Every clock of every round, the latest round first."""
    everything = sorted((*case.clocks, *case.past_clocks), key=lambda clock: -clock.round)
    return tuple(_clock(clock, now) for clock in everything)


def summary(clocks: Sequence[PublicClock]) -> str:
    """5 项时限：按时 4，逾期 1"""
    if not clocks:
        return "没有时限"
    count = Counter(clock.tone for clock in clocks)
    return f"{len(clocks)} 项时限：" + "，".join(
        f"{word} {count[tone]}" for tone, word in _COUNTED.items() if count[tone]
    )


def _clock(clock: ResponseClock, now: datetime) -> PublicClock:
    tone, word = verdict(clock, now)
    moved = [f"到期时间曾由 {shown(move.was)} 改为 {shown(move.now)}" for move in clock.recomputed]
    return PublicClock(
        name=clock.rule.name,
        duty=clock.rule.duty,
        round=clock.round,
        word=word,
        tone=tone,
        authority=clock.authority.value,
        ended=_ended(clock),
        working=clock.working,
        moved=tuple(filter(None, (*moved, correction(clock, now)))),
    )


def verdict(clock: ResponseClock, now: datetime) -> tuple[Ending, str]:
    found, how = ending(clock, now), _SPARED.get(clock.state, "")
    if found is Ending.MISSED:
        over = _over(clock, now)
        return found, f"{how}，{over}" if how else over
    if found is Ending.CORRECTED:
        return found, "更正（原记逾期）"
    return found, how if found is Ending.SPARED else _COUNTED[found]


def _over(clock: ResponseClock, now: datetime) -> str:
    """For how long it ran out, before an extension and after it."""
    before, after = late_before(clock), ended_at(clock, now) - clock.due_at
    first = f"延长前已逾期 {spelled(before)}" if before else ""
    waived, runs = clock.state in _SPARED, clock.state is ClockState.RUNNING
    if after <= timedelta():
        return first if waived else f"{first}，延长后{_COUNTED[Ending.RUNNING if runs else Ending.KEPT]}"
    again = f"{'延长后又' if first else '此前已' if waived else ''}逾期 {spelled(after)}"
    return "，".join(filter(None, (first, again, "仍未完成" if runs else "")))


def _ended(clock: ResponseClock) -> str:
    if clock.state is ClockState.RUNNING or clock.met_at is None:
        return f"应于 {shown(clock.due_at)} 前完成"
    how = {ClockState.WAIVED: "免除", ClockState.CANCELLED: "取消"}.get(clock.state, "完成")
    return f"应于 {shown(clock.due_at)} 前完成，{shown(clock.met_at)} {how}"
