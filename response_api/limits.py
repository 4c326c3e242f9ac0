"""How often somebody without an account may write to us, and how often it counts: once a day on one case.

Addresses are counted under a keyed hash, in the register, so that neither a restart nor a second web process counts anew.  The
key is worked out from the office's own and a salt of the day.  Salt and counts go with the day and are in no backup (``PASSING``):
after that nobody can tell who it was, not even with the office's key.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

import msgspec

from huiying.contracts import Instant
from huiying.errors import RevisionConflict, TryAgain
from huiying.ports import PASSING, Entry, Register
from response_api.times import local

HOUR = timedelta(hours=1)
FROM_ONE_ADDRESS = 5
"""Notes an hour."""
ABOUT_ONE_CASE = 60
"""Notes an hour, from wherever: a matter's record must not be flooded."""
SALT, SAID, SPOKEN = f"{PASSING}note-salt", f"{PASSING}notes", f"{PASSING}spoken"
ATTEMPTS = 20


class Limits:
    """Asked from several threads and processes. Every call may raise TryAgain."""

    def __init__(self, register: Register, key: bytes) -> None:
        self._register = register
        self._office = key
        self._known = ("", b"")
        """The day, and its key."""

    def take(self, address: str, case_id: str, now: datetime) -> timedelta | None:
        """Count one note: None where it may be taken, else how long to wait. What is refused is not counted."""
        names = (
            (self._name(now, "address", network(address)), FROM_ONE_ADDRESS),
            (self._name(now, "case", case_id), ABOUT_ONE_CASE),
        )
        waits = [_wait(self._lately(name, now)[0], most, now) for name, most in names]
        if longest := max((wait for wait in waits if wait is not None), default=None):
            return longest
        counted: list[str] = []
        for name, most in names:
            if wait := self._count(name, most, now):
                for one in counted:
                    self._uncount(one, now)
                return wait
            counted.append(name)
        return None

    def first_today(self, address: str, case_id: str, now: datetime) -> bool:
        """Whether nobody of this address has spoken on this case today; from now on somebody has."""
        try:
            self._register.put(SPOKEN, self._name(now, "spoken", network(address), case_id), b"", expect=0)
        except RevisionConflict:
            return False
        return True

    def not_said(self, address: str, case_id: str, now: datetime) -> None:
        """What was said could not be kept: it is as if nobody had spoken."""
        self._register.delete(SPOKEN, self._name(now, "spoken", network(address), case_id))

    def _count(self, name: str, most: int, now: datetime) -> timedelta | None:
        for _ in range(ATTEMPTS):
            lately, entry = self._lately(name, now)
            if wait := _wait(lately, most, now):
                return wait
            with suppress(RevisionConflict):
                self._keep(name, (*lately, now), entry)
                return None
        raise TryAgain("many write at this moment")

    def _uncount(self, name: str, now: datetime) -> None:
        for _ in range(ATTEMPTS):
            lately, entry = self._lately(name, now)
            if now not in lately:
                return  # it went with its day
            left = list(lately)
            left.remove(now)
            with suppress(RevisionConflict):
                self._keep(name, left, entry)
                return

    def _lately(self, name: str, now: datetime) -> tuple[Sequence[datetime], Entry | None]:
        entry = self._register.get(SAID, name)
        said = msgspec.json.decode(entry.value, type=list[Instant]) if entry else []
        return [at for at in said if now - at < HOUR], entry

    def _keep(self, name: str, said: Sequence[datetime], entry: Entry | None) -> None:
        self._register.put(SAID, name, msgspec.json.encode(said), expect=entry.revision if entry else 0)

    def _name(self, now: datetime, *parts: str) -> str:
        day, key = self._key(now)
        said = "\0".join(parts).encode("utf-8", "surrogatepass")
        return f"{day} {hmac.new(key, said, hashlib.sha256).hexdigest()}"

    def _key(self, now: datetime) -> tuple[str, bytes]:
        day = _day(now)
        if self._known[0] != day:
            forget_old(self._register, now)
            with suppress(RevisionConflict):
                self._register.put(SALT, day, secrets.token_bytes(32), expect=0)
            salt = self._register.get(SALT, day)
            if salt is None:
                raise TryAgain("the day changed meanwhile")
            self._known = day, hmac.new(self._office, salt.value, hashlib.sha256).digest()
        return self._known


def forget_old(register: Register, now: datetime) -> int:
    """Erase what is of another day than today; returns how much that was."""
    old = [
        entry for kind in (SALT, SAID, SPOKEN) for entry in register.list(kind) if entry.id[:10] < _day(now)
    ]
    for entry in old:
        register.delete(entry.kind, entry.id)
    return len(old)


def _day(now: datetime) -> str:
    return local(now).date().isoformat()


def _wait(lately: Sequence[datetime], most: int, now: datetime) -> timedelta | None:
    return lately[-most] + HOUR - now if len(lately) >= most else None


def network(address: str) -> str:
    """What counts as one: an IPv4 address, or the /64 that one line of IPv6 gets."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv6Address):
        if read.ipv4_mapped:
            return str(read.ipv4_mapped)
        return str(IPv6Address(int(read) >> 64 << 64))
    return str(read)
