"""How often somebody without an account may write to us, and how often it counts: once a day on one case.  In memory alone: no address is kept, not even as a hash, on disk.

Addresses are counted under a keyed hash whose key is thrown away every day, so that nobody can tell later who it was.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from datetime import date, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from threading import Lock

from response_api.times import local

HOUR = timedelta(hours=1)
FROM_ONE_ADDRESS = 5
"""Notes an hour."""
ABOUT_ONE_CASE = 60
"""Notes an hour, from wherever: a matter's record must not be flooded."""
MOST_KNOWN = 20_000
"""Names that are remembered; who has not been heard from longest is forgotten first."""


class Limits:
    """Asked from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._day: date | None = None
        self._key = b""
        self._said: OrderedDict[bytes, list[datetime]] = OrderedDict()
        self._spoken: OrderedDict[bytes, None] = OrderedDict()

    def take(self, address: str, case_id: str, now: datetime) -> timedelta | None:
        """Count one note: None where it may be taken, else how long to wait. What is refused is not counted."""
        with self._lock:
            self._new_day(local(now).date())
            names = (
                (self._name("address", network(address)), FROM_ONE_ADDRESS),
                (self._name("case", case_id), ABOUT_ONE_CASE),
            )
            waits = [wait for name, most in names if (wait := self._wait(name, most, now)) is not None]
            if waits:
                return max(waits)
            for name, _ in names:
                self._said.setdefault(name, []).append(now)
                self._said.move_to_end(name)
            while len(self._said) > MOST_KNOWN:
                self._said.popitem(last=False)
            return None

    def first_today(self, address: str, case_id: str, now: datetime) -> bool:
        """Whether nobody of this address has spoken on this case today; from now on somebody has."""
        with self._lock:
            self._new_day(local(now).date())
            name = self._name("spoken", network(address), case_id)
            if name in self._spoken:
                return False
            self._spoken[name] = None
            while len(self._spoken) > MOST_KNOWN:
                self._spoken.popitem(last=False)
            return True

    def not_said(self, address: str, case_id: str, now: datetime) -> None:
        """What was said could not be kept: it is as if nobody had spoken."""
        with self._lock:
            self._new_day(local(now).date())
            self._spoken.pop(self._name("spoken", network(address), case_id), None)

    def _new_day(self, today: date) -> None:
        if today != self._day:
            self._day, self._key = today, secrets.token_bytes(32)
            self._said.clear()
            self._spoken.clear()

    def _name(self, *parts: str) -> bytes:
        return hmac.new(self._key, "\0".join(parts).encode("utf-8", "surrogatepass"), hashlib.sha256).digest()

    def _wait(self, name: bytes, most: int, now: datetime) -> timedelta | None:
        lately = [at for at in self._said.get(name, ()) if now - at < HOUR]
        if name in self._said:
            self._said[name] = lately
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
