"""The desk of a played office: its roster with a gap, who is on leave, how shifts hand over, and who was reached because of it.

The table is made up; who is reached is said by ``triage/reach.py``, and handovers stand in the register, as in the real office.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from huiying.contracts import Actor, Case, Rank, Role
from huiying.ports import Register
from triage.policy import Policy
from triage.reach import ACCOUNT, Known, Leave, Reach, ReachBook, Recipient
from triage.refusals import Invalid, NotNow
from triage.roster import Roster, Shift
from triage.unconfirmed import unconfirmed

DESK = (
    ("值班甲", "", "jia@example.invalid"),
    ("值班乙", "13900000002", ""),
    ("值班丙", "13900000003", "bing@example.invalid"),
)
"""With an account: login and name, telephone, mail."""
HELPER = ("值班丁", "13900000004")
"""Without one: helps out on every third night, and confirms by the link in the short message."""
SHIFT = timedelta(hours=12)
TO_HAND, TO_TAKE = 15.0, 12.0
"""Minutes that it takes to hand over, and to confirm it, half of the times."""
TO_CONFIRM = 20.0
"""Minutes after which a notice that everybody confirms is confirmed, half of the times."""
BY_ACCOUNT = "值班表有空档，按账号"


@dataclass(slots=True, kw_only=True)
class Handovers:
    begun: int = 0
    confirmed: int = 0
    late: int = 0
    """Confirmed, more than an hour after."""
    never: int = 0
    notices: int = 0
    """Single notices that were handed over."""


@dataclass(kw_only=True)
class Desk:
    register: Register
    policy: Policy
    begins: datetime
    days: int
    chance: random.Random
    at: Callable[[datetime, Callable[[], None]], None]
    """Has something happen at a moment."""
    open_cases: Callable[[], Sequence[Case]]
    take: Callable[[str, str, str], None]
    """Case, notice and login: it is confirmed by whoever takes over."""
    now: Callable[[], datetime]
    handovers: Handovers = field(default_factory=Handovers)
    reached: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By name and reason."""
    away: list[str] = field(default_factory=list)
    """Whoever was told while on leave, in words: nobody should be."""
    gap: tuple[datetime, datetime] = field(init=False)
    leave: Leave = field(init=False)
    _reach: Reach | None = None

    def __post_init__(self) -> None:
        self._book = ReachBook(self.register)
        for login, _, _ in DESK:
            known = Known(login=login, name=login, roles=(Role.DUTY,), unit=self.policy.top())
            self.register.put(ACCOUNT, login, msgspec.json.encode(known), expect=None)
        number = self.days * 2 + 1
        missing = self.chance.randrange(1, number, 2)
        self.gap = self._starts(missing), self._starts(missing + 1)
        shifts = [one for n in range(number) if n != missing for one in self._shifts(n)]
        self._book.put_roster(Roster(shifts=tuple(shifts)))
        gone, stands_in = self.chance.sample([login for login, _, _ in DESK], 2)
        first = self.begins + timedelta(days=self.chance.uniform(0, max(0.5, self.days - 3)))
        self.leave = Leave(login=gone, start=first, end=first + timedelta(days=3), deputy=stands_in)
        self._book.put_leave(self.leave)
        for n in range(1, number):
            self.at(self._starts(n), self._change)

    def reach(self) -> Reach:
        self._reach = self._reach or self._book.now()
        return self._reach

    def officer(self, at: datetime) -> Actor | None:
        """Who acts at the desk at this moment; None where the roster has nobody with an account."""
        mine = [one for one in self._people(at) if one.on_duty and one.login]
        if not mine:
            return None
        login = mine[0].login
        return Actor(
            login=login, name=login, roles=frozenset({Role.DUTY}), unit=self.policy.top(), rank=Rank.STAFF
        )

    def manned(self, at: datetime) -> datetime:
        """This moment, or the end of the gap that it falls into: then somebody comes, after a while."""
        first, last = self.gap
        return last + (at - first) / 12 if first <= at < last else at

    def told(self, unit: str, at: datetime) -> None:
        """The desk was owed a notice at this moment: who that reaches, and why them."""
        people = self.reach().people(unit, "duty", at, self.policy)
        for one in people:
            why = one.why if one.on_duty else BY_ACCOUNT
            self.reached[one.name, why] += 1
            if one.login == self.leave.login and self.leave.start <= at < self.leave.end:
                self.away.append(f"{one.name} 在请假，{why}")

    def confirms_after(self) -> timedelta | None:
        """How long until somebody confirms a notice that everybody has to; None where they never do."""
        if self.chance.random() < 0.1:
            return None
        return timedelta(minutes=self.chance.lognormvariate(0.0, 1.0) * TO_CONFIRM)

    def _starts(self, number: int) -> datetime:
        """Of the shifts from the evening before on: 20:00 for those with an even number, 08:00 for the others."""
        return self.begins - timedelta(hours=4) + number * SHIFT

    def _shifts(self, number: int) -> list[Shift]:
        login, phone, mail = DESK[number % len(DESK)]
        start = self._starts(number)
        made = Shift(
            unit=self.policy.top(), role="duty", start=start, end=start + SHIFT, name=login, login=login, phone=phone, mail=mail
        )  # fmt: skip
        if number % 6 != 2:
            return [made]
        name, telephone = HELPER
        return [
            made,
            Shift(
                unit=self.policy.top(),
                role="duty",
                start=start,
                end=start + SHIFT,
                name=name,
                phone=telephone,
            ),
        ]

    def _people(self, at: datetime) -> Sequence[Recipient]:
        return self.reach().people(self.policy.top(), "duty", at, self.policy)

    def _change(self) -> None:
        """One shift ends; whoever had it hands over when they get round to it, once in a while never."""
        now = self.now()
        before, after = self._rostered(now - timedelta(minutes=1)), self._rostered(now)
        if before and after and before != after and self.chance.random() > 0.05:
            wait = timedelta(minutes=self.chance.lognormvariate(0.0, 0.8) * TO_HAND)
            self.at(now + wait, lambda: self._hand(before, after))

    def _rostered(self, at: datetime) -> str:
        """Login of whoever has this shift, or stands in."""
        shift = next(
            (one for one in self.reach().roster.on(self.policy.top(), "duty", at) if one.login), None
        )
        if shift is None:
            return ""
        away = self.reach().leave_of(shift.login, at)
        return away.deputy if away else shift.login

    def _hand(self, by: str, to: str) -> None:
        now = self.now()
        cases = self.open_cases()
        for old in self.reach().handings:
            if old.open and old.by == by:
                self._book.settle(old.id, by, now, taken=False)
        notices = tuple(one for case in cases for one in unconfirmed(case))
        try:
            made = self._book.hand(
                self.policy.top(), by, to, now, cases=tuple(case.id for case in cases), unconfirmed=0, notices=notices, notes=""
            )  # fmt: skip
        except Invalid:
            return
        self._reach = None
        self.handovers.begun += 1
        self.handovers.notices += len(notices)
        if self.chance.random() < 0.1:
            self.handovers.never += 1
            return
        hours = self.chance.uniform(1, 5) if self.chance.random() < 0.15 else 0.0
        wait = timedelta(minutes=self.chance.lognormvariate(0.0, 0.8) * TO_TAKE, hours=hours)
        self.at(now + wait, lambda: self._take_over(made.id, to))

    def _take_over(self, id: str, to: str) -> None:
        now = self.now()
        try:
            done = self._book.settle(id, to, now, taken=True)
        except NotNow:
            self.handovers.never += 1
            return
        self._reach = None
        self.handovers.confirmed += 1
        self.handovers.late += now - done.at > timedelta(hours=1)
        for one in done.notices:
            self.take(one.case_id, one.notice, to)
