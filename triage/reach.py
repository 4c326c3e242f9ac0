"""Who is reached now: unit, role and moment in, people and their addresses out.  Pure, but for ``ReachBook``.

The duty roster comes first, then an open or fresh handover, then accounts of that role or rank in the unit or the nearest one above it;
whoever is on leave is stood in for.  Where nobody is found, or nobody has an address, the rows of ``notices.toml`` hold.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

import msgspec

from huiying import codec, personal
from huiying.contracts import DeliveryState, Instant, Rank, Role
from huiying.errors import RevisionConflict
from huiying.ports import Register
from triage.policy import Policy
from triage.refusals import Invalid, NotNow, NotYours
from triage.roster import Roster, Shift, hears
from triage.words import CALLED

ACCOUNT = "account"
"""Kind of the accounts in the register, which the web keeps."""
ROSTER, CURRENT = "roster", "current"
LEAVE = "leave"
HANDOVER = "shift-handover"
FRESH = timedelta(hours=24)
"""How long a handover says who is on duty where the roster says nothing."""
MOST_DEPUTIES = 5
MOST_NOTES = 1000

_ACCOUNTS_OF = {
    "unit": Role.HANDLER,
    "duty": Role.DUTY,
    "secrecy": Role.SECRECY,
    "signer": Role.SIGNER,
    "spokesperson": Role.SPOKESPERSON,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An account, as much of it as matters here."""

    login: str
    name: str
    roles: tuple[Role, ...]
    unit: str
    rank: Rank = Rank.STAFF
    active: bool = True
    invited: bool = False
    """Has no password and never came by the identity provider, so nothing that the board shows reaches them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Somebody is away, and another stands in for them."""

    login: str
    start: Instant
    end: Instant
    deputy: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """A notice that nobody has confirmed yet (``triage/unconfirmed.py``)."""

    case_id: str
    notice: str
    clock: str = ""
    """Its clock's name; '' where it is about the matter as a whole."""
    rung: str
    to: tuple[str, ...]
    owed_at: Instant
    state: DeliveryState
    """The furthest that any delivery of it has come."""
    missing: tuple[str, ...] = ()
    """Of those who have to confirm for themselves, who has not: logins and names of the roster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """交接班: what was open, from whom to whom; who takes over confirms it."""

    id: str
    unit: str
    by: str
    to: str
    at: Instant
    cases: tuple[str, ...] = ()
    """Ids of the matters that were open."""
    unconfirmed: int = 0
    """Matters that nobody had signed for."""
    notices: tuple[Unconfirmed, ...] = ()
    """Single notices that nobody had confirmed, as they stood."""
    notes: str = ""
    confirmed_at: Instant | None = None
    withdrawn_at: Instant | None = None

    @property
    def open(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    name: str
    login: str = ""
    phone: str = ""
    mail: str = ""
    why: str
    """How we know that it is them, in Chinese."""
    on_duty: bool = False
    """By the roster or a handover, not by account alone."""

    @property
    def called(self) -> str:
        """What somebody without an account goes by: the roster's name, and an address by which the desk tells two of one name
        apart; '' for all others."""
        if self.login or not self.on_duty:
            return ""
        return f"{self.name}（{personal.masked(self.phone or self.mail)}）"


@dataclass(frozen=True, kw_only=True)
class Reach:
    roster: Roster = field(default_factory=Roster)
    leaves: tuple[Leave, ...] = ()
    handings: tuple[Handing, ...] = ()
    """Oldest first."""
    accounts: tuple[Known, ...] = ()

    def people(self, unit: str, role: str, at: datetime, policy: Policy) -> tuple[Recipient, ...]:
        """Everybody who is to hear it; none where only the rows of ``notices.toml`` know.

        ``role`` is one of ``Notice.to``. Who carries a matter is looked for in the unit itself; duty and ranks also above it.
        """
        units = upwards(unit, policy) if role != "unit" else (unit,)
        for one in units:
            if found := self._instead(self._on_duty(one, role, at), at, policy):
                return found
        for one in units:
            if found := self._instead(self._by_account(one, role), at, policy):
                return found
        return ()

    def _on_duty(self, unit: str, role: str, at: datetime) -> list[Recipient]:
        on = self.roster.on(unit, role, at)
        found = [_of_shift(one) for one in on]
        if role == "duty":
            found += self._handed(unit, at, on)
        return found

    def _handed(self, unit: str, at: datetime, on: tuple[Shift, ...]) -> list[Recipient]:
        """Both of an open handover; who took over, until the shift of the roster in which it was ends."""
        mine = [one for one in self.handings if one.unit == unit and one.at <= at]
        found: list[Recipient] = []
        confirmed = [one for one in mine if one.confirmed_at is not None and one.confirmed_at <= at]
        if confirmed:
            last = confirmed[-1]
            taken = last.confirmed_at or last.at
            same = not on or all(shift.start <= taken for shift in on)
            if same and at - taken < FRESH:
                found.append(self._named(last.to, "已接班"))
        for one in mine:
            if one.open and at - one.at < FRESH:
                found += [self._named(one.by, "正在交班"), self._named(one.to, "正在接班")]
        return found

    def _gone(self, login: str) -> bool:
        """Whether the account was disabled: its owner is told of nothing more, whatever the roster says."""
        account = self._accounts.get(login)
        return account is not None and not account.active

    def gone(self, now: datetime) -> tuple[Shift, ...]:
        """Shifts that are still to come of people whose account was disabled, the first of each."""
        ahead = (one for one in self.roster.shifts if one.end > now and self._gone(one.login))
        first = {one.login: one for one in sorted(ahead, key=lambda one: one.start, reverse=True)}
        return tuple(sorted(first.values(), key=lambda one: one.start))

    def _by_account(self, unit: str, role: str) -> list[Recipient]:
        wanted = _ACCOUNTS_OF.get(role)
        return [
            self._named(one.login, f"账号：{CALLED[role]}")
            for one in self.accounts
            if one.active
            and not one.invited
            and one.unit == unit
            and (wanted in one.roles if wanted else one.rank.value == role)
        ]

    def _instead(self, found: Iterable[Recipient], at: datetime, policy: Policy) -> tuple[Recipient, ...]:
        """Deputies in place of those on leave; each person once, and nobody whose account was disabled."""
        persons: dict[str, Recipient] = {}
        for one in found:
            present = self._present(one, at, policy)
            if self._gone(present.login):
                continue
            key = present.login or f"{present.name} {present.phone or present.mail}"
            known = persons.get(key)
            persons[key] = (
                present if known is None else replace(known, on_duty=known.on_duty or present.on_duty)
            )
        return tuple(persons.values())

    def _present(self, one: Recipient, at: datetime, policy: Policy) -> Recipient:
        """The person, or whoever stands in; themselves again where the deputies lead in a circle, or to somebody who may not."""
        asked, present = [one.login], one
        while present.login and (leave := self.leave_of(present.login, at)) is not None:
            if leave.deputy in asked or len(asked) > MOST_DEPUTIES or not self._stands_in(leave, policy):
                return one
            asked.append(leave.deputy)
            present = replace(self._named(leave.deputy, f"代{one.name}（请假）"), on_duty=one.on_duty)
        return present

    def _stands_in(self, leave: Leave, policy: Policy) -> bool:
        """As of today: since the leave was entered somebody may have moved to another unit or post."""
        deputy, away = self._accounts.get(leave.deputy), self._accounts.get(leave.login)
        return deputy is None or may_stand_in(deputy, away.unit if away else "", policy.subtree)

    def person(self, login: str) -> Recipient:
        """Somebody by login, with the addresses that the roster has of them."""
        return self._named(login, "")

    def without_account(self, called: str) -> Recipient | None:
        """Somebody of the roster by :attr:`Recipient.called`, as its newest line has them."""
        found = (_of_shift(one) for one in sorted(self.roster.shifts, key=lambda one: one.end, reverse=True))
        return next((one for one in found if one.called == called), None)

    def leave_of(self, login: str, at: datetime) -> Leave | None:
        return next((one for one in self.leaves if one.login == login and one.start <= at < one.end), None)

    def _named(self, login: str, why: str) -> Recipient:
        """With the newest telephone and mail that the roster has of this login."""
        account = self._accounts.get(login)
        mine = self._contacts.get(login)
        return Recipient(
            name=account.name if account else mine.name if mine else login,
            login=login,
            phone=mine.phone if mine else "",
            mail=mine.mail if mine else "",
            why=why,
            on_duty=not why.startswith("账号"),
        )

    @cached_property
    def _accounts(self) -> dict[str, Known]:
        return {one.login: one for one in self.accounts}

    @cached_property
    def _contacts(self) -> dict[str, Shift]:
        return {one.login: one for one in self.roster.shifts if one.login and (one.phone or one.mail)}


def may_stand_in(deputy: Known, unit: str, subtree: Callable[[str], frozenset[str]]) -> bool:
    """Whether somebody may hear what is for another person of that unit ('' where it is not known): they work with matters, and see
    what the unit has in hand."""
    works = deputy.active and not frozenset(deputy.roles) <= OUTSIDE
    return works and (not unit or unit in subtree(deputy.unit))


OUTSIDE = frozenset({Role.ADMIN, Role.AUDITOR})
"""Roles that have no matters before them."""

NOBODY = Reach()
"""Where only ``notices.toml`` knows."""


def without_anybody(reach: Reach, policy: Policy, at: datetime) -> tuple[tuple[str, str], ...]:
    """Units that lead by today's routes and roles that reach nobody at all but the board: no person with an account, or an address on a
    channel that is set up, and no row of their own.
    """
    found = []
    outside = [
        row for row in policy.notices.address if row.channel != "console" and row.channel in policy.channels
    ]
    for unit in policy.units:
        for role in ("unit", "duty"):
            rows = any(
                row.role in (role, "any") and (not row.units or unit.id in row.units) for row in outside
            )
            people = reach.people(unit.id, role, at, policy)
            if not rows and not any(
                one.login or hears(one.phone, one.mail, policy.channels) for one in people
            ):
                found.append((unit.id, role))
    return tuple(found)


@dataclass(frozen=True)
class ReachBook:
    """What the register knows of who is reached."""

    register: Register

    def now(self) -> Reach:
        """As of this moment."""
        return Reach(
            roster=self.roster(),
            leaves=tuple(leave for _, leave in self.leaves()),
            handings=self.handings(),
            accounts=self.accounts(),
        )

    def logins(self) -> dict[str, str]:
        """Every account that can be used, with its name."""
        return {one.login: one.name for one in self.accounts() if one.active}

    def accounts(self) -> tuple[Known, ...]:
        return tuple(_known(entry.value) for entry in self.register.list(ACCOUNT))

    def roster(self) -> Roster:
        entry = self.register.get(ROSTER, CURRENT)
        return msgspec.json.decode(entry.value, type=Roster) if entry else Roster()

    def put_roster(self, roster: Roster) -> None:
        self.register.put(ROSTER, CURRENT, msgspec.json.encode(roster), expect=None)

    def put_leave(self, leave: Leave) -> None:
        """Raises Invalid, in Chinese."""
        logins, faults = self.logins(), {}
        if leave.login not in logins:
            faults["login"] = "请选择请假的人"
        if leave.deputy not in logins or leave.deputy == leave.login:
            faults["deputy"] = "请选择代班的人，不能是本人"
        if leave.end <= leave.start:
            faults["end"] = "结束要在开始之后"
        if faults:
            raise Invalid(faults)
        id = f"{leave.login}-{codec.micros(leave.start):017d}"
        self.register.put(LEAVE, id, msgspec.json.encode(leave), expect=None)

    def drop_leave(self, id: str) -> None:
        self.register.delete(LEAVE, id)

    def hand(
        self,
        unit: str,
        by: str,
        to: str,
        now: datetime,
        *,
        cases: tuple[str, ...],
        unconfirmed: int,
        notices: tuple[Unconfirmed, ...] = (),
        notes: str,
    ) -> Handing:
        """Begin to hand over. Raises Invalid, in Chinese."""
        faults = {}
        if to not in self.logins() or to == by:
            faults["taker"] = "请选择接班的人，不能是本人"
        if any(one.open and one.by == by for one in self.handings()):
            faults["taker"] = "您已经交班，正在等接班的人确认；要换人请先撤回"
        if len(notes) > MOST_NOTES:
            faults["notes"] = f"{len(notes)} 字，最多 {MOST_NOTES} 字"
        elif personal.find(notes):
            faults["notes"] = "请去掉电话、证件号码等个人信息"
        if faults:
            raise Invalid(faults)
        id = f"{codec.micros(now):017d}-{secrets.token_hex(4)}"
        made = Handing(
            id=id, unit=unit, by=by, to=to, at=now,
            cases=cases, unconfirmed=unconfirmed, notices=notices, notes=notes,
        )  # fmt: skip
        self.register.put(HANDOVER, id, msgspec.json.encode(made), expect=0)
        return made

    def settle(self, id: str, login: str, now: datetime, *, taken: bool) -> Handing:
        """Confirmed by the one who takes over, or withdrawn by the one who hands over. Raises NotYours, NotNow."""
        entry = self.register.get(HANDOVER, id)
        if entry is None:
            raise NotNow("没有这一次交班")
        known = msgspec.json.decode(entry.value, type=Handing)
        if login != (known.to if taken else known.by):
            raise NotYours("要由接班的人确认" if taken else "要由交班的人撤回")
        if not known.open:
            raise NotNow("这一次交班已经确认或撤回")
        done = replace(known, confirmed_at=now) if taken else replace(known, withdrawn_at=now)
        try:
            self.register.put(HANDOVER, id, msgspec.json.encode(done), expect=entry.revision)
        except RevisionConflict:
            raise NotNow("这一次交班已经确认或撤回") from None
        return done

    def forget(self, before: datetime) -> int:
        """Leaves that ended and handovers that began before; returns how many are gone."""
        gone = [(LEAVE, id) for id, leave in self.leaves() if leave.end < before]
        gone += [(HANDOVER, one.id) for one in self.handings() if one.at < before]
        for kind, id in gone:
            self.register.delete(kind, id)
        return len(gone)

    def leaves(self) -> tuple[tuple[str, Leave], ...]:
        """With their ids, in the order in which they begin."""
        found = [
            (entry.id, msgspec.json.decode(entry.value, type=Leave)) for entry in self.register.list(LEAVE)
        ]
        return tuple(sorted(found, key=lambda pair: (pair[1].start, pair[0])))

    def handings(self) -> tuple[Handing, ...]:
        """Oldest first: ids sort by time."""
        return tuple(msgspec.json.decode(entry.value, type=Handing) for entry in self.register.list(HANDOVER))


@dataclass(frozen=True, slots=True, kw_only=True)
class _WayIn:
    password: str | None = None
    vouched_at: Instant | None = None


def _known(kept: bytes) -> Known:
    known = msgspec.json.decode(kept, type=Known)
    way = msgspec.json.decode(kept, type=_WayIn)
    return replace(known, invited=way.password == "" and way.vouched_at is None)


def _of_shift(shift: Shift) -> Recipient:
    return Recipient(
        name=shift.name, login=shift.login, phone=shift.phone, mail=shift.mail, why="值班表", on_duty=True
    )


def upwards(unit: str, policy: Policy) -> tuple[str, ...]:
    """The unit and everything above it, nearest first."""
    parents = {row.id: row.parent for row in policy.units}
    chain, above = [unit], parents.get(unit)
    while above is not None and above not in chain:
        chain.append(above)
        above = parents.get(above)
    return tuple(chain)
