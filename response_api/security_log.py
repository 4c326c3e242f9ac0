"""安全日志: who came in, who tried to, what was done to accounts, who opened what few may read, and who took files away.  Nobody can erase a line; time does.

Lines are kept by the day, so that reading and erasing touch no more than they must.  What is typed as a login and is
none may be somebody's password: it is counted by the hour and never written down.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import msgspec

from huiying import codec
from huiying.clock import SHANGHAI
from huiying.contracts import Instant
from huiying.errors import RevisionConflict
from huiying.ports import Entry, Register

DAYS = "security-day"
MOST_DAYS = 92
"""Days that one page looks through for what was asked."""


class Mark(StrEnum):
    SIGNED_IN = "signed_in"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105
    LOCKED = "locked"
    REFUSED = "refused"
    """The right password of an account that is disabled, or somebody whom the identity provider vouches for and who has none that may be used."""
    SIGNED_OUT = "signed_out"
    CREATED = "created"
    CHANGED = "changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    INVITED = "invited"
    INVITATION_USED = "invitation_used"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    WRONG_CODE = "wrong_code"
    FACTOR_SET = "factor_set"
    FACTOR_LIFTED = "factor_lifted"
    SESSION_REVOKED = "session_revoked"
    ROSTER = "roster"
    LEAVE = "leave"
    SOURCES = "sources"
    """The catalogue was edited; the line names the source and the fields, never what stands in them: an address may hold a key."""
    HANDED_OVER = "handed_over"
    """By one shift to the next; also where that was taken back."""
    TAKEN_OVER = "taken_over"
    OBJECTION_FILED = "objection_filed"
    """By somebody of the public to a post of theirs; the line says neither who nor which."""
    OBJECTION_STOPPED = "objection_stopped"
    OBJECTION_REFUSED = "objection_refused"
    OPENED_RESTRICTED = "opened_restricted"
    """A matter of the discipline or the secrecy channel; once an hour for one person and matter."""
    EXPORTED = "exported"
    """A file that leaves the house: a paper, a report, a workbook, the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    at: Instant
    mark: Mark
    login: str
    """Whose account; '' where there is no such account."""
    by: str = ""
    """Who did it, where that is somebody else."""
    note: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    lines: tuple[LogLine, ...]
    """Newest first."""
    next: str = ""
    """Where to go on; '' where there is nothing older."""


@dataclass(frozen=True)
class SecurityLog:
    register: Register

    def note(self, mark: Mark, login: str, now: datetime, *, by: str = "", note: str = "") -> None:
        line = LogLine(at=now, mark=mark, login=login, by="" if by == login else by, note=note)
        self._open_day(now)
        id = f"{codec.micros(now):017d}-{secrets.token_hex(4)}"
        self.register.put(_kind(_day(now)), id, msgspec.json.encode(line), expect=0)

    def note_unknown(self, mark: Mark, now: datetime) -> None:
        """Somebody tried a login that is none: one line for all of them within the hour."""
        self._open_day(now)
        hour = now.replace(minute=0, second=0, microsecond=0)
        kind, id = _kind(_day(now)), f"{codec.micros(hour):017d}-{mark}"
        while True:
            entry = self.register.get(kind, id)
            before = _read(entry) if entry else LogLine(at=now, mark=mark, login="", count=0)
            line = msgspec.json.encode(replace(before, at=now, count=before.count + 1))
            try:
                self.register.put(kind, id, line, expect=entry.revision if entry else 0)
                return
            except RevisionConflict:
                continue

    def note_hourly(self, mark: Mark, login: str, now: datetime, *, about: str, note: str) -> None:
        """What one person does to one thing again and again: one line an hour, when it was done first."""
        self._open_day(now)
        hour = now.replace(minute=0, second=0, microsecond=0)
        line = LogLine(at=now, mark=mark, login=login, note=note)
        with contextlib.suppress(RevisionConflict):
            self.register.put(
                _kind(_day(now)),
                f"{codec.micros(hour):017d}-{mark}-{login}-{about}",
                msgspec.json.encode(line),
                expect=0,
            )

    def page(self, *, mark: Mark | None = None, login: str = "", after: str = "", limit: int) -> LogPage:
        found: list[LogLine] = []
        last = ""
        for place, line in self._newest_first(after):
            if line is None or len(found) == limit:
                return LogPage(lines=tuple(found), next=place if line is None else last)
            if mark in {None, line.mark} and login in {"", line.login, line.by}:
                found.append(line)
            last = place
        return LogPage(lines=tuple(found))

    def erase(self, before: datetime) -> int:
        """Whole days that ended before; returns how many lines."""
        erased = 0
        for day in [entry.id for entry in self.register.list(DAYS) if entry.id < _day(before)]:
            for entry in self.register.list(_kind(day)):
                self.register.delete(entry.kind, entry.id)
                erased += 1
            self.register.delete(DAYS, day)
        return erased

    def _newest_first(self, after: str) -> Iterator[tuple[str, LogLine | None]]:
        """Every line with its place; a place without a line where enough days were looked through."""
        last_day, _, last_id = after.partition("/")
        days = [entry.id for entry in reversed(self.register.list(DAYS))]
        days = [day for day in days if not after or day <= last_day]
        for day in days[:MOST_DAYS]:
            for entry in reversed(self.register.list(_kind(day))):
                if day != last_day or entry.id < last_id:
                    yield f"{day}/{entry.id}", _read(entry)
        if len(days) > MOST_DAYS:
            yield f"{days[MOST_DAYS]}/~", None

    def _open_day(self, now: datetime) -> None:
        if self.register.get(DAYS, _day(now)) is None:
            self.register.put(DAYS, _day(now), b"{}", expect=None)


def _read(entry: Entry) -> LogLine:
    return msgspec.json.decode(entry.value, type=LogLine)


def _day(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).date().isoformat()


def _kind(day: str) -> str:
    return f"security:{day}"
