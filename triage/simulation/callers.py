"""What becomes of the tickets of a played office, looked at each time that a case is saved: how each ended, and what was booked of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from huiying.contracts import Case, CaseState, Ticket
from triage.acts import Act
from triage.callers import owed
from triage.tickets import called

ENDING = (Act.ANSWER_TICKET, Act.RETURN_TICKET)


@dataclass(kw_only=True)
class Watched:
    """What is wrong it says in words; the sums are of the cases that are left."""

    asleep: Callable[[datetime], bool]
    """Whether the machine was down at a moment: then nobody could book anything."""
    posts: set[str] = field(default_factory=set)
    """Of every ticket that was ever saved."""
    booked: Counter[tuple[str, datetime]] = field(default_factory=Counter)
    """By ticket and last second of its term: how often it was booked as over."""
    wrong: list[str] = field(default_factory=list)
    _before: dict[str, Case] = field(default_factory=dict)

    def saw(self, case: Case, doing: Act | None, now: datetime) -> None:
        """A case was saved, by this act of people, or by the machine."""
        before = self._before.get(case.id)
        self._before[case.id] = case
        known = {one.post: one for one in before.tickets} if before else {}
        self.posts |= {one.post for one in case.tickets}
        for one in case.tickets:
            was = known.pop(one.post, None)
            self._book(case, was, one)
            if was is not None and was.owed and not one.owed:
                self._ended(case, was, doing, now)
        self.wrong += [f"{case.title}：{called(one)}不见了" for one in known.values()]
        closes = case.state is CaseState.CLOSED and before is not None and before.state is not case.state
        if closes and owed(case):
            self.wrong.append(f"{case.title}：还有 {len(owed(case))} 件工单待答复就办结了")

    def _book(self, case: Case, was: Ticket | None, one: Ticket) -> None:
        if one.overdue_at is None or (was is not None and was.overdue_at == one.overdue_at):
            return
        self.booked[one.post, one.due_at] += 1
        if self.booked[one.post, one.due_at] > 1:
            self.wrong.append(f"{case.title}：{called(one)}逾期记了不止一次")

    def _ended(self, case: Case, was: Ticket, doing: Act | None, now: datetime) -> None:
        if doing not in ENDING:
            self.wrong.append(f"{case.title}：{called(was)}没有答复、退回就了结了（{doing or '系统'}）")
        over = was.due_at <= now and not was.entered_late and not self.asleep(was.due_at)
        if over and was.overdue_at is None:
            self.wrong.append(f"{case.title}：{called(was)}逾期才办，没有记逾期")


def unbooked(case: Case, end: datetime) -> tuple[Ticket, ...]:
    """Those that are owed past their term and not booked as over. What came in late is nobody's breach."""
    return tuple(
        one for one in owed(case) if one.due_at <= end and one.overdue_at is None and not one.entered_late
    )
