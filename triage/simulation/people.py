"""The people of a played office: who they are, when they work, how long they take, and how often they are wrong.  Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from huiying.clock import SHANGHAI
from huiying.contracts import Actor, Level, Rank, Role
from triage.acts import Act
from triage.calendar import Calendar

ON_DUTY = "值班长"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who works at the top unit of an office."""

    duty: Actor
    secrecy: Actor
    checker: Actor
    spokesperson: Actor
    division_head: Actor
    deputy: Actor
    head: Actor

    @classmethod
    def of(cls, top: str) -> Cast:
        def actor(login: str, role: Role, rank: Rank = Rank.STAFF) -> Actor:
            return Actor(login=login, name=login, roles=frozenset({role}), unit=top, rank=rank)

        return cls(
            duty=actor(ON_DUTY, Role.DUTY),
            secrecy=actor("保密员", Role.SECRECY),
            checker=actor("审核人", Role.CHECKER, Rank.DIVISION_HEAD),
            spokesperson=actor("发言人", Role.SPOKESPERSON),
            division_head=actor("处长", Role.SIGNER, Rank.DIVISION_HEAD),
            deputy=actor("分管领导", Role.LEADER, Rank.DEPUTY),
            head=actor("主要负责人", Role.LEADER, Rank.HEAD),
        )

    def signer(self, level: Level) -> Actor:
        return {Level.GENERAL: self.division_head, Level.LARGER: self.deputy}.get(level, self.head)


ROUND_THE_CLOCK = frozenset({ON_DUTY})
"""Somebody is always there."""
GRAVE = frozenset({Level.MAJOR, Level.EXTREME})
"""For these people get up at night."""

MINUTES = {
    Act.CONFIRM: 15, Act.ASSIGN: 10, Act.ACKNOWLEDGE: 25, Act.OBJECT: 30, Act.REPORT_UP: 20, Act.ASSESS: 45,
    Act.CONSULT: 40, Act.DRAFT: 60, Act.EDIT: 30, Act.SUBMIT: 10, Act.CLEAR: 25, Act.SIGN: 25, Act.SEND_BACK: 30,
    Act.PUBLISH: 10, Act.WAIVE: 90, Act.EXTEND: 60, Act.DECIDE: 180, Act.DISMISS: 30, Act.REOPEN: 1200,
    Act.CANCEL_CLOCK: 90, Act.FOLLOW_UP: 4000, Act.CLOSE: 300, Act.ANSWER_TICKET: 1500, Act.RETURN_TICKET: 400,
    Act.EXTEND_TICKET: 600, Act.SORT_TICKET: 120,
}  # fmt: skip
"""How long a step takes somebody, half of the times, at work."""
NIGHT_DUTY = 0.7
"""Share of matters for which a unit has somebody to sign at any hour."""
HURRY = 0.4
"""Of that, for a grave matter."""


def handler(unit: str) -> Actor:
    return Actor(
        login=f"承办人 {unit}", name=unit, roles=frozenset({Role.HANDLER}), unit=unit, rank=Rank.STAFF
    )


@dataclass(kw_only=True)
class Staff:
    """When somebody comes to do what waits for them."""

    chance: random.Random
    calendar: Calendar
    begins: datetime
    days: int
    _leave: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)

    def when(self, actor: Actor, act: Act, level: Level, now: datetime) -> datetime:
        """The moment at which this person does this: after their own time for it, at work, not on leave."""
        urgent = level in GRAVE
        at_any_hour = urgent or actor.login in ROUND_THE_CLOCK
        at_any_hour |= act is Act.ACKNOWLEDGE and self.chance.random() < NIGHT_DUTY
        minutes = self.chance.lognormvariate(0.0, 0.9) * MINUTES[act] * (HURRY if urgent else 1.0)
        at = now + timedelta(minutes=max(1.0, minutes))
        if self.chance.random() < 0.03:
            at += timedelta(hours=self.chance.uniform(6, 40))  # forgotten
        while not (at_any_hour or self._at_work(at)):
            at = at.replace(minute=0, second=0) + timedelta(hours=1, minutes=self.chance.randrange(5, 50))
        return self._back(actor, at)

    def on_leave(self, actor: Actor, at: datetime) -> bool:
        first, last = self._away(actor)
        return first <= at < last

    def _back(self, actor: Actor, at: datetime) -> datetime:
        """Who is on leave has nobody who stands in: the next step waits for them, or half of the times for less."""
        if actor.login in ROUND_THE_CLOCK or not self.on_leave(actor, at):
            return at
        _, last = self._away(actor)
        return last + (at - at.replace(hour=0, minute=0)) if self.chance.random() < 0.5 else at

    def _away(self, actor: Actor) -> tuple[datetime, datetime]:
        """Three days somewhere in the time, for everybody."""
        if actor.login not in self._leave:
            first = self.begins + timedelta(days=self.chance.uniform(0, max(1, self.days)))
            self._leave[actor.login] = first, first + timedelta(days=3)
        return self._leave[actor.login]

    def _at_work(self, at: datetime) -> bool:
        """By day; on a day off every third is there."""
        local = at.astimezone(SHANGHAI)
        works = self.calendar.day(local.date()).works or self.chance.random() < 1 / 3
        return 8 <= local.hour < 18 and works
