"""The address of somebody's deadlines as a calendar: one an account, kept as a hash, good until it is taken back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import msgspec

from huiying.contracts import Instant
from huiying.ports import Register
from response_api.auth import session_id as digest_of

CALENDAR = "calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    login: str
    made_at: Instant


@dataclass(frozen=True)
class Subscriptions:
    register: Register

    def make(self, login: str, now: datetime) -> str:
        """The token of a new address; the one before is good for nothing from now on."""
        self.take_back(login)
        token = secrets.token_urlsafe(32)
        made = msgspec.json.encode(Subscription(login=login, made_at=now))
        self.register.put(CALENDAR, digest_of(token), made, expect=0)
        return token

    def take_back(self, login: str) -> None:
        for id, known in self._all():
            if known.login == login:
                self.register.delete(CALENDAR, id)

    def made_at(self, login: str) -> datetime | None:
        """Since when the account has one; None where it has none."""
        return next((known.made_at for _, known in self._all() if known.login == login), None)

    def login_of(self, token: str) -> str | None:
        """Whose it is; None where it is nobody's (any more)."""
        entry = self.register.get(CALENDAR, digest_of(token))
        return msgspec.json.decode(entry.value, type=Subscription).login if entry else None

    def _all(self) -> list[tuple[str, Subscription]]:
        return [
            (entry.id, msgspec.json.decode(entry.value, type=Subscription))
            for entry in self.register.list(CALENDAR)
        ]
