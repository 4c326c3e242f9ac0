"""A link that works once: who used it stands in the register, and its browser may look again for half an hour.

A browser is known by the token of its forms: pressing the button twice, or again after a crash, is one use.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from huiying.contracts import Instant
from huiying.errors import RevisionConflict
from huiying.ports import Register

USED = "used_link"
COOKIE = "huiying_notice"
STAYS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    at: Instant
    browser: str
    """SHA-256 of the form token of whoever used it."""

    @property
    def until(self) -> datetime:
        return self.at + STAYS


@dataclass(frozen=True, slots=True)
class SingleUse:
    """``mark`` names the link: SHA-256 of its token."""

    register: Register
    key: bytes

    def used(self, mark: str) -> Use | None:
        entry = self.register.get(USED, mark)
        return msgspec.json.decode(entry.value, type=Use) if entry else None

    def use(self, mark: str, *, browser: str, now: datetime) -> Use | None:
        """The use, where it is this browser's and not over; None where another was first. Durable on return."""
        use = Use(at=now, browser=hashlib.sha256(browser.encode()).hexdigest())
        try:
            self.register.put(USED, mark, msgspec.json.encode(use), expect=0)
        except RevisionConflict:
            first = self.used(mark)
            mine = first is not None and hmac.compare_digest(first.browser, use.browser)
            return first if first and mine and now < first.until else None
        return use

    def pass_for(self, mark: str, use: Use) -> str:
        """What the browser keeps in its cookie: of no use with another link, or when the time is over."""
        until = int(use.until.timestamp())
        return f"{until}.{self._seal(mark, until)}"

    def lets_in(self, shown: str, mark: str, now: datetime) -> bool:
        until, _, seal = shown.partition(".")
        if not (until.isascii() and until.isdigit() and len(until) <= 12):
            return False
        right = hmac.compare_digest(seal.encode("utf-8", "replace"), self._seal(mark, int(until)).encode())
        return right and now.timestamp() < int(until)

    def _seal(self, mark: str, until: int) -> str:
        return hmac.new(self.key, f"notice-pass\0{mark}\0{until}".encode(), hashlib.sha256).hexdigest()
