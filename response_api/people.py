"""What an administrator does to accounts.  Nobody gives themselves more, and there is always an administrator left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from threading import Lock

import msgspec

from huiying.contracts import Rank, Role
from huiying.errors import HuiyingError, RevisionConflict
from huiying.ports import Entry
from response_api.auth import (
    ACCOUNT,
    Account,
    Accounts,
    in_words,
    login_fault,
)
from response_api.one_time import OneTimeLinks
from response_api.passwords import password_faults
from response_api.security_log import Mark
from response_api.sight import Tree

LONGEST_NAME = 40


class NotDone(HuiyingError):
    """The message says in Chinese why, and what to do."""


class NoSuchAccount(HuiyingError):
    """No account has this login."""


class Faulty(HuiyingError):
    """What was typed cannot be taken: field → what to do, in Chinese."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("；".join(faults.values()))
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an account may be, and where: all that an administrator decides."""

    name: str
    roles: frozenset[Role]
    unit: str
    rank: Rank


@dataclass(frozen=True)
class People:
    accounts: Accounts
    tree: Tree
    key: bytes = field(repr=False)
    """The office's, with which the tokens of links are derived."""
    _one_at_a_time: Lock = field(default_factory=Lock)
    """So that two administrators cannot disable each other at once."""

    @cached_property
    def links(self) -> OneTimeLinks:
        return OneTimeLinks(self.accounts.register, self.key)

    def find(self, login: str) -> tuple[Account, int]:
        """The account and its revision. Raises NoSuchAccount."""
        entry = self.accounts.register.get(ACCOUNT, login)
        if entry is None:
            raise NoSuchAccount(login)
        return _account(entry), entry.revision

    # ------------------------------------------------------------------------------------ by an administrator

    def invite(self, login: str, place: Place, now: datetime, *, by: str) -> str:
        """A new account without a password, and the token with which its owner sets one. Raises Faulty."""
        faults = self._faults(place)
        if fault := login_fault(login):
            faults["login"] = fault
        elif self.accounts.find(login):
            faults["login"] = TAKEN
        if faults:
            raise Faulty(faults)
        try:
            self.accounts.create(
                login, place.name, place.roles, "", now, unit=place.unit, rank=place.rank, by=by
            )
        except RevisionConflict as other:
            raise Faulty({"login": TAKEN}) from other
        return self._invited(login, now, by)

    def change(self, login: str, place: Place, now: datetime, *, by: str, expect: int) -> None:
        """Raises Faulty, NotDone, NoSuchAccount, and RevisionConflict where somebody changed it since ``expect``."""
        if faults := self._faults(place, self.find(login)[0].unit):
            raise Faulty(faults)
        self._not_oneself(login, by, "自己的角色、单位和职级要由另一位系统管理员修改。")
        with self._one_at_a_time:
            account, _ = self.find(login)
            changed = replace(
                account,
                name=place.name,
                roles=tuple(role for role in Role if role in place.roles),
                unit=place.unit,
                rank=place.rank,
            )
            if Role.ADMIN not in place.roles:
                self._not_the_last(account)
            self._put(changed, expect)
        self.accounts.log.note(Mark.CHANGED, login, now, by=by, note=_difference(account, changed))

    def disable(self, login: str, now: datetime, *, by: str) -> None:
        """Nobody is in with it from now on, or comes in. Raises NotDone, NoSuchAccount, RevisionConflict."""
        self._not_oneself(login, by, "不能停用自己的账号。")
        with self._one_at_a_time:
            account, revision = self.find(login)
            self._not_the_last(account)
            self._put(replace(account, active=False, sessions_since=now), revision)
        self.accounts.end_all(login, now)
        self.links.withdraw(login)
        self.accounts.log.note(Mark.DISABLED, login, now, by=by)

    def enable(self, login: str, now: datetime, *, by: str) -> None:
        account, revision = self.find(login)
        self._put(replace(account, active=True, sessions_since=now), revision)
        self.accounts.log.note(Mark.ENABLED, login, now, by=by)

    def reset(self, login: str, now: datetime, *, by: str) -> str:
        """The password is void and every session over; the token with which its owner sets a new one."""
        self._not_oneself(login, by, "自己的密码请在“我的账号”里修改。")
        with self._one_at_a_time:
            account, revision = self.find(login)
            if not account.active:
                raise NotDone("这个账号已停用，请先启用。")
            self._not_the_last(account)
            self._put(replace(account, password="", sessions_since=now), revision)
        self.accounts.end_all(login, now)
        self.accounts.forgive(login)
        return self._invited(login, now, by)

    def lift_factor(self, login: str, now: datetime, *, by: str) -> None:
        """The password is enough again, for somebody whose telephone and spare codes are gone. Raises NotDone, NoSuchAccount."""
        self._not_oneself(login, by, "自己的两步验证请在“我的账号”里修改。")
        self.find(login)
        self.accounts.lift_factor(login, now, by=by)

    # ------------------------------------------------------------------------------------ by who holds the machine

    def way_back(self, login: str, now: datetime) -> str:
        """The token with which the owner of an account sets a new password, where no administrator can come in any more.
        The account is open again, and asks for no code; its old password holds until then.  Raises NoSuchAccount.
        """
        if not self.find(login)[0].active:
            self.enable(login, now, by="system")
        self.accounts.lift_factor(login, now, by="system")
        self.accounts.forgive(login)
        return self._invited(login, now, "system")

    # ------------------------------------------------------------------------------------ by the person

    def accept(self, token: str, password: str, again: str, now: datetime) -> str:
        """Set the password that an invitation is for; returns the login. Raises Spent, Faulty."""
        login = self.links.invitation(token, now).login
        if faults := password_faults(login, password, again):
            raise Faulty(faults)
        hashed = self.accounts.hasher.hash(password)
        self.links.use_invitation(token, now)
        account, revision = self.find(login)
        self._put(replace(account, password=hashed), revision)
        self.accounts.forgive(login)
        self.accounts.log.note(Mark.INVITATION_USED, login, now)
        return login

    # ------------------------------------------------------------------------------------ the first one

    def open_setup(self, now: datetime) -> str:
        """The token of the link that makes the first administrator; '' where there is one."""
        if any(Role.ADMIN in account.roles for account in self.accounts.everybody()):
            self.links.close_setup()
            return ""
        token = self.links.open_setup()
        self.accounts.log.note(Mark.INVITED, "", now, by="system", note="首位系统管理员的一次性链接")
        return token

    def set_up(
        self, token: str, login: str, name: str, password: str, again: str, now: datetime, *, unit: str
    ) -> None:
        """Make the first administrator. Raises Spent, Faulty."""
        self.links.check_setup(token)
        faults = password_faults(login, password, again)
        if fault := login_fault(login) or (TAKEN if self.accounts.find(login) else ""):
            faults["login"] = fault
        if fault := _name_fault(name):
            faults["name"] = fault
        if faults:
            raise Faulty(faults)
        self.links.use_setup(token, now)
        self.accounts.create(login, name, [Role.ADMIN], password, now, unit=unit, by="system")
        self.accounts.log.note(Mark.INVITATION_USED, login, now, note="首位系统管理员")

    # ------------------------------------------------------------------------------------

    def _faults(self, place: Place, before: str = "") -> dict[str, str]:
        faults = {}
        if fault := _name_fault(place.name):
            faults["name"] = fault
        if fault := roles_fault(place.roles):
            faults["roles"] = fault
        if place.unit != before and place.unit not in self.tree.subtree(self.tree.top()):
            faults["unit"] = "请选择单位"
        return faults

    def _invited(self, login: str, now: datetime, by: str) -> str:
        token = self.links.invite(login, now, by=by)
        self.accounts.log.note(Mark.INVITED, login, now, by=by)
        return token

    def _not_oneself(self, login: str, by: str, message: str) -> None:
        if login == by:
            raise NotDone(message)

    def _not_the_last(self, account: Account) -> None:
        others = (one for one in self.accounts.everybody() if one.login != account.login)
        if _administers(account) and not any(_administers(one) for one in others):
            raise NotDone(
                "这是最后一个能用的系统管理员账号，不能停用、重置或去掉这个角色。请先设另一位系统管理员。"
            )

    def _put(self, account: Account, expect: int) -> None:
        self.accounts.register.put(ACCOUNT, account.login, msgspec.json.encode(account), expect=expect)


TAKEN = "这个账号已有人用，请换一个"


def roles_fault(roles: Iterable[Role]) -> str:
    chosen = frozenset(roles)
    if not chosen:
        return "至少选一个角色"
    if Role.AUDITOR in chosen and len(chosen) > 1:
        return "安全审计员看别人的登录记录，不能兼任其他角色"
    return ""


def _administers(account: Account) -> bool:
    return account.usable and Role.ADMIN in account.roles


def _name_fault(name: str) -> str:
    if not name:
        return "请填写姓名"
    return f"姓名最多 {LONGEST_NAME} 个字" if len(name) > LONGEST_NAME else ""


def _difference(before: Account, after: Account) -> str:
    told = "" if before.name == after.name else f"姓名改为 {after.name}；"
    old, new = in_words(before), in_words(after)
    return f"{told}{old} → {new}" if old != new else told or "没有变化"


def _account(entry: Entry) -> Account:
    return msgspec.json.decode(entry.value, type=Account)
