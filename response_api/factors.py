"""两步验证: what proves, beside a password, that somebody is who they say: a code that their telephone makes (TOTP, RFC 6238), or one of
the spare codes that they have on paper.

The secret stands in the register, since a code cannot be checked without it; of spare codes only digests do.  A code works once
(RFC 6238, 5.2).  Time is the machine's, as telephones have it, whatever clock the office plays by.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
import pyotp

from huiying.contracts import Instant
from huiying.errors import RevisionConflict
from huiying.ports import Register

FACTOR = "factor"
AROUND = 1
"""Steps of 30 s before and after the present one whose codes are taken: clocks differ, and people type slowly."""
SPARE = 8
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Of spare codes: none that looks like another."""
_LONG = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    secret: str
    """Base32."""
    set_at: Instant
    last: int
    """Step of the code that was used last: neither it nor an older one is taken again."""
    spare: tuple[str, ...] = ()
    """SHA-256 of the spare codes that are left."""


@dataclass(frozen=True, slots=True)
class Use:
    spare_left: int | None = None
    """How many spare codes are left, where one was used."""


@dataclass(frozen=True)
class Factors:
    register: Register

    def of(self, login: str) -> Factor | None:
        found = self._found(login)
        return found[0] if found else None

    def logins(self) -> frozenset[str]:
        """Who has one."""
        return frozenset(entry.id for entry in self.register.list(FACTOR))

    def set(self, login: str, secret: str, code: str, now: datetime) -> tuple[str, ...] | None:
        """The spare codes, which nobody can be told again; None where ``code`` is not one of ``secret``.
        Raises RevisionConflict where the account has a factor already.
        """
        step = _step(secret, plain(code), after=-1)
        if step is None:
            return None
        spare = _new_spare()
        factor = Factor(secret=secret, set_at=now, last=step, spare=_digests(login, spare))
        self.register.put(FACTOR, login, msgspec.json.encode(factor), expect=0)
        return spare

    def use(self, login: str, code: str) -> Use | None:
        """``code`` is used up; None where it proves nothing, or was used by somebody else at this moment."""
        if (found := self._found(login)) is None:
            return None
        factor, revision = found
        typed = plain(code)
        if step := _step(factor.secret, typed, after=factor.last):
            changed, use = replace(factor, last=step), Use()
        elif (digest := _digest(login, typed)) in factor.spare:
            left = tuple(one for one in factor.spare if one != digest)
            changed, use = replace(factor, spare=left), Use(len(left))
        else:
            return None
        try:
            self.register.put(FACTOR, login, msgspec.json.encode(changed), expect=revision)
        except RevisionConflict:
            return None
        return use

    def renew_spare(self, login: str) -> tuple[str, ...]:
        """New spare codes; the old ones are good for nothing. Raises RevisionConflict."""
        if (found := self._found(login)) is None:
            return ()
        factor, revision = found
        spare = _new_spare()
        renewed = msgspec.json.encode(replace(factor, spare=_digests(login, spare)))
        self.register.put(FACTOR, login, renewed, expect=revision)
        return spare

    def lift(self, login: str) -> None:
        self.register.delete(FACTOR, login)

    def _found(self, login: str) -> tuple[Factor, int] | None:
        entry = self.register.get(FACTOR, login)
        return (msgspec.json.decode(entry.value, type=Factor), entry.revision) if entry else None


def new_secret() -> str:
    """Base32, 160 bits (RFC 4226, 4 R6)."""
    return pyotp.random_base32()


def address_of(secret: str, login: str) -> str:
    """What an authenticator reads from the square code, and what it calls the account."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="回应")


def plain(typed: str) -> str:
    """A code without what hands and keyboards put into it: １２３ ４５６ is 123456."""
    normal = unicodedata.normalize("NFKC", typed[:100]).lower()
    return "".join(sign for sign in normal if sign.isascii() and sign.isalnum())


def _step(secret: str, code: str, *, after: int) -> int | None:
    """The step, later than ``after``, of which ``code`` is."""
    totp = pyotp.TOTP(secret)
    present = int(time.time()) // totp.interval
    for step in range(present - AROUND, present + AROUND + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def _new_spare() -> tuple[str, ...]:
    codes = ("".join(secrets.choice(_SIGNS) for _ in range(_LONG)) for _ in range(SPARE))
    return tuple(f"{code[: _LONG // 2]}-{code[_LONG // 2 :]}" for code in codes)


def _digests(login: str, spare: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_digest(login, plain(code)) for code in spare)


def _digest(login: str, code: str) -> str:
    return hashlib.sha256(f"{login}\0{code}".encode()).hexdigest()
