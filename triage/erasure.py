"""Erases what belongs to ended matters once their file terms are over: posts, what people typed, drafts, pictures.

The decision is one save of the case, on its newest revision, with the event that records it; only then lines, texts and drafts
go, and whoever comes round finishes what was interrupted.  It looks at the start and once a day: a term ends at midnight.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from huiying import logs
from huiying.clock import SHANGHAI
from huiying.contracts import OPEN_STATES, Case, CaseState, Erased
from huiying.ports import CaseQuery, Engine
from huiying.retention import Terms
from triage.completion import unfinished, written
from triage.deeds import filing as deeds
from triage.filing import due_at, is_blank, is_held, related, term_of
from triage.policy import Policy
from triage.record import indexed, shown
from triage.saving import amend, wholes
from triage.texts import Texts

_log = logs.get("erasure")

PAGE = 200
PICTURE_WAITS = timedelta(days=30)
"""A picture that no post names may belong to one that is on its way."""
_PICTURE = re.compile(r"[0-9a-f]{64}")


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

    def sweep(self, now: datetime) -> int:
        """Erase what is due; returns how many files that was."""
        today = now.astimezone(SHANGHAI).date()
        if self._looked == today:
            return 0
        ended, near = self._look(now, within=timedelta(0))
        done = sum(self._swept(case, near, now) for case in ended)
        if done:
            self._forget_pictures(now)
            _log.info("files_erased", files=done)
        self._looked = today
        return done

    def upcoming(self, now: datetime, *, within: timedelta) -> Sequence[Due]:
        """What goes within that time, soonest first; with what stands against it."""
        ended, near = self._look(now, within=within)
        found = [
            Due(case=case, at=at, rule=self._rule(case), kept_by=self._kept_by(case, near, max(at, now)))
            for case in ended
            if (at := due_at(case, self._terms.files, self._policy)) is not None
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
                if case.erasing or self._is_over(case, now + within):
                    ended.append(case)
            after = page.next
            if not after:
                return ended, frozenset(near)

    def _swept(self, case: Case, near: frozenset[str], now: datetime) -> bool:
        if not case.erasing:
            changed = amend(self._engine.cases, case.id, lambda one: self._decided(one, near, now))
            if changed is None:
                return False
        self._finish(case.id, now)
        return True

    def _is_over(self, case: Case, until: datetime) -> bool:
        at = due_at(case, self._terms.files, self._policy)
        return at is not None and at <= until and not is_blank(case)

    def _kept_by(self, case: Case, near: frozenset[str], at: datetime) -> str:
        """Why it does not go at that moment, in Chinese, or ''."""
        parts = [case, *self._parts(case)]
        for hold in (one.hold for one in parts if is_held(one, at)):
            if hold is not None:
                return f"继续保存，{f'到 {shown(hold.until)}' if hold.until else '直到解除'}"
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
        what = f"{deeds.GONE}：信息 {lines} 条、办理文字 {texts} 份、未发布文稿 {len(deeds.drafts_of(parts, now))} 版"
        gone = deeds.erase(case, now, Erased(at=now, rule=self._rule(case)), what)
        return indexed(gone, self._policy)

    def _finish(self, case_id: str, now: datetime) -> None:
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
        for sha256 in sorted(deeds.drafts_of(parts, erased.at)):
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
        for path in there.values():
            path.unlink(missing_ok=True)


def _all_of(case: Case) -> frozenset[str]:
    return frozenset({case.id, *case.merged_from})
