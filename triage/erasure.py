"""Erases what belongs to ended matters once their file terms are over: posts, what people typed, drafts, pictures.

The decision is one save of the case, on its newest revision, with the event that records it; only then lines, texts and drafts
go, and whoever comes round finishes what was interrupted.  It looks at the start and once a day: a term ends at midnight.
Terms that are new, after an upgrade or an edit, erase nothing before they have stood for as long as the office is warned ahead.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from huiying import logs
from huiying.clock import SHANGHAI
from huiying.contracts import OPEN_STATES, Case, CaseState, Erased
from huiying.ports import CaseQuery, Engine
from huiying.retention import Terms
from triage.callers import owed
from triage.completion import unfinished, written
from triage.deeds import filing as deeds
from triage.filing import due_at, is_blank, is_held, related, term_of
from triage.policy import Policy
from triage.record import indexed, shown
from triage.saving import amend, wholes
from triage.texts import Texts
from triage.titles import GONE

_log = logs.get("erasure")

PAGE = 200
PICTURE_WAITS = timedelta(days=30)
"""A picture that no post names may belong to one that is on its way."""
_PICTURE = re.compile(r"[0-9a-f]{64}")


KIND, CURRENT = "file-terms", "current"


class _Standing(msgspec.Struct, frozen=True, kw_only=True):
    terms: str
    """SHA-256 of what they say."""
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A file and when it goes."""

    case: Case
    at: datetime
    rule: str
    kept_by: str
    """Why it does not go then, in Chinese, or ''."""


