"""Who may come in: local accounts, sessions that can be revoked, and patience that ends after five wrong passwords.

Everything stands in the register, so attempts and sessions survive a restart.  Of a session only the SHA-256 of its
token is kept: who reads the store cannot use it.  A session that has ended is remembered for a week: whoever sends a
form from it gets back what they typed (:mod:`response_api.kept`).
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import TypeVar

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from huiying.contracts import Actor, Instant, Rank, Role
from huiying.errors import RevisionConflict, TryAgain
from huiying.ports import Entry, Register
from response_api.factors import Factors, Use
from response_api.security_log import Mark, SecurityLog
from triage.words import RANK_NAMES

SESSION_HOURS = 12
PATIENCE = 5
LOCKED_FOR = timedelta(minutes=15)
REMEMBERED = timedelta(days=7)
"""How long a session is known after its end."""
USED_EVERY = timedelta(minutes=5)
"""How exact the last use of a session is kept: a page more or less is not worth a write."""

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_TAKEN = re.compile(r"system.*|link|anonymous")
"""Names that stand for something else in the record."""

T = TypeVar("T")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    login: str
    name: str
    roles: tuple[Role, ...]
    unit: str
    """Id of the unit that the person belongs to: they see it and everything under it."""
    rank: Rank = Rank.STAFF
    password: str
    """Argon2id, with its salt and parameters; '' until the person has set one."""
    created_at: Instant
    active: bool = True
    vouched_at: Instant | None = None
    """When the office's identity provider first vouched for its owner, who then needs no password."""
    sessions_since: Instant | None = None
    """Sessions that began before are void: set when the account was disabled or reset."""

    @property
    def usable(self) -> bool:
        """Whether its owner can come in: by a password, or by the identity provider, which has vouched for them before."""
        return self.active and (bool(self.password) or self.vouched_at is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    login: str
    started_at: Instant
    expires_at: Instant
    used_at: Instant | None = None
    ended_at: Instant | None = None
    """When it was ended before it expired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """A session that goes on, as its owner sees it."""

    id: str
    started_at: datetime
    used_at: datetime


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
        return roles_in_words(self.roles)

    @property
    def actor(self) -> Actor:
        """What triage.desk needs to know."""
        return Actor(login=self.login, name=self.name, roles=self.roles, unit=self.unit, rank=self.rank)


class WrongPassword(Exception):
    def __init__(self, left: int) -> None:
        super().__init__("wrong login or password")
        self.left = left


class Unknown(Exception):
    """Somebody whom the identity provider vouches for, and who has no account here."""


class Disabled(Exception):
    """Who they are is proved, and the account may not be used."""


class CodeNeeded(Exception):
    """The password is right, and a code of the owner's second factor has to follow."""


class FactorNeeded(Exception):
    """The password is right, and the account, which has no second factor, has to get one first."""


class WrongCode(Exception):
    def __init__(self, left: int) -> None:
        super().__init__("wrong code")
        self.left = left


class Locked(Exception):
    def __init__(self, until: datetime) -> None:
        super().__init__("too many wrong passwords or codes")
        self.until = until


@dataclass(frozen=True)
class Accounts:
    register: Register
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    two_step: bool = False
    """Whether whoever has a password needs a second factor beside it; anybody may have one."""

    @cached_property
    def factors(self) -> Factors:
        return Factors(self.register)

    @cached_property
    def log(self) -> SecurityLog:
        return SecurityLog(self.register)

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
        by: str = "system",
    ) -> Account:
        """``password`` '': none until the person sets one. Raises RevisionConflict where the login is taken."""
        account = Account(
            login=login,
            name=name,
            roles=tuple(role for role in Role if role in set(roles)),
            unit=unit,
            rank=rank,
            password=self.hasher.hash(password) if password else "",
            created_at=now,
        )
        self.register.put(ACCOUNT, login, msgspec.json.encode(account), expect=0)
        self.log.note(Mark.CREATED, login, now, by=by, note=in_words(account))
        return account

    def everybody(self) -> tuple[Account, ...]:
        return tuple(msgspec.json.decode(entry.value, type=Account) for entry in self.register.list(ACCOUNT))

    def find(self, login: str) -> Account | None:
        entry = self.register.get(ACCOUNT, login)
        return msgspec.json.decode(entry.value, type=Account) if entry else None

    def name_of(self, login: str) -> str:
        """What somebody is called; the login itself where no account has it any more."""
        account = self.find(login)
        return account.name if account and account.name else login

    def names(self) -> Callable[[str], str]:
        """``name_of`` for one page: everybody is looked up once."""
        return cache(self.name_of)

    def sign_in(self, login: str, password: str, now: datetime) -> str:
        """A new session's token. Raises Locked, WrongPassword or Disabled; CodeNeeded or FactorNeeded where :meth:`sign_in_by_code`
        or :meth:`sign_in_with_factor` goes on from here.  Costs a fifth of a second and 64 MiB.
        """
        account = self.find(login)
        self._check(account, login, password, now)
        if account is None or not account.active:
            self.log.note(Mark.REFUSED, login, now, note="账号已停用")
            raise Disabled
        if self.factors.of(login):
            raise CodeNeeded
        if self.two_step:
            raise FactorNeeded
        token = self._open_session(login, now)
        self.log.note(Mark.SIGNED_IN, login, now)
        return token

    def sign_in_by_code(self, login: str, code: str, now: datetime, *, since: datetime) -> str:
        """The same for whom :meth:`sign_in` asked for a code ``since`` then. Raises Locked, WrongCode or Disabled."""
        self._still_open(login, now, since)
        use = self.check_code(login, code, now)
        token = self._open_session(login, now)
        note = "两步验证" if use.spare_left is None else f"备用码，还剩 {use.spare_left} 个"
        self.log.note(Mark.SIGNED_IN, login, now, note=note)
        return token

    def sign_in_with_factor(
        self, login: str, secret: str, code: str, now: datetime, *, since: datetime
    ) -> tuple[str, tuple[str, ...]]:
        """The same for whom it asked to get a second factor first: the token, and the spare codes. Raises as before, and
        RevisionConflict where the account has one by now.
        """
        self._still_open(login, now, since)
        spare = self.set_factor(login, secret, code, now)
        token = self._open_session(login, now)
        self.log.note(Mark.SIGNED_IN, login, now, note="两步验证")
        return token, spare

    def set_factor(self, login: str, secret: str, code: str, now: datetime) -> tuple[str, ...]:
        """From now on the account has the second factor that made ``code``; returns the spare codes, which nobody can be told
        again. Raises Locked or WrongCode; RevisionConflict where it has one already.
        """
        spare = self._by_code(login, now, lambda: self.factors.set(login, secret, code, now))
        self.log.note(Mark.FACTOR_SET, login, now)
        return spare

    def check_code(self, login: str, code: str, now: datetime) -> Use:
        """Uses ``code`` up. Raises Locked or WrongCode."""
        return self._by_code(login, now, lambda: self.factors.use(login, code))

    def check_password(self, person: Person, password: str, now: datetime) -> None:
        """Raises Locked or WrongPassword."""
        self._check(self.find(person.login), person.login, password, now)

    def renew_spare(self, login: str, now: datetime) -> tuple[str, ...]:
        """New spare codes for the old ones. Raises RevisionConflict."""
        spare = self.factors.renew_spare(login)
        self.log.note(Mark.FACTOR_SET, login, now, note="换了备用码")
        return spare

    def lift_factor(self, login: str, now: datetime, *, by: str) -> None:
        """The password is enough again."""
        if self.factors.of(login):
            self.factors.lift(login)
            self._forget(_code_drawer(login))
            self.log.note(Mark.FACTOR_LIFTED, login, now, by=by)

    def admit(self, login: str, now: datetime, *, vouched_by: str) -> str:
        """A new session's token for whom the office's identity provider vouches. Raises Unknown or Disabled."""
        entry = self.register.get(ACCOUNT, login)
        if entry is None:
            self.log.note_unknown(Mark.REFUSED, now)
            raise Unknown
        account = msgspec.json.decode(entry.value, type=Account)
        if not account.active:
            self.log.note(Mark.REFUSED, login, now, note="账号已停用")
            raise Disabled
        if account.vouched_at is None:
            # Whoever changes the account at this moment is not held up: it is written down the next time.
            with contextlib.suppress(RevisionConflict):
                kept = msgspec.json.encode(replace(account, vouched_at=now))
                self.register.put(ACCOUNT, login, kept, expect=entry.revision)
        token = self._open_session(login, now)
        self.log.note(Mark.SIGNED_IN, login, now, note=vouched_by)
        return token

    def person(self, token: str, now: datetime) -> Person | None:
        """Who holds this token now, with the role the account has now; counts as a use of the session."""
        session = session_id(token)
        if (standing := self._standing(session, now)) is None:
            return None
        entry, stored, account = standing
        if now - (stored.used_at or stored.started_at) >= USED_EVERY:
            used = msgspec.json.encode(replace(stored, used_at=now))
            with contextlib.suppress(RevisionConflict, TryAgain):
                self.register.put(SESSION, session, used, expect=entry.revision)
        return person_of(account, session)

    def holder(self, session: str, now: datetime) -> Person | None:
        """The same by the session's id, and without being a use of it."""
        standing = self._standing(session, now)
        return person_of(standing[2], session) if standing else None

    def sittings(self, login: str, now: datetime) -> tuple[Sitting, ...]:
        """The sessions of an account that go on, the newest first."""
        found = [
            Sitting(id=id, started_at=session.started_at, used_at=session.used_at or session.started_at)
            for id, session in self._sessions_of(login)
            if self._standing(id, now)
        ]
        return tuple(sorted(found, key=lambda sitting: sitting.started_at, reverse=True))

    def ended_session(self, token: str, now: datetime) -> str:
        """Login of the account whose session this was and is no more; '' where it goes on, or never was."""
        id = session_id(token)
        entry = self.register.get(SESSION, id)
        if entry is None or self._standing(id, now):
            return ""
        login = msgspec.json.decode(entry.value, type=Session).login
        account = self.find(login)
        return login if account and account.active else ""

    def ended_sessions(self, login: str, now: datetime) -> tuple[str, ...]:
        """Ids of the sessions of an account that are no more."""
        return tuple(id for id, _ in self._sessions_of(login) if not self._standing(id, now))

    def sign_out(self, person: Person, now: datetime) -> None:
        if self._end(person.session, now):
            self.log.note(Mark.SIGNED_OUT, person.login, now)

    def revoke(self, session: str, now: datetime, *, by: str) -> None:
        if ended := self._end(session, now):
            self.log.note(Mark.SESSION_REVOKED, ended.login, now, by=by)

    def revoke_all(self, login: str, now: datetime, *, by: str, but: str = "") -> None:
        """Every session of an account, ``but`` one."""
        for sitting in self.sittings(login, now):
            if sitting.id != but:
                self.revoke(sitting.id, now, by=by)

    def end_all(self, login: str, now: datetime) -> None:
        """Every session of an account that may not be used as it was."""
        for id, session in self._sessions_of(login):
            if session.ended_at is None:
                ended = msgspec.json.encode(replace(session, ended_at=now))
                self.register.put(SESSION, id, ended, expect=None)

    def change_password(self, person: Person, old: str, new: str, now: datetime) -> None:
        """The other sessions end. Raises Locked or WrongPassword where ``old`` is not the one."""
        entry = self.register.get(ACCOUNT, person.login)
        account = self.find(person.login)
        self._check(account, person.login, old, now)
        if entry is not None and account is not None:
            changed = replace(account, password=self.hasher.hash(new))
            self.register.put(ACCOUNT, person.login, msgspec.json.encode(changed), expect=entry.revision)
        self.log.note(Mark.PASSWORD_CHANGED, person.login, now)
        self.revoke_all(person.login, now, by=person.login, but=person.session)

    def forget_ended(self, now: datetime) -> int:
        """Sessions that nobody will send a form from any more; returns how many."""
        over = [
            entry.id
            for entry in self.register.list(SESSION)
            if _end_of(msgspec.json.decode(entry.value, type=Session)) + REMEMBERED <= now
        ]
        for id in over:
            self.register.delete(SESSION, id)
        return len(over)

    def forgive(self, login: str) -> None:
        """Start the counts of wrong passwords and codes anew."""
        for drawer in (login, _code_drawer(login)):
            self._forget(drawer)

    def locked_until(self, login: str, now: datetime) -> datetime | None:
        entries = [self.register.get(ATTEMPTS, drawer) for drawer in (login, _code_drawer(login))]
        counts = [msgspec.json.decode(entry.value, type=Attempts) for entry in entries if entry]
        locks = [count.locked_until for count in counts if count.locked_until and now < count.locked_until]
        return max(locks, default=None)

    def _forget(self, drawer: str) -> None:
        self.register.delete(ATTEMPTS, drawer)

    def _check(self, account: Account | None, login: str, password: str, now: datetime) -> None:
        drawer = login if account else _shared_drawer(login)
        attempts = self._count_attempt(drawer, now)
        if self._matches(account, password):
            self._forget(drawer)
            return
        mark = Mark.LOCKED if attempts.locked_until else Mark.WRONG_PASSWORD
        if account:
            self.log.note(mark, login, now)
        else:
            self.log.note_unknown(mark, now)
        if attempts.locked_until:
            raise Locked(attempts.locked_until)
        raise WrongPassword(PATIENCE - attempts.wrong)

    def _by_code(self, login: str, now: datetime, proved: Callable[[], T | None]) -> T:
        """What a code proves.  Wrong ones are counted by themselves: whoever has the password could otherwise start their count anew."""
        drawer = _code_drawer(login)
        attempts = self._count_attempt(drawer, now)
        if (found := proved()) is not None:
            self._forget(drawer)
            return found
        self.log.note(Mark.LOCKED if attempts.locked_until else Mark.WRONG_CODE, login, now)
        if attempts.locked_until:
            raise Locked(attempts.locked_until)
        raise WrongCode(PATIENCE - attempts.wrong)

    def _still_open(self, login: str, now: datetime, since: datetime) -> None:
        """Raises Disabled where the account was shut or reset since its password was looked at."""
        account = self.find(login)
        reset = account is None or (account.sessions_since is not None and since < account.sessions_since)
        if account is None or not account.active or reset:
            self.log.note(Mark.REFUSED, login, now, note="账号已停用或重置")
            raise Disabled

    def _standing(self, session: str, now: datetime) -> tuple[Entry, Session, Account] | None:
        """A session that goes on, with the account as it is now."""
        entry = self.register.get(SESSION, session)
        if entry is None:
            return None
        stored = msgspec.json.decode(entry.value, type=Session)
        if stored.ended_at or stored.expires_at <= now:
            return None
        account = self.find(stored.login)
        if account is None or not account.active:
            return None
        if account.sessions_since and stored.started_at < account.sessions_since:
            return None
        return entry, stored, account

    def _sessions_of(self, login: str) -> list[tuple[str, Session]]:
        read = (
            (entry.id, msgspec.json.decode(entry.value, type=Session))
            for entry in self.register.list(SESSION)
        )
        return [(id, session) for id, session in read if session.login == login]

    def _end(self, session: str, now: datetime) -> Session | None:
        """None where it was over already."""
        if (standing := self._standing(session, now)) is None:
            return None
        ended = replace(standing[1], ended_at=now)
        self.register.put(SESSION, session, msgspec.json.encode(ended), expect=None)
        return ended

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
        stored = account.password if account and account.password else self._nobody
        try:
            return self.hasher.verify(stored, password) and account is not None and bool(account.password)
        except (VerificationError, InvalidHashError):
            return False

    def _open_session(self, login: str, now: datetime) -> str:
        self.forget_ended(now)
        token = secrets.token_urlsafe(32)
        session = Session(login=login, started_at=now, expires_at=now + timedelta(hours=SESSION_HOURS))
        self.register.put(SESSION, session_id(token), msgspec.json.encode(session), expect=0)
        return token


