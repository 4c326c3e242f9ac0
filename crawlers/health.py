"""Which sources speak, which fail, and which have fallen silent: silence is an alarm, not no news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from crawlers.sources import CATALOGUE, Catalogue
from huiying.clock import SHANGHAI
from huiying.contracts import Instant, SourceCheck
from huiying.errors import RevisionConflict, TryAgain
from huiying.ports import Record, Register

KIND = "source-health"
SILENT_AFTER = 3
"""Intervals without a look after which a source counts as silent."""
PATIENCE = timedelta(minutes=5)
"""At least this long, whatever the interval: a look may take its time, and a crawler its start."""


class State(StrEnum):
    OK = "ok"
    FAILING = "failing"
    SILENT = "silent"
    WAITING = "waiting"
    """Never looked at yet."""
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is kept of one source."""

    source: str
    name: str
    last_at: Instant
    last_ok_at: Instant | None = None
    failures: int = 0
    """In a row."""
    problem: str = ""
    day: str = ""
    """The Shanghai day that ``posts`` counts."""
    posts: int = 0
    every_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One source, for the board. ``note`` is Chinese."""

    id: str
    name: str
    ok: bool
    state: State
    note: str
    last_at: datetime | None
    posts: int
    """New posts today."""
    last_ok_at: datetime | None = None
    """The last look that went well."""


class HealthHandler:
    """Books every look. A look that is seen twice, or late, changes nothing."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def handle(self, messages: Sequence[SourceCheck], now: datetime) -> None:
        for check in messages:
            entry = self._register.get(KIND, check.source)
            known = decode(entry.value) if entry else None
            if known and check.at <= known.last_at:
                continue
            try:
                self._register.put(
                    KIND,
                    check.source,
                    msgspec.json.encode(after(known, check)),
                    expect=entry.revision if entry else 0,
                )
            except RevisionConflict as error:
                raise TryAgain(str(error)) from error

    def bury(self, record: Record, reason: str, now: datetime) -> None:
        """Nothing is owed for a look that could not be read: the next one says it again."""

    def forget(self) -> None:
        """Nothing is remembered."""


def decode(value: bytes) -> Health:
    return msgspec.json.decode(value, type=Health)


def after(known: Health | None, check: SourceCheck) -> Health:
    """The health after one more look."""
    day = f"{check.at.astimezone(SHANGHAI):%Y-%m-%d}"
    so_far = known.posts if known and known.day == day else 0
    before = known or Health(
        source=check.source, name=check.source_name, last_at=check.at, every_seconds=check.every_seconds
    )
    return replace(
        before,
        name=check.source_name,
        last_at=check.at,
        last_ok_at=check.at if check.ok else before.last_ok_at,
        failures=0 if check.ok else before.failures + 1,
        problem=check.problem,
        day=day,
        posts=so_far + check.posts,
        every_seconds=check.every_seconds,
    )


def states(register: Register, catalogue: Catalogue, now: datetime) -> tuple[SourceState, ...]:
    """Every source of the catalogue in its order, after the catalogue itself where its last edit was refused."""
    known = {entry.id: decode(entry.value) for entry in register.list(KIND)}
    listed = tuple(
        _state(source.id, source.name, known.get(source.id), now)
        if source.enabled
        else SourceState(
            id=source.id, name=source.name, ok=True, state=State.OFF, note="停用", last_at=None, posts=0
        )
        for source in catalogue.source
    )
    refused = known.get(CATALOGUE)
    return (
        (_state(CATALOGUE, refused.name, refused, now), *listed) if refused and refused.failures else listed
    )


def _state(id: str, name: str, health: Health | None, now: datetime) -> SourceState:
    state, note = _judged(health, now)
    today = health is not None and health.day == f"{now.astimezone(SHANGHAI):%Y-%m-%d}"
    return SourceState(
        id=id,
        name=name,
        ok=state in {State.OK, State.WAITING},
        state=state,
        note=note,
        last_at=health.last_at if health else None,
        posts=health.posts if health and today else 0,
        last_ok_at=health.last_ok_at if health else None,
    )


def _judged(health: Health | None, now: datetime) -> tuple[State, str]:
    if health is None:
        return State.WAITING, "还没有看过"
    quiet = now - health.last_at
    if quiet > max(timedelta(seconds=SILENT_AFTER * health.every_seconds), PATIENCE):
        return State.SILENT, f"已有 {_in_words(quiet)}没有采集，请检查采集进程"
    if health.failures:
        since = f"，上次正常是 {_moment(health.last_ok_at)}" if health.last_ok_at else ""
        return State.FAILING, f"连续 {health.failures} 次没有读到：{health.problem}{since}"
    return State.OK, health.problem or "正常"


def _in_words(duration: timedelta) -> str:
    minutes = int(duration.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{minutes // 1440} 天"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"
