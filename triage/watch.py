"""Looks after what falls due: rungs, breaches, and candidates that nothing came back to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from huiying import logs, metrics
from huiying.contracts import Case, CaseState
from huiying.errors import CaseNotFound, RevisionConflict, TryAgain
from huiying.frozen import replace
from huiying.ports import CaseStore, Clock, Owed, PostArchive
from triage.completion import complete, unfinished, written
from triage.escalation import escalate, lapse
from triage.policy import Policy
from triage.reach import NOBODY, Reach
from triage.record import indexed
from triage.recount import again
from triage.saving import amend
from triage.sweep import Sweep

_log = logs.get("watch")

EVERY = timedelta(seconds=1)
AT_ONCE = timedelta(milliseconds=50)
"""Between two looks where looking costs next to nothing and shows what was just saved: an index of the same machine."""
FIRST, PAGE = 50, 200
"""Cases that are read, and saved, in one go: few at first, so that the first of a herd is not kept waiting for its
fellows, then twice as many each time."""
LOOK = 2_000
"""Ids that one search is asked for."""


class Watch:
    """Any number of them may run: who saves second reads again and finds nothing left to do."""

    def __init__(
        self,
        cases: CaseStore,
        archive: PostArchive,
        policy: Policy,
        clock: Clock,
        reach: Callable[[], Reach] = lambda: NOBODY,
        *,
        every: timedelta = EVERY,
    ) -> None:
        """``reach`` is asked once a round in which something is due."""
        self._every = every
        self._cases = cases
        self._archive = archive
        self._policy = policy
        self._clock = clock
        self._reach = reach
        self._sweep = Sweep(cases, policy)

    def run(self) -> None:
        """Until the clock is stopped."""
        metrics.TRY_AGAIN.labels("watch")
        while not self._clock.wait(self._every):
            metrics.went_round("watch", self._clock.now())
            try:
                self._sweep.hourly(self._clock.now())
                self.tick(self._clock.now())
            except TryAgain as trouble:
                _log.warning("try_again", reason=str(trouble))
                metrics.TRY_AGAIN.labels("watch").inc()
            except Exception:
                _log.exception("tick_failed")

    def tick(self, now: datetime) -> int:
        """Book everything that is due by ``now``. Returns how many cases changed."""
        changed = 0
        reach: Reach | None = None
        seen: set[str] = set()
        """Done with in this round, or nothing could be done: a search that trails shows them still, and they must not stand
        before those behind them."""
        trails = False
        while True:
            limit = LOOK + (len(seen) if trails else 0)
            due = self._cases.due_ids(Owed.RUNG, until=now, limit=limit)
            waiting = [id for id in due if id not in seen]
            trails = len(waiting) < len(due)
            further = False
            for some in _pages(waiting):
                reach = reach or self._reach()
                done, going_on = self._together(some, now, reach)
                changed += len(done) + len(going_on)
                seen |= set(some) - going_on
                further = further or bool(going_on)
            if len(due) < limit and not (waiting and (trails or further)):
                return changed

    def _together(self, case_ids: Sequence[str], now: datetime, reach: Reach) -> tuple[set[str], set[str]]:
        """Look at these cases, and save what changed in one go. Returns those that changed together, and those that changed
        alone: a merge that went a step further may have another before it.

        ``due`` may show the past: what counts is each case as it stands now. Whatever cannot go together goes alone.
        """
        try:
            known = self._cases.several(case_ids)
        except TryAgain:
            raise
        except Exception:
            _log.exception("cases_failed", cases=len(case_ids))
            return set(), {id for id in case_ids if self._look(id, now, reach)}
        alone: list[str] = []
        decided: list[tuple[Case, Case]] = []
        for id, before in known.items():
            if unfinished(before):
                alone.append(id)
                continue
            try:
                after = self._decide(before, now, reach)
            except TryAgain:
                raise
            except Exception:
                _log.exception("case_failed", case=id)
                continue
            if after is not before:
                decided.append((before, replace(after, revision=before.revision + 1)))
        done, again = self._saved(decided)
        return done, {id for id in (*again, *alone) if self._look(id, now, reach)}

    def _saved(self, decided: Sequence[tuple[Case, Case]]) -> tuple[set[str], Sequence[str]]:
        """Which of them are saved, and which are to be looked at alone: somebody was first there, or one is refused."""
        try:
            if decided:
                self._cases.save([after for _, after in decided])
        except RevisionConflict as conflict:
            decided = [pair for pair in decided if pair[0].id not in conflict.ids]
            self._told(decided)
            return {before.id for before, _ in decided}, conflict.ids
        except TryAgain:
            raise
        except Exception:
            _log.exception("cases_failed", cases=len(decided))
            return set(), [before.id for before, _ in decided]
        self._told(decided)
        return {before.id for before, _ in decided}, ()

    def _told(self, decided: Sequence[tuple[Case, Case]]) -> None:
        metrics.RUNGS.inc(len(decided))
        log = _log.bind()
        for before, after in decided:
            log.info("rungs_reached", case=before.id, notices=len(after.outbox) - len(before.outbox))

    def _look(self, case_id: str, now: datetime, reach: Reach) -> bool:
        """At one case alone: read, decide, save, and again where somebody was first."""
        try:
            if unfinished(self._cases.get(case_id)):
                return complete(self._cases, self._archive, case_id, now, self._policy)
            result = amend(self._cases, case_id, lambda case: self._decide(case, now, reach))
        except CaseNotFound:
            return False
        except TryAgain:
            raise
        except Exception:
            _log.exception("case_failed", case=case_id)
            return False
        if result is None:
            return False
        self._told([result])
        return True

    def _decide(self, case: Case, now: datetime, reach: Reach) -> Case:
        after = escalate(again(case, self._policy, now), self._policy, now, reach)
        if after.state is CaseState.WATCHING and written(self._archive, case):
            after = lapse(after, self._policy, now)
        # What is due by the terms of an older policy falls due anew by those of today.
        return indexed(after, self._policy) if after is case else after


def _pages(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """All of them: few at first, then twice as many each time, up to ``PAGE``."""
    start, size = 0, FIRST
    while start < len(ids):
        yield ids[start : start + size]
        start, size = start + size, min(2 * size, PAGE)
