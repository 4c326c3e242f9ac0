"""OneTimeLinks that work once: an invitation to set a password, and the one that makes the first administrator.

Of a link only the SHA-256 of its token is kept.  An invitation's token is derived with the office's key from a number that
stands beside it, so that whoever made it can be shown it again as long as it is good; the store alone opens nothing.  A page
that opens a link uses nothing up: a form that is sent does, and of two that are sent at once one wins.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from huiying.contracts import Instant
from huiying.errors import RevisionConflict
from huiying.ports import Entry, Register
from response_api.auth import session_id as digest_of

INVITATION = "invitation"
GOOD_FOR = timedelta(hours=72)
REMEMBERED = timedelta(days=30)
"""How long a link that is no good any more is answered with why."""
SETUP, FIRST = "setup", "first"


class Spent(Exception):
    """The link cannot be used."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Why(StrEnum):
    UNKNOWN = "unknown"
    """It never was, or a newer one took its place."""
    USED = "used"
    OLD = "old"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    login: str
    by: str
    made_at: Instant
    until: Instant
    used_at: Instant | None = None
    number: str = ""
    """By chance; the token is derived from it. '' for one that an older version made: it is not shown again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    digest: str
    used_at: Instant | None = None


@dataclass(frozen=True)
class OneTimeLinks:
    register: Register
    key: bytes = field(repr=False)

    # ---------------------------------------------------------------------------------- invitations

    def invite(self, login: str, now: datetime, *, by: str) -> str:
        """The token of a new link; an older one of the same login is good for nothing from now on."""
        self.withdraw(login)
        number = secrets.token_urlsafe(32)
        token = self._token(login, number)
        made = Invitation(login=login, by=by, made_at=now, until=now + GOOD_FOR, number=number)
        self.register.put(INVITATION, digest_of(token), msgspec.json.encode(made), expect=0)
        return token

    def still_open(self, by: str, now: datetime) -> dict[str, tuple[str, Instant]]:
        """Login → token and end of the links that somebody made and nobody has used yet."""
        found = (_invitation(entry) for entry in self.register.list(INVITATION))
        return {
            one.login: (self._token(one.login, one.number), one.until)
            for one in found
            if one.by == by and one.number and not one.used_at and now < one.until
        }

    def _token(self, login: str, number: str) -> str:
        mac = hmac.new(self.key, f"invitation\0{login}\0{number}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac.digest()).decode("ascii").rstrip("=")

    def withdraw(self, login: str) -> None:
        for entry in self.register.list(INVITATION):
            if _invitation(entry).login == login:
                self.register.delete(INVITATION, entry.id)

    def invitation(self, token: str, now: datetime) -> Invitation:
        """Raises Spent."""
        return self._open_invitation(token, now)[1]

    def use_invitation(self, token: str, now: datetime) -> Invitation:
        """From now on it is used. Raises Spent."""
        entry, found = self._open_invitation(token, now)
        used = msgspec.json.encode(replace(found, used_at=now))
        try:
            self.register.put(INVITATION, entry.id, used, expect=entry.revision)
        except RevisionConflict as other:
            raise Spent(Why.USED) from other
        return found

    def forget_old(self, now: datetime) -> int:
        old = [
            entry.id
            for entry in self.register.list(INVITATION)
            if _invitation(entry).until + REMEMBERED <= now
        ]
        for id in old:
            self.register.delete(INVITATION, id)
        return len(old)

    def _open_invitation(self, token: str, now: datetime) -> tuple[Entry, Invitation]:
        entry = self.register.get(INVITATION, digest_of(token))
        if entry is None:
            raise Spent(Why.UNKNOWN)
        found = _invitation(entry)
        if found.used_at:
            raise Spent(Why.USED)
        if found.until <= now:
            raise Spent(Why.OLD)
        return entry, found

    # -------------------------------------------------------------------------- the first administrator

    def open_setup(self) -> str:
        """The token of the link that makes the first administrator; one that was made before is good for nothing."""
        token = secrets.token_urlsafe(32)
        self.register.put(SETUP, FIRST, msgspec.json.encode(Setup(digest=digest_of(token))), expect=None)
        return token

    def close_setup(self) -> None:
        self.register.delete(SETUP, FIRST)

    def check_setup(self, token: str) -> Entry:
        """Raises Spent."""
        entry = self.register.get(SETUP, FIRST)
        found = msgspec.json.decode(entry.value, type=Setup) if entry else None
        if entry is None or found is None or not secrets.compare_digest(found.digest, digest_of(token)):
            raise Spent(Why.UNKNOWN)
        if found.used_at:
            raise Spent(Why.USED)
        return entry

    def use_setup(self, token: str, now: datetime) -> None:
        """From now on it is used. Raises Spent."""
        entry = self.check_setup(token)
        used = msgspec.json.encode(Setup(digest=digest_of(token), used_at=now))
        try:
            self.register.put(SETUP, FIRST, used, expect=entry.revision)
        except RevisionConflict as other:
            raise Spent(Why.USED) from other


def _invitation(entry: Entry) -> Invitation:
    return msgspec.json.decode(entry.value, type=Invitation)