class Erasure:
    def __init__(self, engine: Engine, policy: Policy, terms: Terms, attachments: Path) -> None:
        self._engine = engine
        self._texts = Texts(engine.register)
        self._policy = policy
        self._terms = terms
        self._attachments = attachments
        self._looked: date | None = None
        self._mark = hashlib.sha256(terms.files.model_dump_json().encode()).hexdigest()
        self._since: datetime | None = None

    def sweep(self, now: datetime) -> int:
        """Erase what is due; returns how many files that was."""
        today = now.astimezone(SHANGHAI).date()
        if self._looked == today:
            return 0
        self.announce(now)
        ended, near = self._look(now, within=timedelta(0))
        going = [case.id for case in ended if case.erasing or self._decide(case, near, now)]
        needed = self._needed(going) if going else frozenset()
        for case_id in going:
            self._finish(case_id, needed, now)
        if going:
            _log.info("files_erased", files=len(going))
        self._forget_pictures(now)
        self._looked = today
        return len(going)

    def announce(self, now: datetime) -> None:
        """These terms stand from now on, unless they stood already."""
        if self._stands_since(now) == now:
            kept = _Standing(terms=self._mark, since=now)
            self._engine.register.put(KIND, CURRENT, msgspec.json.encode(kept), expect=None)

    def upcoming(self, now: datetime, *, within: timedelta) -> Sequence[Due]:
        """What goes within that time, soonest first; with what stands against it."""
        ended, near = self._look(now, within=within)
        found = [
            Due(case=case, at=at, rule=self._rule(case), kept_by=self._kept_by(case, near, max(at, now)))
            for case in ended
            if (at := self._goes_at(case, now)) is not None
        ]
        return sorted(found, key=lambda due: (due.at, due.case.id))

    def _look(self, now: datetime, *, within: timedelta) -> tuple[list[Case], frozenset[str]]:
        """Files whose term ends within that time or whose erasing was interrupted, and what open cases may be one with."""
        ended: list[Case] = []
        near: set[str] = set()
        states, after = frozenset(CaseState) - {CaseState.MERGED}, ""
        while True:
            page = self._engine.cases.search(CaseQuery(states=states, limit=PAGE, after=after))
            for case in page.cases:
                if case.state in OPEN_STATES:
                    near |= related(case)
                if case.erasing or self._is_over(case, now, within):
                    ended.append(case)
            after = page.next
            if not after:
                return ended, frozenset(near)

    def _decide(self, case: Case, near: frozenset[str], now: datetime) -> bool:
        return amend(self._engine.cases, case.id, lambda one: self._decided(one, near, now)) is not None

    def _needed(self, going: Sequence[str]) -> frozenset[str]:
        """SHA-256 of every statement's bytes that is needed once these files are gone: bytes have no owner, two matters may
        have said the same."""
        wholes = self._engine.cases.several(going).values()
        with_whole = {part: whole.erased for whole in wholes for part in whole.merged_from}
        needed: set[str] = set()
        for case in self._engine.cases.all():
            merged = case.state is CaseState.MERGED
            erased = (with_whole.get(case.id) if merged else None) or case.erased
            needed |= deeds.bodies_of(case, erased.at if erased else None)
        return frozenset(needed)

    def _is_over(self, case: Case, now: datetime, within: timedelta = timedelta(0)) -> bool:
        at = self._goes_at(case, now)
        return at is not None and at <= now + within and not is_blank(case)

    def _goes_at(self, case: Case, now: datetime) -> datetime | None:
        at = due_at(case, self._terms.files, self._policy)
        warned = self._stands_since(now) + timedelta(days=self._terms.files.warn_days)
        return None if at is None else max(at, warned)

    def _stands_since(self, now: datetime) -> datetime:
        """Since when these terms are known; now, where they are not yet."""
        if self._since is None:
            entry = self._engine.register.get(KIND, CURRENT)
            kept = msgspec.json.decode(entry.value, type=_Standing) if entry else None
            if kept is None or kept.terms != self._mark:
                return now
            self._since = kept.since
        return self._since

    def _kept_by(self, case: Case, near: frozenset[str], at: datetime) -> str:
        """Why it does not go at that moment, in Chinese, or ''."""
        parts = [case, *self._parts(case)]
        for hold in (one.hold for one in parts if is_held(one, at)):
            if hold is not None:
                return f"继续保存，{f'到 {shown(hold.until)}' if hold.until else '直到解除'}"
        if any(map(owed, parts)):
            return "还有工单没有答复"
        others = wholes(self._engine.cases, related(case)).values()
        if not near.isdisjoint(_all_of(case)) or any(one.state in OPEN_STATES for one in others):
            return "与在办事件有关联"
        if any(unfinished(one) for one in parts) or not written(self._engine.archive, case):
            return "正在合并、拆分或登记"
        return ""

    def _decided(self, case: Case, near: frozenset[str], now: datetime) -> Case:
        """On the newest revision: what was taken up again meanwhile stays as it is."""
        if case.erasing or not self._is_over(case, now) or self._kept_by(case, near, now):
            return case
        lines = sum(1 for _ in self._engine.archive.of_cases(_all_of(case)))
        parts = [case, *self._parts(case)]
        texts = len(frozenset().union(*(deeds.texts_of(one, now) for one in parts)))
        what = (
            f"{GONE}：信息 {lines} 条、办理文字 {texts} 份、未发布文稿 {len(deeds.drafts_of(parts, now))} 版"
        )
        gone = deeds.erase(case, now, Erased(at=now, rule=self._rule(case)), what)
        return indexed(gone, self._policy)

    def _finish(self, case_id: str, needed: frozenset[str], now: datetime) -> None:
        """Everything that the saved decision owes; doing it twice does no harm."""
        case = self._engine.cases.get(case_id)
        if case.erased is None:
            return
        archive, erased = self._engine.archive, case.erased
        parts = [case, *self._parts(case)]
        lines = [line.post for line in archive.of_cases(_all_of(case)) if line.at <= erased.at]
        archive.blank(lines, erased=erased)
        for digest in sorted(frozenset().union(*(deeds.texts_of(one, erased.at) for one in parts))):
            self._texts.erase(digest)
        for sha256 in sorted(deeds.drafts_of(parts, erased.at) - needed):
            self._texts.forget_body(sha256)
        for part in parts[1:]:
            amend(self._engine.cases, part.id, lambda one: self._with_its_whole(one, erased, case_id, now))
        amend(self._engine.cases, case_id, deeds.erased)

    def _with_its_whole(self, part: Case, erased: Erased, whole: str, now: datetime) -> Case:
        if not deeds.is_part_of_erased(part):
            return part
        gone = deeds.erase(part, now, erased, f"随事件 {whole} 清除")
        return indexed(deeds.erased(gone), self._policy)

    def _parts(self, case: Case) -> list[Case]:
        """What has become part of it, as far as it is there."""
        found = self._engine.cases.several(case.merged_from)
        return [one for id in case.merged_from if (one := found.get(id)) and one.state is CaseState.MERGED]

    def _rule(self, case: Case) -> str:
        term = term_of(case, self._terms.files, self._policy)
        return f"{term}，保管期限表第 {self._terms.version} 版"

    def _forget_pictures(self, now: datetime) -> None:
        """Of the files in the folder, those that no legible line names any more."""
        old = (now - PICTURE_WAITS).timestamp()
        there = {
            path.name: path
            for path in self._attachments.glob("*")
            if _PICTURE.fullmatch(path.name) and path.is_file() and path.stat().st_mtime < old
        }
        if not there:
            return
        for line in self._engine.archive.all():
            for picture in line.legible.attachments if line.legible else ():
                there.pop(picture.sha256, None)
            if not there:
                return
        for path in there.values():
            path.unlink(missing_ok=True)


def _all_of(case: Case) -> frozenset[str]:
    return frozenset({case.id, *case.merged_from})