def one_more(before: Attempts, now: datetime) -> Attempts:
    """The count after one more attempt; a lock that ran out starts the count again."""
    wrong = 1 if before.locked_until and now >= before.locked_until else before.wrong + 1
    return replace(before, wrong=wrong, locked_until=now + LOCKED_FOR if wrong >= PATIENCE else None)


def session_id(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def account_name(typed: str) -> str:
    """The name of an account as it is kept, whatever a keyboard or another system made of it: ＺＨＩＢＡＮ and Zhiban are zhiban."""
    return unicodedata.normalize("NFKC", typed).strip().lower()[:80]


def login_fault(login: str) -> str:
    """What is wrong with a new login, in Chinese; '' where nothing is."""
    if not login:
        return "请填写账号"
    if not _LOGIN.fullmatch(login):
        return "账号用小写字母、数字和 . _ - ，2 到 32 个字符，以字母或数字开头"
    return "这个账号名系统自己要用，请换一个" if _TAKEN.fullmatch(login) else ""


def roles_in_words(roles: Iterable[Role]) -> str:
    chosen = frozenset(roles)
    return "、".join(name for role, name in ROLE_NAMES.items() if role in chosen)


def in_words(account: Account) -> str:
    """What an account may be, for the log."""
    return f"{roles_in_words(account.roles)}；单位 {account.unit}；{RANK_NAMES[account.rank]}"


def person_of(account: Account, session: str = "") -> Person:
    """Who the account is now; ``session`` is the one they came in by, if they did."""
    return Person(account.login, account.name, frozenset(account.roles), account.unit, account.rank, session)


def _end_of(session: Session) -> datetime:
    return min(session.ended_at or session.expires_at, session.expires_at)


def _code_drawer(login: str) -> str:
    """Where wrong codes are counted; no login begins with this sign."""
    return f"#{login}"


def _shared_drawer(login: str) -> str:
    """Where attempts on logins that do not exist are counted: 256 places, so guessing logins cannot fill the store."""
    return "?" + hashlib.sha256(login.encode("utf-8", "surrogatepass")).hexdigest()[:2]
