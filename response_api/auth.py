"""Who may come in: local accounts, sessions that can be revoked, and patience that ends after five wrong passwords.

Everything stands in the register, so attempts and sessions survive a restart.  Of a session only the SHA-256 of its
token is kept: who reads the store cannot use it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from huiying.contracts import Actor, Instant, Rank, Role
from huiying.errors import RevisionConflict, TryAgain
from huiying.ports import Register

SESSION_HOURS = 12
PATIENCE = 5
LOCKED_FOR = timedelta(minutes=15)

ACCOUNT = "account"
SESSION = "session"
ATTEMPTS = "attempts"


ROLE_NAMES = {
    Role.MONITOR: "监测员",
    Role.DUTY: "值班长",
    Role.HANDLER: "承办人",
    Role.CHECKER: "审核人",
    Role.SECRECY: "保密审查员",
    Role.SIGNER: "签发人",
    Role.SPOKESPERSON: "新闻发言人",
    Role.LEADER: "领导",
    Role.ADMIN: "系统管理员",
    Role.AUDITOR: "安全审计员",
}
RANK_NAMES = {
    Rank.STAFF: "一般人员",
    Rank.DIVISION_HEAD: "处室负责人",
    Rank.DEPUTY: "分管领导",
    Rank.HEAD: "主要负责人",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    login: str
    name: str
    roles: tuple[Role, ...]
    unit: str
    """Id of the unit that the person belongs to: they see it and everything under it."""
    rank: Rank = Rank.STAFF
    password: str
    """Argon2id, with its salt and parameters."""
    created_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    login: str
    started_at: Instant
    expires_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    wrong: int = 0
    locked_until: Instant | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in."""

    login: str
    name: str
    roles: frozenset[Role]
    unit: str
    rank: Rank
    session: str
    """Id of the session: the SHA-256 of its token."""

    def has(self, *roles: Role) -> bool:
        """Whether any of these is among theirs."""
        return not self.roles.isdisjoint(roles)

    @property
    def role_name(self) -> str:
        return "、".join(name for role, name in ROLE_NAMES.items() if role in self.roles)

    @property
    def actor(self) -> Actor:
        """What triage.desk needs to know."""
        return Actor(login=self.login, name=self.name, roles=self.roles, unit=self.unit, rank=self.rank)


class WrongPassword(Exception):
    def __init__(self, left: int) -> None:
        super().__init__("wrong login or password")
        self.left = left


class Locked(Exception):
    def __init__(self, until: datetime) -> None:
        super().__init__("too many wrong passwords")
        self.until = until


@dataclass(frozen=True)
class Accounts:
    register: Register
    hasher: PasswordHasher = field(default_factory=PasswordHasher)

    @cached_property
    def _nobody(self) -> str:
        return self.hasher.hash(secrets.token_hex())

    def create(
        self,
        login: str,
        name: str,
        roles: Iterable[Role],
        password: str,
        now: datetime,
        *,
        unit: str,
        rank: Rank = Rank.STAFF,
    ) -> Account:
        """Raises RevisionConflict where the login is taken."""
        account = Account(
            login=login,
            name=name,
            roles=tuple(role for role in Role if role in set(roles)),
            unit=unit,
            rank=rank,
            password=self.hasher.hash(password),
            created_at=now,
        )
        self.register.put(ACCOUNT, login, msgspec.json.encode(account), expect=0)
        return account

    def find(self, login: str) -> Account | None:
        entry = self.register.get(ACCOUNT, login)
        return msgspec.json.decode(entry.value, type=Account) if entry else None

    def sign_in(self, login: str, password: str, now: datetime) -> str:
        """A new session's token. Raises Locked or WrongPassword.  Costs a fifth of a second and 64 MiB."""
        account = self.find(login)
        drawer = login if account else _shared_drawer(login)
        attempts = self._count_attempt(drawer, now)
        if not self._matches(account, password):
            if attempts.locked_until:
                raise Locked(attempts.locked_until)
            raise WrongPassword(PATIENCE - attempts.wrong)
        self.register.delete(ATTEMPTS, drawer)
        return self._open_session(login, now)

    def person(self, token: str, now: datetime) -> Person | None:
        """Who holds this token now, with the role the account has now."""
        return self.holder(session_id(token), now)

    def holder(self, session: str, now: datetime) -> Person | None:
        entry = self.register.get(SESSION, session)
        if entry is None:
            return None
        stored = msgspec.json.decode(entry.value, type=Session)
        account = self.find(stored.login) if stored.expires_at > now else None
        if account is None:
            return None
        return Person(
            account.login, account.name, frozenset(account.roles), account.unit, account.rank, session
        )

    def revoke(self, session: str) -> None:
        self.register.delete(SESSION, session)

    def _count_attempt(self, drawer: str, now: datetime) -> Attempts:
        """Counted before the password is looked at, so that guesses in parallel cannot outrun the count."""
        for _ in range(20):
            entry = self.register.get(ATTEMPTS, drawer)
            before = msgspec.json.decode(entry.value, type=Attempts) if entry else Attempts()
            if before.locked_until and now < before.locked_until:
                raise Locked(before.locked_until)
            after = one_more(before, now)
            try:
                self.register.put(
                    ATTEMPTS, drawer, msgspec.json.encode(after), expect=entry.revision if entry else 0
                )
            except RevisionConflict:
                continue
            return after
        raise TryAgain("attempts are being counted elsewhere")

    def _matches(self, account: Account | None, password: str) -> bool:
        # An unknown login costs as much time as a known one.
        stored = account.password if account else self._nobody
        try:
            return self.hasher.verify(stored, password) and account is not None
        except (VerificationError, InvalidHashError):
            return False

    def _open_session(self, login: str, now: datetime) -> str:
        self._forget_expired(now)
        token = secrets.token_urlsafe(32)
        session = Session(login=login, started_at=now, expires_at=now + timedelta(hours=SESSION_HOURS))
        self.register.put(SESSION, session_id(token), msgspec.json.encode(session), expect=0)
        return token

    def _forget_expired(self, now: datetime) -> None:
        for entry in self.register.list(SESSION):
            if msgspec.json.decode(entry.value, type=Session).expires_at <= now:
                self.revoke(entry.id)


def one_more(before: Attempts, now: datetime) -> Attempts:
    """The count after one more attempt; a lock that ran out starts the count again."""
    wrong = 1 if before.locked_until and now >= before.locked_until else before.wrong + 1
    return replace(before, wrong=wrong, locked_until=now + LOCKED_FOR if wrong >= PATIENCE else None)


def session_id(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _shared_drawer(login: str) -> str:
    """Where attempts on logins that do not exist are counted: 256 places, so guessing logins cannot fill the store."""
    return "?" + hashlib.sha256(login.encode("utf-8", "surrogatepass")).hexdigest()[:2]


_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_FIGURES = "23456789"

DEMO = (
    ("jiance", "监测员（演示）", Role.MONITOR, "henan", Rank.STAFF),
    ("zhiban", "值班长（演示）", Role.DUTY, "henan", Rank.STAFF),
    ("chengban", "承办人（演示）", Role.HANDLER, "henan", Rank.STAFF),
    ("zhengzhou", "郑州承办人（演示）", Role.HANDLER, "zhengzhou", Rank.STAFF),
    ("shenhe", "审核人（演示）", Role.CHECKER, "henan", Rank.DIVISION_HEAD),
    ("baomi", "保密审查员（演示）", Role.SECRECY, "henan", Rank.STAFF),
    ("qianfa", "签发人（演示）", Role.SIGNER, "henan", Rank.HEAD),
    ("fayan", "新闻发言人（演示）", Role.SPOKESPERSON, "henan", Rank.DIVISION_HEAD),
    ("lingdao", "领导（演示）", Role.LEADER, "henan", Rank.HEAD),
    ("guanli", "系统管理员（演示）", Role.ADMIN, "henan", Rank.STAFF),
    ("shenji", "安全审计员（演示）", Role.AUDITOR, "henan", Rank.STAFF),
)


def readable_password() -> str:
    """Four groups that can be read out over a telephone: no 0 and o, no 1, l and i. About 70 bits."""
    groups = ["".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3)]
    groups.append("".join(secrets.choice(_FIGURES) for _ in range(4)))
    return "-".join(groups)


def ensure_demo_accounts(
    register: Register, now: datetime, *, hasher: PasswordHasher | None = None
) -> tuple[tuple[str, str, Role], ...]:
    """(login, password, role) of the accounts made at the first start; () where any account stands already."""
    if register.list(ACCOUNT):
        return ()
    accounts = Accounts(register, hasher or PasswordHasher())
    made: list[tuple[str, str, Role]] = []
    for login, name, role, unit, rank in DEMO:
        password = readable_password()
        accounts.create(login, name, [role], password, now, unit=unit, rank=rank)
        made.append((login, password, role))
    return tuple(made)
